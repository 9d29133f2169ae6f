// What needs attention, in sentences; then how much, how well, how dear.
import { all, badge, chart, fill, get, go, h, hasText, icon, keepQuery, link, loaded, may, nameColumn, pageHead,
  panel, quiet, segmented, sparkline, stack, t, table, tOf, whileVisible } from '../app/kit.js'
import * as format from '../app/format.js'

const spans = ['hour', 'day', 'week', 'month']
// Each is a text of its own, too: t('latency')
const measures = ['requests', 'tokens', 'cost', 'latency']

export default async function overview(page) {
  let span = spans.includes(page.query.span) ? page.query.span : 'day'
  let measure = measures.includes(page.query.show) ? page.query.show : 'requests'
  let last = null
  const live = h('span', { class: 'quiet', 'aria-live': 'off' })
  const graph = h('div')
  const choose = () => keepQuery({ span: span === 'day' ? null : span, show: measure === 'requests' ? null : measure })
  const view = loaded(() => get('overview', { span }), (data) => {
    fill(live, t('overview.live', { streams: data.live.openStreams, rate: format.number(data.live.requestsPerSecond, 1) }))
    last = data
    if (!data.totals.requests && !data.points.some((point) => point.requests)) return [attention(data), begin()]
    drawGraph()
    return [attention(data), tiles(data), panel(t('overview.course'), {
      actions: segmented(measures.map((name) => [name, t(name)]), measure, (name) => { measure = name; choose(); drawGraph() }, t('overview.measure'))
    }, graph), h('div', { class: 'columns-2' },
      top(t('nav.models'), data.topModels, (row) => link(['models', row.name]), link(['usage'], { by: 'model' })),
      top(t('nav.consumers'), data.topConsumers, (row) => link(['consumers', 'consumers', row.name]), link(['usage'], { by: 'consumer' }))), limited(data.limited)]
  })
  // A pointer or the keyboard in the page is not disturbed: numbers change, the graph with its cursor stays for the moment.
  whileVisible(page, 5000, () => (view.contains(document.activeElement) ? null : view.reload({ silent: true })))

  function drawGraph() {
    const at = (index) => last.points[index].at
    const short = span === 'hour' || span === 'day' ? format.clock : format.shortDay
    const series = {
      requests: [[t('requests'), (point) => point.requests - point.errors], [t('errors'), (point) => point.errors, true]],
      tokens: [[t('tokens'), (point) => point.tokens]],
      cost: currencies(last).map((currency) => [t('costIn', { currency }), (point) => amount(point.costs, currency)]),
      latency: [[t('duration'), (point) => point.milliseconds], [t('firstToken'), (point) => point.firstToken]]
    }[measure].map(([name, value, isBad]) => ({ name, isBad, values: last.points.map(value) }))
    const write = measure === 'latency' ? format.milliseconds : measure === 'cost' ? (value) => format.number(value, value < 10 ? 3 : 0) : format.compact
    fill(graph, last.points.length ? chart({
      title: t(measure), kind: measure === 'latency' ? 'lines' : measure === 'requests' ? 'bars' : 'area', labels: last.points,
      labelOf: (index) => short(at(index)), fullLabel: (index) => format.dateTime(at(index)), series, format: write
    }) : h('p', { class: 'quiet' }, t('overview.noPoints')))
  }

  return stack(pageHead(t('nav.overview'), {
    badges: [live],
    actions: [segmented(spans.map((name) => [name, tOf('span', name)]), span, (name) => { span = name; choose(); view.reload() }, t('span'))]
  }), view)
}

const currencies = (data) => [...new Set([...data.points.flatMap((point) => point.costs || []), ...(data.totals.costs || [])].map((cost) => cost.currency))]
const amount = (costs, currency) => Number((costs || []).find((cost) => cost.currency === currency)?.amount || 0)

function attention(data) {
  if (!data.attention.length) {
    return h('div', { class: 'notice good', role: 'status' }, icon('check'), h('div', { class: 'notice-text' }, t('overview.allWell')))
  }
  return panel(t('overview.attention'), { isFlush: true }, h('ul', { class: 'attention' }, data.attention.map((item) => h('li', {},
    badge(item.severity === 'error' ? t('severity.error') : t('severity.warning'), item.severity === 'error' ? 'bad' : 'warn'),
    h('span', { class: 'said-so' }, said(item)), item.link && h('a', { href: item.link }, t('look'))))))
}

