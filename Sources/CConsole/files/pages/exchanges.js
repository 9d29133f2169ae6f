// Exchanges: every call, found by what it was, and opened to see what became of it.
import { at, badge, button, code, copyButton, empty, facts, fill, form, framed, get, h, hasText, keepQuery, later, link, linkButton,
  loaded, may, notice, pagedTable, pageHead, panel, post, quiet, seesAll, sentence, stack, t, table, tag, tOf, tone } from '../app/kit.js'
import * as format from '../app/format.js'
import explain, { explained } from './explain.js'

const filterNames = ['q', 'consumer', 'team', 'key', 'model', 'provider', 'target', 'outcome', 'status', 'code', 'cache', 'trace', 'from', 'to']
// Each is a text of its own, too: t('code')
const outcomes = ['error', 'completed', 'failed', 'limited', 'refused', 'aborted', 'cut']
const tones = { completed: 'good', failed: 'bad', limited: 'warn', refused: 'warn', aborted: '', cut: 'bad' }
const outcomeBadge = (exchange) => badge(tOf('outcome', exchange.outcome), tones[exchange.outcome] ?? (exchange.status >= 500 ? 'bad' : exchange.status >= 400 ? 'warn' : 'good'))

export default async function exchanges(page) {
  if (page.path[1] === 'explain') return explain(page)
  if (page.path[1]) return detail(page, page.path[1])
  let query = Object.fromEntries(filterNames.filter((name) => page.query[name]).map((name) => [name, page.query[name]]))
  const list = pagedTable({
    caption: t('nav.exchanges'), href: (exchange) => link(['exchanges', exchange.id]), none: empty(t('exchanges.none')), columns: [
      { label: t('time'), cell: (exchange) => format.moment(exchange.startedAt), isMain: true, className: 'still' },
      { label: t('outcome'), cell: (exchange) => [outcomeBadge(exchange), exchange.outcome !== 'completed' && exchange.status ? quiet(' ', exchange.status) : null] },
      { label: t('consumer'), cell: (exchange) => exchange.consumer ?? '–' },
      { label: t('model'), cell: (exchange) => [exchange.model ?? '–', exchange.version && quiet(' ', exchange.version)] },
      { label: t('target'), cell: (exchange) => [exchange.target ?? '–', exchange.attempts?.length > 1 && quiet(' ', t('exchanges.attempts', { count: exchange.attempts.length }))] },
      { label: t('firstToken'), cell: (exchange) => format.milliseconds(exchange.firstTokenMilliseconds), isNumber: true },
      { label: t('duration'), cell: (exchange) => format.milliseconds(exchange.milliseconds), isNumber: true },
      { label: t('tokens'), cell: (exchange) => format.number(exchange.tokens?.total), isNumber: true },
      { label: t('cost'), cell: (exchange) => format.exactMoney(exchange.cost), isNumber: true }]
  }, (cursor) => get('exchanges', { ...query, to: query.to && query.to.length === 10 ? `${query.to}T23:59:59Z` : query.to, cursor, limit: 50 }))
  const again = later(300, () => { keepQuery(query); list.reload(); drawClear() })
  const make = () => form([
    { at: ['q'], label: t('search'), placeholder: t('exchanges.search') }, { at: ['consumer'], label: t('consumer') }, { at: ['model'], label: t('model') }, { at: ['provider'], label: t('provider') },
    { at: ['outcome'], label: t('outcome'), kind: 'choice', choices: outcomes.map((name) => [name, tOf('outcome', name)]), placeholder: t('all') },
    { at: ['from'], label: t('from'), inputType: 'date' }, { at: ['to'], label: t('to'), inputType: 'date' },
    ...['team', 'key', 'target', 'status', 'code', 'cache', 'trace'].filter((name) => query[name]).map((name) => ({ at: [name], label: t(name) }))
  ], query, { onChange: (value) => { query = { ...value }; again() } }).node
  const bar = h('div')
  const drawBar = () => { const node = make(); node.className = 'toolbar'; fill(bar, node) }
  const clear = button(t('exchanges.clear'), () => { query = {}; keepQuery(query); drawBar(); list.reload(); drawClear() }, { kind: 'quiet' })
  const drawClear = () => { clear.hidden = !Object.keys(query).length }
  drawBar()
  drawClear()
  return stack(pageHead(t('nav.exchanges'), { actions: [clear, linkButton(t('explain.title'), link(['exchanges', 'explain'])), button(t('refresh'), () => list.reload(), { symbol: 'refresh' })] }), bar, framed(list))
}

