// Tables: sorted by a click on a heading, stacked into lines on a narrow screen.
import { fill, h } from './dom.js'
import { nothing } from './format.js'
import { locale, t } from './i18n.js'
import { icon } from './icons.js'
import { button, empty } from './pieces.js'
import { failed, waiting } from './views.js'

// Rows that are drawn at once: a browser takes its time for thousands.
const batch = 100

/**
 * columns: [{ label, cell: row => content, sort: row => value, isNumber, isMain, className }].
 * href: row => where a click on the row leads. → a node with `show(rows)`. Of many rows the first are drawn, and more as they are scrolled to.
 */
export function table({ columns, rows = [], href, caption, none, sortedBy, isDescending }) {
  let current = rows
  let sorted = rows
  let drawn = 0
  let order = { index: sortedBy ?? -1, isDescending: Boolean(isDescending) }
  const body = h('tbody')
  const heads = columns.map((column, index) => h('th', { class: column.isNumber ? 'num' : '', scope: 'col' },
    column.sort && column.label
      ? h('button', { type: 'button', class: 'sort', onclick: () => sortBy(index) }, column.label, icon('down'))
      : column.label || h('span', { class: 'unseen' }, t('actions'))))
  const whole = h('table', {}, caption && h('caption', { class: 'unseen' }, caption), h('thead', {}, h('tr', {}, heads)), body)
  const rest = h('div', { class: 'table-foot' })
  const node = h('div', { class: 'table', tabindex: '-1' }, whole, rest)
  const watcher = new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) drawMore() }, { rootMargin: '400px' })

  function sortBy(index) {
    const isSame = order.index === index
    order = { index, isDescending: isSame ? !order.isDescending : Boolean(columns[index].isNumber) }
    draw()
  }

  function draw() {
    heads.forEach((head, index) => {
      const isSorted = index === order.index
      if (isSorted) head.setAttribute('aria-sort', order.isDescending ? 'descending' : 'ascending')
      else head.removeAttribute('aria-sort')
    })
    sorted = order.index >= 0 ? [...current].sort(comparing(columns[order.index].sort, order.isDescending)) : current
    // What was scrolled to stays where it was.
    const wanted = Math.max(batch, drawn)
    drawn = 0
    fill(body)
    drawMore(wanted)
    whole.hidden = !current.length && Boolean(none)
    if (node.lastChild !== rest) node.lastChild.remove()
    if (!current.length && none) node.append(none instanceof Node ? none : empty(none))
  }

  function drawMore(count = batch) {
    body.append(...sorted.slice(drawn, drawn + count).map(line))
    drawn = Math.min(drawn + count, sorted.length)
    rest.hidden = drawn === sorted.length
    watcher.disconnect()
    if (rest.hidden) return
    fill(rest, h('span', { class: 'quiet' }, t('shownOf', { shown: drawn, total: sorted.length })), button(t('showMore'), () => drawMore()))
    watcher.observe(rest)
  }

  function line(row) {
    const address = href && href(row)
    return h('tr', { class: address ? 'leads' : '', onclick: address ? (event) => follow(event, address) : null },
      columns.map((column) => {
        const content = column.cell(row)
        const kinds = [column.isNumber && 'num', column.isMain && 'main', content === nothing && 'blank', column.className]
        return h('td', { class: kinds.filter(Boolean).join(' '), 'data-label': column.label || '' },
          column.isMain && address ? h('a', { href: address }, content) : content)
      }))
  }

  node.show = (next) => { current = next; draw(); return node }
  node.add = (more) => { current = current.concat(more); if (order.index >= 0) draw(); else { sorted = current; drawMore(more.length) } }
  return node.show(rows)
}

/** The column of names, which lead to what they name. */
export const nameColumn = () => ({ label: t('name'), cell: (row) => row.name, sort: (row) => row.name, isMain: true })

function follow(event, address) {
  if (event.target.closest('a, button, input, select, label') || String(getSelection())) return
  location.hash = address
}

function comparing(value, isDescending) {
  const way = isDescending ? -1 : 1
  return (one, other) => {
    const a = value(one)
    const b = value(other)
    // What is unknown stands last, whichever way.
    if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1
    if (b === null || b === undefined) return -1
    return way * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), locale(), { numeric: true }))
  }
}

/** A table that is loaded page by page: load(cursor) → { data, next, total }. */
export function pagedTable(options, load) {
  let rows = []
  let next = null
  let run = 0
  const list = table({ ...options, rows: [], none: null })
  const foot = h('div', { class: 'table-foot' })
  const node = h('div', {}, waiting())

  async function page(cursor) {
    const mine = ++run
    try {
      const answer = await load(cursor)
      if (mine !== run) return
      rows = cursor ? rows.concat(answer.data) : answer.data
      next = answer.next
      if (!rows.length && !next) return fill(node, options.none instanceof Node ? options.none : empty(options.none))
      if (cursor) list.add(answer.data)
      else list.show(rows)
      const total = answer.total ?? null
      fill(foot, h('span', { class: 'quiet' }, total !== null ? t('shownOf', { shown: rows.length, total }) : t('shown', { shown: rows.length })),
        next && button(t('showMore'), (event) => { event.currentTarget.disabled = true; page(next) }))
      if (cursor === null || !list.isConnected) fill(node, list, foot)
    } catch (error) {
      if (mine === run && error.name !== 'AbortError') fill(node, failed(error, () => page(null)))
    }
  }
  node.reload = () => page(null)
  node.rows = () => rows
  page(null)
  return node
}
