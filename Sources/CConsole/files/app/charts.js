// Charts as SVG, drawn at the width that they have; the same numbers stand in a table for those who do not see them.
import { fill, h, newId, svg } from './dom.js'
import { t } from './i18n.js'

/** A line without axes, for a tile. */
export function sparkline(values) {
  const top = Math.max(...values, 0) || 1
  const last = Math.max(values.length - 1, 1)
  const points = values.map((value, index) => `${((100 * index) / last).toFixed(1)},${(30 - (26 * value) / top).toFixed(1)}`).join(' ')
  return svg('svg', { viewBox: '0 0 100 32', preserveAspectRatio: 'none', class: 'spark', 'aria-hidden': 'true' },
    values.length > 1 && [svg('polygon', { points: `0,32 ${points} 100,32`, class: 'spark-area' }),
      svg('polyline', { points, class: 'spark-line', 'vector-effect': 'non-scaling-stroke' })])
}

/**
 * A chart over time. series: [{ name, values, isBad }] of the same length as `labels`; kind: 'area' (stacked), 'bars' (stacked), 'lines'.
 * `format` writes values, `labelOf(index)` says what stands below, `fullLabel(index)` what a pointer sees.
 */
export function chart({ title, kind = 'area', labels, labelOf, fullLabel = labelOf, series, format, height = 220 }) {
  const plot = h('div', { class: 'plot', tabindex: '0', role: 'img', 'aria-label': described(title, series, format) })
  const note = h('div', { class: 'plot-note', hidden: true })
  const data = h('div', { class: 'plot-data', hidden: true })
  const toggle = h('button', { type: 'button', class: 'link', 'aria-expanded': 'false', onclick: () => {
    const opens = data.hidden
    if (opens) fill(data, asTable(title, labels, fullLabel, series, format))
    data.hidden = !opens
    toggle.setAttribute('aria-expanded', String(opens))
    toggle.textContent = opens ? t('chart.hideTable') : t('chart.showTable')
  } }, t('chart.showTable'))
  const node = h('figure', { class: 'chart' }, h('div', { class: 'plot-frame' }, plot, note),
    h('figcaption', {}, h('div', { class: 'legend' }, series.length > 1 && series.map((one, index) =>
      h('span', {}, h('i', { style: tone(index, one.isBad) }), one.name))), toggle), data)

  let shape = null
  let shown = -1
  const draw = () => {
    const width = plot.clientWidth
    if (width) { shape = drawn({ kind, labels, labelOf, series, format, width, height }); fill(plot, shape.node) }
  }
  const point = (index) => {
    if (!shape || index < 0 || index >= labels.length) return
    shown = index
    const x = shape.x(index)
    shape.cursor.setAttribute('x1', x)
    shape.cursor.setAttribute('x2', x)
    shape.cursor.removeAttribute('visibility')
    note.hidden = false
    fill(note, h('b', {}, fullLabel(index)), series.map((one, at) => h('div', {}, h('i', { style: tone(at, one.isBad) }), h('span', {}, one.name), h('span', { class: 'num' }, format(one.values[index])))))
    const right = x > plot.clientWidth / 2
    note.style.setProperty('left', right ? 'auto' : `${x + 10}px`)
    note.style.setProperty('right', right ? `${plot.clientWidth - x + 10}px` : 'auto')
  }
  const leave = () => { note.hidden = true; shown = -1; shape?.cursor.setAttribute('visibility', 'hidden') }
  plot.addEventListener('pointermove', (event) => shape && point(shape.nearest(event.clientX - plot.getBoundingClientRect().left)))
  plot.addEventListener('pointerleave', leave)
  plot.addEventListener('blur', leave)
  plot.addEventListener('keydown', (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (!way) return
    event.preventDefault()
    point(Math.max(0, Math.min(labels.length - 1, shown < 0 ? (way > 0 ? 0 : labels.length - 1) : shown + way)))
  })
  new ResizeObserver(draw).observe(plot)
  return node
}

/** The colour of a series, for its marks: by its place in the row, unless it tells of a fault. */
export const tone = (index, isBad) => ({ '--tone': isBad ? 'var(--bad)' : `var(--s${index % 5})` })