function said(item) {
  if (hasText('attention', item.code)) return tOf('attention', item.code, item.values)
  return t('overview.unknownAttention', { code: item.code, values: Object.entries(item.values || {}).map((pair) => pair.join(' ')).join(', ') })
}

function tiles({ totals, before, points }) {
  const values = (of) => sparkline(points.map((point) => of(point) || 0))
  const first = totals.costs[0]
  return h('div', { class: 'columns-4' },
    tile(t('requests'), format.compact(totals.requests), difference(totals.requests, before?.requests), values((point) => point.requests), link(['exchanges'])),
    tile(t('errorRate'), format.percent(totals.errors, totals.requests), t('overview.errorCount', { count: totals.errors }), values((point) => point.errors), link(['exchanges'], { outcome: 'failed' })),
    tile(t('firstToken'), format.milliseconds(totals.milliseconds.firstToken), t('overview.average', { time: format.milliseconds(totals.milliseconds.average) }), values((point) => point.firstToken), link(['exchanges'])),
    tile(t('tokens'), format.compact(totals.tokens.total), difference(totals.tokens.total, before?.tokens?.total), values((point) => point.tokens), link(['usage'])),
    tile(t('cost'), format.moneys(totals.costs), totals.unpriced ? t('overview.unpriced', { count: totals.unpriced }) : first ? difference(Number(first.amount), amount(before?.costs, first.currency)) : '',
      values((point) => amount(point.costs, first?.currency)), link(['usage'])),
    totals.hits > 0 && tile(t('overview.hits'), format.compact(totals.hits), format.percent(totals.hits, totals.requests), null, link(['exchanges'], { cache: 'hit' })))
}

const difference = (now, before) => format.change(now, before)?.text ?? ''

const tile = (label, value, delta, spark, href) => h('a', { class: 'panel tile', href }, h('span', { class: 'label' }, label),
  h('span', { class: `value ${value.length > 11 ? 'long' : ''}` }, value), h('span', { class: 'delta' }, delta), spark)

function top(title, rows, href, more) {
  return panel(title, { isFlush: true, actions: h('a', { href: more }, t('all')) }, table({
    caption: title, rows, href, none: t('overview.noTraffic'), columns: [
      nameColumn(),
      { label: t('requests'), cell: (row) => format.number(row.requests), sort: (row) => row.requests, isNumber: true },
      { label: t('tokens'), cell: (row) => format.compact(row.tokens), sort: (row) => row.tokens, isNumber: true },
      { label: t('cost'), cell: (row) => format.moneys(row.costs), isNumber: true }]
  }))
}

/** Who was refused by limits, and how often. */
const limited = (rows) => (rows?.length ? panel(t('overview.limited'), { isFlush: true, actions: h('a', { href: link(['exchanges'], { outcome: 'limited' }) }, t('all')) }, table({
  caption: t('overview.limited'), rows, href: (row) => link(['exchanges'], { consumer: row.name, outcome: 'limited' }), columns: [
    nameColumn(), { label: t('overview.refusals'), cell: (row) => format.number(row.refusals), sort: (row) => row.refusals, isNumber: true }]
})) : null)

/** The way to the first answer: what is there already is marked. */
function begin() {
  const steps = h('ol', { class: 'steps' })
  const draw = async () => {
    const [providers, models, keys] = await Promise.all([all('providers'), all('models'), get('keys', { limit: 1 }).catch(() => ({ data: [] }))])
    const list = [[providers.length, 'begin.provider', ['providers'], { new: 1 }], [models.length, 'begin.model', ['models'], { new: 1 }],
      [keys.data.length, 'begin.key', ['keys'], { new: 1 }], [0, 'begin.call', ['playground'], null]]
    fill(steps, list.map(([done, key, path, query], index) => h('li', { class: done ? 'done' : '' }, h('a', { href: link(path, done || !may('read') ? null : query) },
      h('span', { class: 'rank' }, done ? icon('check') : index + 1), h('span', {}, h('b', {}, t(key)), done ? quiet(' · ', t('begin.done')) : null), icon('next')))))
  }
  draw().catch(() => go(['providers']))
  return panel(t('begin.title'), { sub: t('begin.sub') }, steps)
}
// Texts of the steps: t('begin.provider') t('begin.model') t('begin.key') t('begin.call')
