// Short messages at the edge of the screen. They are read out, and leave by themselves unless they tell of a fault.
import { h } from './dom.js'
import { t } from './i18n.js'
import { icon } from './icons.js'
import { sentence } from './problems.js'

export function toast(text, tone = 'good') {
  const place = document.getElementById('toasts')
  const node = h('div', { class: `toast ${tone}`, role: tone === 'bad' ? 'alert' : 'status' },
    icon(tone === 'bad' ? 'warning' : 'check'), h('span', {}, text),
    h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close'), onclick: () => node.remove() }, icon('close')))
  // A modal dialog hides what is outside of it: the message goes where it can be seen.
  const dialog = [...document.querySelectorAll('dialog[open]')].pop()
  if (dialog) dialog.append(h('div', { class: 'toasts' }, node))
  else place.append(node)
  setTimeout(() => node.remove(), tone === 'bad' ? 12000 : 4000)
}

/** Tells of an error that has no place of its own. */
export function tellError(error) {
  if (error.name === 'AbortError') return
  toast(sentence(error), 'bad')
}
