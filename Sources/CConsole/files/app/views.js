// What a page shows while it waits, when it got nothing, and when it failed.
import { fill, h } from './dom.js'
import { t } from './i18n.js'
import { button, notice, pageHead } from './pieces.js'
import { sentence } from './problems.js'

/** A few grey lines: something is coming. */
export const waiting = () =>
  h('div', { class: 'waiting', role: 'status', 'aria-label': t('loading') }, h('i'), h('i'), h('i'))

/** An error in the place of what was wanted. */
export function failed(error, again) {
  if (error.isNotOffered) return notice('', h('p', {}, t('notOffered')))
  return notice('bad', h('p', {}, sentence(error)), again && button(t('tryAgain'), again))
}

/**
 * A place whose content is loaded: shows that it waits, then what `draw` makes of what `load` brought.
 * `title` heads an error where the content would have had a heading of its own. What is there stays while it is loaded anew; `silent` reloads show no error over good content.
 */
export function loaded(load, draw, title) {
  const node = h('div', { class: 'stack' }, waiting())
  let hasContent = false
  let run = 0
  node.reload = async ({ silent } = {}) => {
    const mine = ++run
    if (!hasContent && !silent) fill(node, waiting())
    try {
      const data = await load()
      if (mine !== run) return
      fill(node, draw(data))
      hasContent = true
    } catch (error) {
      if (mine !== run || error.name === 'AbortError') return
      if (!(silent && hasContent)) {
        if (!error.code) console.error(error)
        fill(node, title && pageHead(title), failed(error, () => node.reload()))
        hasContent = false
      }
    }
  }
  node.reload()
  return node
}

/** Runs an action now and then while the page is looked at. */
export function whileVisible(page, milliseconds, action) {
  let timer = 0
  const plan = () => {
    clearTimeout(timer)
    if (!document.hidden && timer !== -1) timer = setTimeout(async () => { await action(); plan() }, milliseconds)
  }
  const seen = async () => {
    if (document.hidden) return clearTimeout(timer)
    await action()
    plan()
  }
  document.addEventListener('visibilitychange', seen)
  plan()
  page.onLeave(() => {
    document.removeEventListener('visibilitychange', seen)
    clearTimeout(timer)
    timer = -1
  })
}
