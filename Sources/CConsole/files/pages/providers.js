// Providers: where models run, with their keys and how they are.
import { all, at, badge, button, editorPage, empty, fill, form, framed, get, go, h, keep, keepQuery, link, loaded,
  marks, may, milliseconds, more, nameColumn, notice, openDialog, pageHead, panel, post, quiet, sentence, stack, t,
  table, toast, tOf, whileVisible, withDrafts } from '../app/kit.js'
import { timers } from './models.js'

const health = () => get('health').then((answer) => answer.data, () => [])
const kindsOf = () => get('provider-kinds').then((answer) => answer.data, () => [])

export default async function providers(page) {
  const name = page.path[1] ?? page.query.name
  if (name) return editor(page, name)
  if (page.query.new && may('write')) { keepQuery({}); setTimeout(addProvider) }
  const view = loaded(() => Promise.all([all('providers'), health(), kindsOf()]), ([objects, states, kinds]) => table({
    caption: t('nav.providers'), rows: withDrafts('providers', objects), href: (object) => link(['providers', object.name], object.isDraft ? { new: 1 } : null),
    none: empty(t('providers.none'), may('write') && button(t('providers.add'), addProvider, { kind: 'primary' })), columns: [
      nameColumn(),
      { label: t('providers.kind'), cell: (object) => kinds.find((kind) => kind.kind === object.value.kind)?.name ?? object.value.kind ?? '–', sort: (object) => object.value.kind },
      { label: t('nav.keys'), cell: (object) => (object.value.keys || []).length || '–', sort: (object) => (object.value.keys || []).length, isNumber: true },
      { label: t('state'), cell: (object) => stateOf(object.name, states) },
      marks('providers')]
  }))
  whileVisible(page, 10000, () => view.reload({ silent: true }))
  return stack(pageHead(t('nav.providers'), {
    sub: t('providers.sub'), actions: may('write') ? [button(t('providers.add'), addProvider, { kind: 'primary', symbol: 'add' })] : []
  }), framed(view))
}

function stateOf(name, states) {
  const own = states.filter((item) => item.provider === name)
  const aside = own.filter((item) => item.isSetAside)
  if (!own.length) return quiet(t('health.unknown'))
  return aside.length ? badge(t('providers.aside', { count: aside.length }), aside.length === own.length ? 'bad' : 'warn') : badge(t('health.fine'), 'good')
}

/** First the kind, then name and key, tried at once; then it stands in the list of changes. */
function addProvider() {
  const dialog = openDialog(t('providers.add'), { isWide: true })
  const list = h('div', { class: 'kinds' })
  let kinds = []
  const search = h('input', { class: 'input', type: 'search', 'aria-label': t('search'), placeholder: t('providers.searchKind'), oninput: () => draw() })
  const draw = () => {
    const text = search.value.toLowerCase()
    const found = kinds.filter((kind) => `${kind.name} ${kind.kind}`.toLowerCase().includes(text))
    fill(list, found.map((kind) => h('button', { type: 'button', class: 'kind', onclick: () => details(kind) }, h('b', {}, kind.name), h('span', {}, kind.url ?? kind.kind))),
      !found.length && h('p', { class: 'quiet' }, t('search.none')))
  }
  fill(dialog.body, stack(search, list))
  search.focus()
  get('provider-kinds').then((answer) => { kinds = answer.data; draw() }, (error) => fill(list, h('p', { class: 'fault' }, error.isNotOffered ? t('notOffered') : sentence(error))))

  function details(kind) {
    const result = h('div', { 'aria-live': 'polite' })
    const made = form([
      { at: ['name'], label: t('name'), isRequired: true },
      { at: ['url'], label: t('providers.url'), placeholder: kind.url ?? 'https://', isRequired: !kind.url && kind.kind !== 'echo' },
      ...(kind.kind === 'echo' ? [] : [{ at: ['key'], label: t('providers.key'), kind: 'secret', hint: kind.needsKey ? t('providers.keyHint') : t('providers.keyOptional'), isWide: true }])
    ], { name: kind.kind })
    const value = () => {
      const { url, key } = made.value()
      return { kind: kind.kind, ...(url ? { url } : {}), ...(key ? { keys: [key] } : {}) }
    }
    const test = button(t('providers.test'), async () => {
      test.disabled = true
      fill(result, h('p', { class: 'quiet' }, t('providers.testing')))
      try { fill(result, outcome(await post('provider-test', { value: value() }))) } catch (error) { fill(result, notice('bad', error.isNotOffered ? t('notOffered') : sentence(error))) }
      test.disabled = false
    })
    const done = button(t('object.begin'), async () => {
      const { name } = made.value()
      if (!name) return made.showProblems([{ pointer: '/name', severity: 'error', message: t('nameNeeded') }])
      const known = await get(at('providers', name)).catch(() => null)
      if (known) return made.showProblems([{ pointer: '/name', severity: 'error', message: t('providers.nameTaken') }])
      keep({ collection: 'providers', name, op: 'put', base: null, etag: null, value: value() })
      dialog.close()
      go(['providers', name], { new: 1 })
    }, { kind: 'primary' })
    fill(dialog.body, stack(h('div', { class: 'row' }, h('b', {}, kind.name), h('span', { class: 'spacer' }), button(t('providers.otherKind'), () => { dialog.close(); addProvider() }, { kind: 'quiet small' })), made.node, result))
    fill(dialog.footer, test, h('span', { class: 'spacer' }), done)
    dialog.body.querySelector(kind.needsKey ? 'input[type="password"]' : 'input')?.focus()
  }
}

