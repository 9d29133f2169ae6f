// The small pieces that pages are made of: panels, badges, buttons, notices, states.
import { fill, h } from './dom.js'
import { t, tOf } from './i18n.js'
import { icon } from './icons.js'
import { toast } from './toasts.js'

/** What is said in passing. */
export const quiet = (...content) => h('span', { class: 'quiet' }, content)

/** One thing below the other. */
export const stack = (...content) => h('div', { class: 'stack' }, content)

/** A list that is the page's main part. */
export const framed = (...content) => h('div', { class: 'page-table' }, content)

/** The head of a page: where one is, what it is, what can be done. */
export function pageHead(title, { trail = [], badges = [], actions = [], sub } = {}) {
  document.title = `${title} · Sluice`
  return h('header', { class: 'page-head' },
    h('div', { class: 'page-title' },
      trail.map((step) => [h('a', { href: step.href }, step.text), h('span', { class: 'quiet', 'aria-hidden': 'true' }, '/')]),
      h('h1', { tabindex: '-1', class: 'page-name' }, title), badges),
    sub && h('p', { class: 'page-sub' }, sub),
    actions.length > 0 && h('div', { class: 'page-actions' }, actions))
}

export function panel(title, { sub, actions, className, isFlush } = {}, ...body) {
  return h('section', { class: `panel ${className || ''}` },
    title && h('header', { class: 'panel-head' }, h('h2', {}, title), sub && h('span', { class: 'quiet' }, sub),
      actions && h('span', { class: 'panel-actions' }, actions)),
    h('div', { class: isFlush ? 'panel-flush' : 'panel-body' }, body))
}

export function button(text, onClick, { kind = '', symbol, label, disabled, type = 'button', title } = {}) {
  const node = h('button', { type, class: `button ${kind}`, onclick: onClick, disabled, 'aria-label': label, title },
    symbol && icon(symbol), text)
  return node
}

export const linkButton = (text, href, { kind = '', symbol } = {}) =>
  h('a', { class: `button ${kind}`, href }, symbol && icon(symbol), text)

/** A word with a dot; tone: good, warn, bad, or nothing. */
export const badge = (text, tone = '') => h('span', { class: `badge ${tone}` }, text)
export const tag = (text) => h('span', { class: 'badge plain' }, text)

/** Where an object is defined, if it can't be changed here. */
export function sourceBadge(source) {
  if (source === 'database' || !source) return null
  return h('span', { class: 'badge plain', title: t('source.why') }, icon('file'), tOf('source', source))
}

export function notice(tone, ...children) {
  return h('div', { class: `notice ${tone}`, role: tone === 'bad' ? 'alert' : null },
    icon(tone === 'good' ? 'check' : tone === '' ? 'help' : 'warning'), h('div', { class: 'notice-text' }, children))
}

/** What stands where there is nothing yet. */
export function empty(text, action) {
  return h('div', { class: 'empty' }, h('p', {}, text), action)
}

/** A row of choices of which one is pressed: segmented([['day', 'Day']], 'day', choose). */
export function segmented(choices, chosen, choose, label) {
  const buttons = choices.map(([value, text]) =>
    h('button', {
      type: 'button', 'aria-pressed': String(value === chosen),
      onclick: (event) => {
        for (const other of buttons) other.setAttribute('aria-pressed', String(other === event.currentTarget))
        choose(value)
      }
    }, text))
  return h('div', { class: 'segmented', role: 'group', 'aria-label': label }, buttons)
}

/** Links to the parts of a page. */
export const tabs = (items, label) =>
  h('nav', { class: 'tabs', 'aria-label': label },
    items.map((item) => h('a', { href: item.href, 'aria-current': item.isHere ? 'page' : null }, item.text)))

/** Names and values. */
export const facts = (pairs) => h('dl', { class: 'facts' },
  pairs.filter(Boolean).map(([name, ...value]) => [h('dt', {}, name), h('dd', {}, value)]))

/** How much of an amount is used. */
export function meter(used, amount, label) {
  const share = amount ? Math.min(1, used / amount) : 0
  const tone = share >= 1 ? 'bad' : share >= 0.8 ? 'warn' : ''
  return h('div', {
    class: `meter ${tone}`, role: 'meter', 'aria-valuemin': 0, 'aria-valuemax': 100,
    'aria-valuenow': Math.round(share * 100), 'aria-label': label
  }, h('i', { style: { width: `${share * 100}%` } }))
}

/** Takes a text to the clipboard. */
export function copyButton(text, { label, kind = 'quiet' } = {}) {
  return button(label ?? t('copy'), async (event) => {
    const node = event.currentTarget
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text)
      fill(node, icon('check'), t('copied'))
      setTimeout(() => fill(node, icon('copy'), label ?? t('copy')), 1600)
    } catch {
      toast(t('copyFailed'), 'bad')
    }
  }, { kind, symbol: 'copy' })
}

export const code = (text, className = '') => h('pre', { class: `code ${className}`, tabindex: '0' }, text)

/** A file for the user to keep. */
export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const node = h('a', { download: name })
  node.href = address
  node.click()
  setTimeout(() => URL.revokeObjectURL(address), 10000)
}

/** More, behind a line that opens. */
export const more = (title, ...children) =>
  h('details', { class: 'more' }, h('summary', {}, title), h('div', { class: 'more-body' }, children))