function detail(page, id) {
  return loaded(() => get(at('exchanges', id)), (exchange) => [
    pageHead(exchange.id, {
      trail: [{ text: t('nav.exchanges'), href: link(['exchanges']) }], badges: [outcomeBadge(exchange), exchange.stream && tag(t('stream')), (exchange.attempts || []).length > 1 && exchange.outcome === 'completed' && badge(t('exchanges.byBackup'), 'warn')],
      actions: [copyButton(exchange.requestId, { label: t('exchanges.copyId'), kind: '' })]
    }),
    notice(exchange.outcome === 'completed' ? '' : exchange.outcome === 'failed' ? 'bad' : 'warn', h('p', {}, reason(exchange))),
    h('div', { class: 'columns-2-1' }, stack(timelinePanel(exchange), attempts(exchange)),
      stack(factPanel(exchange), tokenPanel(exchange), may('conversations') && conversationPanel(exchange), explainPanel(exchange)))], id)
}

/** What happened, in a sentence. */
function reason(exchange) {
  const failedOnes = (exchange.attempts || []).filter((attempt) => attempt.outcome !== 'completed')
  const values = { target: exchange.target ?? '–', time: format.milliseconds(exchange.milliseconds), first: format.milliseconds(exchange.firstTokenMilliseconds), status: exchange.status, code: exchange.errorCode ?? '–',
    failed: failedOnes.map((attempt) => `${attempt.target} (${attempt.status ?? tOf('attemptOutcome', attempt.outcome)})`).join(', '), count: (exchange.attempts || []).length }
  if (exchange.outcome === 'completed') return failedOnes.length ? t('reason.backup', values) : exchange.firstTokenMilliseconds ? t('reason.completedFirst', values) : t('reason.completed', values)
  if (hasText('reason', exchange.outcome)) return tOf('reason', exchange.outcome, values)
  return t('reason.other', { ...values, outcome: tOf('outcome', exchange.outcome) })
}

function timelinePanel(exchange) {
  const events = exchange.timeline || []
  const whole = Math.max(exchange.milliseconds, ...events.map((event) => event.until ?? event.at), 0.001)
  const share = (value) => `${Math.max(0, Math.min(100, (100 * value) / whole))}%`
  const bar = (from, until, kind) => h('i', { class: kind, style: { left: share(from), width: `calc(${share(until)} - ${share(from)})` } })
  const first = exchange.firstTokenMilliseconds
  const rows = events.filter((event) => event.kind !== 'end').map((event) => {
    if (event.kind === 'firstToken') return h('div', { class: 'phase' }, h('span', {}, t('firstToken')), h('div', { class: 'lane' }, h('i', { class: 'mark-point', style: { left: `min(${share(event.at)}, calc(100% - 3px))` } })), h('span', { class: 'num mono' }, format.milliseconds(event.at)))
    const isGood = !event.outcome || event.outcome === 'completed'
    const until = event.until ?? whole
    const streams = isGood && first > event.at && first < until
    return h('div', { class: 'phase' }, h('span', {}, event.label || tOf('phase', event.kind)), h('div', { class: 'lane', title: event.detail },
      streams ? [bar(event.at, first, ''), bar(first, until, 'stream')] : bar(event.at, until, isGood ? '' : 'bad')), h('span', { class: 'num mono' }, format.milliseconds(until - event.at)))
  })
  const details = events.filter((event) => event.detail)
  return panel(t('exchanges.timeline'), {
    actions: h('span', { class: 'legend' }, h('span', {}, h('i', { style: tone(0) }), t('timeline.waiting')), h('span', {}, h('i', { style: tone(1) }), t('timeline.streaming')), h('span', {}, h('i', { style: tone(0, true) }), t('outcome.failed')))
  }, rows.length ? h('div', { class: 'timeline' }, rows) : h('p', { class: 'quiet' }, t('exchanges.noTimeline')), details.map((event) => h('p', { class: 'quiet' }, `${event.label ? `${event.label}: ` : ''}${event.detail}`)))
}

const attempts = (exchange) => panel(t('exchanges.attemptsTitle'), { isFlush: true }, table({
  caption: t('exchanges.attemptsTitle'), rows: (exchange.attempts || []).map((attempt, index) => ({ ...attempt, index })), none: t('exchanges.noAttempts'), columns: [
    { label: '#', cell: (attempt) => attempt.index + 1, className: 'hide-small' }, { label: t('target'), cell: (attempt) => attempt.target, isMain: true },
    { label: t('outcome'), cell: (attempt) => badge(tOf('attemptOutcome', attempt.outcome), attempt.outcome === 'completed' ? 'good' : 'bad') },
    { label: t('status'), cell: (attempt) => attempt.status ?? '–', isNumber: true }, { label: t('duration'), cell: (attempt) => format.milliseconds(attempt.milliseconds), isNumber: true }]
}))