/** What a test of the connection brought. */
function outcome(answer, use) {
  if (!answer.ok) return notice('bad', h('b', {}, answer.message), answer.advice && h('p', {}, answer.advice))
  const models = answer.models || []
  return notice('good', h('b', {}, t('providers.answers', { time: milliseconds(answer.milliseconds) })),
    models.length > 0 && h('p', {}, t('providers.models', { count: models.length })),
    models.length > 0 && h('div', { class: 'tags' }, models.slice(0, 60).map((model) => (use
      ? button(model, () => use(model), { kind: 'small', title: t('providers.publish') }) : h('span', { class: 'badge plain' }, model)))))
}

function editor(page, name) {
  return editorPage(page, {
    collection: 'providers', name, trail: [{ text: t('nav.providers'), href: link(['providers']), path: 'providers' }], initial: { kind: 'openai-compatible' },
    prepare: async () => ({ kinds: await kindsOf(), states: await health() }),
    draw: (context) => h('div', { class: 'columns-2-1' }, stack(connection(context), limits(context)),
      stack(trial(context, name), state(context, name)))
  })
}

const special = {
  'azure-openai': ['apiVersion', 'deployments', 'entra.tenant', 'entra.clientID', 'entra.clientSecret'], bedrock: ['region', 'accessKey', 'secretKey', 'sessionToken'],
  vertex: ['project', 'location', 'serviceAccount', 'tokenURL'], hunyuan: ['region', 'secretID', 'secretKey'], cloudflare: ['account'], dify: ['app']
}

function connection({ sheet, prepared }) {
  const kind = prepared.kinds.find((one) => one.kind === sheet.read(['kind']))
  const own = (special[sheet.read(['kind'])] || []).map((path) => ({ at: path.split('.'), label: path, kind: path === 'deployments' ? 'map' : 'text', isWide: path === 'deployments' }))
  return panel(t('providers.connection'), {}, sheet.fields([
    { at: ['kind'], label: t('providers.kind'), kind: 'choice', isRequired: true, choices: prepared.kinds.map((one) => [one.kind, one.name]) },
    { at: ['url'], label: t('providers.url'), placeholder: kind?.url ?? 'https://' },
    { at: ['keys'], label: t('nav.keys'), kind: 'list', isWide: true, placeholder: t('providers.keysPlaceholder'), hint: t('providers.keysHint') }, ...own]),
  more(t('providers.more'), sheet.fields([...timers.map((name) => ({ at: ['timeouts', name], label: tOf('timer', name), placeholder: t('byDefault') })),
    { at: ['proxy'], label: t('providers.proxy'), placeholder: 'http://proxy:3128' }, { at: ['tls', 'ca'], label: t('providers.ca'), placeholder: 'file:ca.pem' },
    { at: ['forwardHeaders'], label: t('providers.forward'), kind: 'list', placeholder: 'x-trace-tag', isWide: true }])))
}

const limits = ({ sheet }) => panel(t('nav.limits'), { sub: t('providers.limitsSub') }, sheet.field({ at: ['limits'], kind: 'limits' }))

function trial({ sheet, object, isReadOnly }, name) {
  const result = h('div', { 'aria-live': 'polite' })
  const publish = (model) => {
    keep({ collection: 'models', name: model, op: 'put', base: null, etag: null, value: { targets: [`${name}/${model}`] } })
    toast(t('providers.published', { model }))
  }
  const test = button(t('providers.test'), async () => {
    test.disabled = true
    fill(result, h('p', { class: 'quiet' }, t('providers.testing')))
    try {
      const answer = object && isReadOnly ? await post(at('providers', name) + '/test') : await post('provider-test', { value: sheet.value() })
      fill(result, outcome(answer, may('write') ? publish : null))
    } catch (error) { fill(result, notice('bad', error.isNotOffered ? t('notOffered') : sentence(error))) }
    test.disabled = false
  })
  return panel(t('providers.trial'), {}, h('p', { class: 'quiet' }, t('providers.trialText')), h('div', {}, test), result)
}

function state({ prepared }, name) {
  const own = prepared.states.filter((item) => item.provider === name)
  return panel(t('providers.health'), { isFlush: true }, table({
    caption: t('providers.health'), rows: own, none: t('health.noTraffic'), columns: [
      { label: t('name'), cell: (item) => item.name, isMain: true }, { label: t('providers.what'), cell: (item) => tOf('healthKind', item.kind) },
      { label: t('state'), cell: (item) => (item.isSetAside ? badge(t('health.aside'), 'warn') : badge(t('health.fine'), 'good')) }]
  }))
}
