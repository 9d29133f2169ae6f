// Usage and cost: what was called, by whom, for how much; and the prices that it was reckoned with.
import { all, button, call, chart, download, editorPage, fill, form, framed, get, h, keepQuery, link, loaded, marks,
  may, newObjectDialog, pageHead, panel, seesAll, segmented, stack, t, table, tabs, tellError, tOf, withDrafts } from '../app/kit.js'
import * as format from '../app/format.js'

const names = ['consumer', 'team', 'organisation', 'key', 'model', 'provider', 'target', 'version', 'day', 'hour']
// Each is a text of its own, too: t('day') t('hour')
const spans = ['hour', 'day', 'week', 'month']

export default async function usage(page) {
  if (page.path[1] === 'prices') return page.path[2] ? priceEditor(page, page.path[2]) : prices(page)
  const query = { span: page.query.from ? null : page.query.span || 'week', from: page.query.from, to: page.query.to, by: page.query.by || 'model', key: page.query.key, consumer: page.query.consumer }
  const lines = h('div', { class: 'page-table' })
  const course = h('div')
  const note = h('p', { class: 'quiet' }, t('usage.wholeHours'))
  // Sums are kept by hour: the last hour is this one, as far as it has come, and the one before.
  const wanted = (by) => (query.span === 'hour' ? { ...query, by, span: null, from: new Date(Date.now() - 3600000).toISOString() } : { ...query, by })
  const update = () => { keepQuery(query); note.hidden = query.span !== 'hour'; fill(course, courseView()); fill(lines, loaded(() => get('usage', wanted(query.by)), (answer) => lineTable(answer, query.by))) }

  function courseView() {
    const first = query.by.split(',')[0]
    const step = query.span === 'hour' || query.span === 'day' ? 'hour' : 'day'
    const group = ['day', 'hour'].includes(first) ? null : first
    return loaded(() => get('usage', wanted(group ? `${step},${group}` : step)), ({ data }) => {
      if (!data.length) return h('p', { class: 'quiet' }, t('usage.none'))
      const moments = [...new Set(data.map((line) => line.names[step]))].sort()
      const sums = new Map()
      for (const line of data) sums.set(line.names[group] ?? '', (sums.get(line.names[group] ?? '') || 0) + line.tokens.total)
      const ranked = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a))
      const shown = ranked.slice(0, 4)
      const value = (at, has) => data.filter((line) => line.names[step] === at && has(line.names[group] ?? '')).reduce((sum, line) => sum + line.tokens.total, 0)
      const series = shown.map((name) => ({ name: name || t('usage.unnamed'), values: moments.map((at) => value(at, (other) => other === name)) }))
      if (ranked.length > 4) series.push({ name: t('usage.others'), values: moments.map((at) => value(at, (other) => !shown.includes(other))) })
      if (!group) series[0].name = t('tokens')
      return chart({ title: t('usage.tokensOverTime'), kind: 'bars', labels: moments, series, format: format.compact, labelOf: (index) => (step === 'hour' ? format.clock(moments[index]) : format.shortDay(moments[index])), fullLabel: (index) => (step === 'hour' ? format.dateTime(moments[index]) : format.day(moments[index])) })
    })
  }

  const save = async () => {
    try {
      const { data } = await call('GET', 'usage', { query: wanted(query.by), accept: 'text/csv' })
      download(`usage-${query.from || query.span}-${query.by}.csv`.replace(/,/g, '-'), data, 'text/csv')
    } catch (error) { tellError(error) }
  }
  const filters = form([
    { at: ['by'], label: t('usage.by'), kind: 'choice', isRequired: true, choices: names.map((name) => [name, t(name)]) },
    { at: ['then'], label: t('usage.then'), kind: 'choice', choices: names.map((name) => [name, t(name)]), placeholder: '–' },
    { at: ['from'], label: t('from'), inputType: 'date' }, { at: ['to'], label: t('to'), inputType: 'date' }
  ], { by: query.by.split(',')[0], then: query.by.split(',')[1], from: query.from, to: query.to }, {
    onChange: (value) => {
      query.by = [value.by, value.then].filter((name, index, list) => name && list.indexOf(name) === index).join(',')
      query.from = value.from
      query.to = value.to
      query.span = value.from ? null : query.span || 'week'
      update()
    }
  })
  filters.node.className = 'toolbar'
  update()
  return stack(pageHead(t('nav.usage'), {
    actions: [segmented(spans.map((name) => [name, tOf('span', name)]), query.span, (name) => { query.span = name; query.from = query.to = null; update() }, t('span')), button('CSV', save, { symbol: 'download', label: t('usage.csv') })]
  }), parts('usage'), filters.node, note, panel(t('usage.tokensOverTime'), {}, course), lines)
}