function factPanel(exchange) {
  const to = (value, path) => (value ? h('a', { href: link(path) }, value) : '–')
  return panel(t('facts'), {}, facts([
    [t('time'), format.moment(exchange.startedAt)], [t('consumer'), to(exchange.consumer, ['consumers', 'consumers', exchange.consumer]), exchange.team && quiet(` ${exchange.team}`)],
    [t('key'), exchange.key ? h(exchange.keyId ? 'a' : 'span', { href: exchange.keyId && link(['keys', String(exchange.keyId)]) }, h('code', {}, exchange.key)) : '–'], [t('model'), to(exchange.model, ['models', exchange.route || exchange.model]), exchange.version && quiet(` ${exchange.version}`)],
    [t('target'), exchange.target ?? '–'], [t('surface'), tOf('surface', exchange.surface)], [t('status'), exchange.status, exchange.errorCode && [' ', h('code', {}, exchange.errorCode)]],
    exchange.cache && [t('cache'), tOf('cache', exchange.cache), exchange.saved && quiet(' ', t('cache.saved', { cost: format.money(exchange.saved) }))], exchange.trace && [t('trace'), h('code', {}, exchange.trace)],
    [t('exchanges.size'), `${format.bytes(exchange.bytesIn)} → ${format.bytes(exchange.bytesOut)}`], [t('configuration.revision'), seesAll() ? to(exchange.revision, ['configuration', 'history', String(exchange.revision)]) : exchange.revision], ['x-request-id', h('code', {}, exchange.requestId)]]))
}

/** Kinds of tokens, with the names that their prices have. */
const tokenKinds = [['inputUncached', 'input'], ['inputCached', 'cachedInput'], ...['cacheWrite', 'inputAudio', 'output', 'reasoning', 'outputAudio'].map((name) => [name, name])]

function tokenPanel(exchange) {
  const tokens = exchange.tokens
  const rate = tokens && exchange.firstTokenMilliseconds ? (tokens.output + tokens.reasoning) / ((exchange.milliseconds - exchange.firstTokenMilliseconds) / 1000) : null
  return panel(t('exchanges.tokensAndCost'), {}, tokens ? facts([
    ...tokenKinds.filter(([name]) => tokens[name]).map(([name, price]) => [tOf('price', price), format.number(tokens[name])]),
    [t('total'), format.number(tokens.total), exchange.estimated && [' ', tag(t('exchanges.estimated'))]], Number.isFinite(rate) && rate > 0 && [t('exchanges.rate'), t('exchanges.perSecond', { rate: format.number(rate, 1) })],
    [t('cost'), exchange.cost ? `${format.money(exchange.cost)} (${exchange.cost.amount} ${exchange.cost.currency})` : t('exchanges.unpriced')], exchange.price && [t('collection.prices'), exchange.price]
  ]) : h('p', { class: 'quiet' }, t('exchanges.noTokens')))
}

/** What was said, where it is kept: loaded only when it is asked for, for who reads it is noted. */
function conversationPanel(exchange) {
  const place = h('div', { 'aria-live': 'polite' })
  const show = button(t('exchanges.conversationShow'), async () => {
    show.disabled = true
    try {
      const { about, conversation } = await get(at('conversations', exchange.requestId))
      fill(place, about.truncated && notice('', t('exchanges.conversationCut')), code(JSON.stringify(conversation, null, 2), 'wraps'))
    } catch (error) { fill(place, notice('', error.status === 404 ? t('exchanges.conversationNone') : sentence(error))) }
    show.disabled = false
  })
  return panel(t('exchanges.conversation'), {}, h('p', { class: 'quiet' }, t('exchanges.conversationText')), h('div', {}, show), place)
}

/** What would become of such a call now. */
function explainPanel(exchange) {
  const place = h('div', { 'aria-live': 'polite' })
  const run = button(t('explain.title'), async () => {
    run.disabled = true
    try { fill(place, explained(await post('explain', { consumer: exchange.consumer, model: exchange.model, surface: exchange.surface }))) } catch (error) { fill(place, notice('', error.isNotOffered ? t('notOffered') : sentence(error))) }
    run.disabled = false
  })
  return panel(t('explain.title'), {}, h('p', { class: 'quiet' }, t('explain.text')), h('div', {}, run), place)
}