function drawn({ kind, labels, labelOf, series, format, width, height }) {
  const count = labels.length
  const isStacked = kind !== 'lines'
  const sums = labels.map((_, index) => isStacked ? series.reduce((sum, one) => sum + (one.values[index] || 0), 0)
    : Math.max(0, ...series.map((one) => one.values[index] || 0)))
  const steps = ticks(Math.max(...sums, 0))
  const top = steps[steps.length - 1]
  const left = Math.max(...steps.map((value) => format(value).length)) * 6.6 + 12
  const bottom = 22
  const inner = Math.max(width - left - 6, 10)
  const slot = inner / Math.max(count, 1)
  const x = (index) => (kind === 'bars' ? left + slot * (index + 0.5) : left + (count > 1 ? (inner * index) / (count - 1) : inner / 2))
  const y = (value) => height - bottom - ((height - bottom - 10) * value) / top
  const parts = steps.map((value) => [svg('line', { x1: left, x2: width, y1: y(value), y2: y(value), class: 'rule' }),
    svg('text', { x: left - 8, y: y(value) + 4, 'text-anchor': 'end', class: 'tick' }, format(value))])
  const base = new Array(count).fill(0)
  series.forEach((one, at) => {
    const values = one.values.map((value) => value || 0)
    if (kind === 'bars') {
      const thick = Math.max(1, Math.min(slot * 0.72, 44))
      values.forEach((value, index) => {
        if (value > 0) parts.push(svg('rect', { x: x(index) - thick / 2, width: thick, y: y(base[index] + value), height: Math.max(0.5, y(base[index]) - y(base[index] + value)), class: 'fill', style: tone(at, one.isBad) }))
        base[index] += value
      })
    } else if (kind === 'area') {
      const upper = values.map((value, index) => `${x(index).toFixed(1)},${y(base[index] + value).toFixed(1)}`)
      const lower = values.map((_, index) => `${x(index).toFixed(1)},${y(base[index]).toFixed(1)}`).reverse()
      parts.push(svg('polygon', { points: [...upper, ...lower].join(' '), class: 'fill soft', style: tone(at, one.isBad) }),
        svg('polyline', { points: upper.join(' '), class: 'line', style: tone(at, one.isBad) }))
      values.forEach((value, index) => { base[index] += value })
    } else {
      parts.push(svg('polyline', { points: values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' '), class: 'line', style: tone(at, one.isBad) }))
    }
  })
  const every = Math.max(1, Math.ceil(count / Math.max(2, Math.floor(inner / 76))))
  for (let index = 0; index < count; index += every) {
    const place = x(index)
    parts.push(svg('text', { x: Math.min(place, width - 20), y: height - 5, 'text-anchor': index === 0 && kind !== 'bars' ? 'start' : 'middle', class: 'tick' }, labelOf(index)))
  }
  const cursor = svg('line', { y1: 6, y2: height - bottom, class: 'cursor', visibility: 'hidden' })
  const nearest = (place) => Math.max(0, Math.min(count - 1, kind === 'bars' ? Math.floor((place - left) / slot) : Math.round(((place - left) / inner) * (count - 1))))
  return { node: svg('svg', { width, height, 'aria-hidden': 'true' }, parts, cursor), x, cursor, nearest }
}

/** Round steps from 0 to beyond a number. */
export function ticks(top) {
  if (!(top > 0)) return [0, 1]
  const rough = top / 4
  const size = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * size >= rough) * size
  const found = []
  for (let index = 0; index * step < top + step; index += 1) found.push(Number((index * step).toPrecision(12)))
  return found
}

const described = (title, series, format) => t('chart.described', {
  title, series: series.map((one) => `${one.name} ${format(one.values.reduce((sum, value) => Math.max(sum, value || 0), 0))}`).join(', ')
})

function asTable(title, labels, fullLabel, series, format) {
  const id = newId('chart')
  return h('div', { class: 'table scrolls', tabindex: '0', role: 'region', 'aria-labelledby': id }, h('table', { class: 'plain' }, h('caption', { class: 'unseen', id }, title),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('time')), series.map((one) => h('th', { scope: 'col', class: 'num' }, one.name)))),
    h('tbody', {}, labels.map((_, index) => h('tr', {}, h('th', { scope: 'row' }, fullLabel(index)), series.map((one) => h('td', { class: 'num' }, format(one.values[index]))))))))
}