const parts = (current) => seesAll() && tabs([{ href: link(['usage']), text: t('nav.usage'), isHere: current === 'usage' }, { href: link(['usage', 'prices']), text: t('prices.title'), isHere: current === 'prices' }], t('nav.usage'))

function lineTable({ data }, by) {
  const groups = by.split(',')
  const filter = (line) => Object.fromEntries(groups.filter((name) => !['day', 'hour', 'version', 'organisation'].includes(name)).map((name) => [name, line.names[name]]))
  const show = (name, value) => (name === 'day' ? format.day(value) : name === 'hour' ? format.dateTime(value) : value || t('usage.unnamed'))
  return table({
    caption: t('nav.usage'), rows: data, none: t('usage.none'), href: (line) => link(['exchanges'], filter(line)), sortedBy: groups.length, isDescending: true, columns: [
      ...groups.map((name, index) => ({ label: t(name), cell: (line) => show(name, line.names[name]), sort: (line) => line.names[name], isMain: index === 0 })),
      { label: t('requests'), cell: (line) => format.number(line.requests), sort: (line) => line.requests, isNumber: true },
      { label: t('errors'), cell: (line) => format.number(line.errors), sort: (line) => line.errors, isNumber: true },
      { label: t('price.input'), cell: (line) => format.compact(input(line.tokens)), sort: (line) => input(line.tokens), isNumber: true },
      { label: t('price.output'), cell: (line) => format.compact(output(line.tokens)), sort: (line) => output(line.tokens), isNumber: true },
      { label: t('firstToken'), cell: (line) => format.milliseconds(line.milliseconds?.firstToken), sort: (line) => line.milliseconds?.firstToken, isNumber: true },
      { label: t('cost'), cell: (line) => [format.moneys(line.costs), line.unpriced ? h('div', { class: 'quiet' }, t('overview.unpriced', { count: line.unpriced })) : null], sort: (line) => Number(line.costs?.[0]?.amount ?? -1), isNumber: true }]
  })
}

const input = (tokens) => tokens.inputUncached + tokens.inputCached + tokens.cacheWrite + tokens.inputAudio
const output = (tokens) => tokens.output + tokens.reasoning + tokens.outputAudio

function prices(page) {
  const add = () => newObjectDialog('prices', { placeOf: (name) => link(['usage', 'prices', name], { new: 1 }), hint: t('prices.nameHint') })
  return stack(pageHead(t('nav.usage'), { sub: t('prices.sub'), actions: may('write') ? [button(t('prices.add'), add, { kind: 'primary', symbol: 'add' })] : [] }), parts('prices'),
    framed(loaded(() => all('prices'), (objects) => table({
      caption: t('prices.title'), rows: withDrafts('prices', objects), none: t('prices.none'), href: (object) => link(['usage', 'prices', object.name], object.isDraft ? { new: 1 } : null), columns: [
        { label: t('prices.of'), cell: (object) => object.name, sort: (object) => object.name, isMain: true },
        { label: t('price.input'), cell: (object) => object.value.input ?? '–', isNumber: true },
        { label: t('price.cachedInput'), cell: (object) => object.value.cachedInput ?? '–', isNumber: true },
        { label: t('price.output'), cell: (object) => object.value.output ?? '–', isNumber: true },
        marks('prices')]
    }))))
}

const amounts = ['input', 'cachedInput', 'cacheWrite', 'output', 'reasoning', 'inputAudio', 'outputAudio', 'perRequest', 'perImage']

const priceEditor = (page, name) => editorPage(page, {
  collection: 'prices', name, trail: [{ text: t('prices.title'), href: link(['usage', 'prices']), path: 'usage' }], initial: {},
  draw: ({ sheet }) => h('div', { class: 'columns-2' }, panel(t('prices.amounts'), { sub: t('prices.amountsSub') }, sheet.fields(amounts.map((key) => ({ at: [key], label: tOf('price', key), placeholder: '2 CNY' })))),
    panel(t('prices.rules'), {}, sheet.fields([{ at: ['tiers'], label: t('prices.tiers'), kind: 'json', isWide: true }, { at: ['times'], label: t('prices.times'), kind: 'json', isWide: true }])))
})
