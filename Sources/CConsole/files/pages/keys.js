// Keys that were issued: made here, shown once, and ended here.
import { all, at, badge, button, cacheSwitch, cacheTime, confirm, copyButton, day, empty, facts, form, formDialog, framed, get, h, keepQuery,
  keyLimit, keyLimitText, later, link, linkButton, loaded, may, moment, notice, openDialog, pagedTable, pageHead,
  panel, patch, post, problemsOf, quiet, relative, samples, sentence, sheet, stack, t, tellError, toast, tOf } from '../app/kit.js'
import { surfaces } from './consumers.js'
import { rememberKey } from './playground-keys.js'

const states = ['active', 'disabled', 'expired', 'revoked']
const tones = { active: 'good', rotating: 'warn', disabled: 'warn', expired: '', revoked: 'bad', unreadable: 'bad' }
const stateBadge = (state) => badge(tOf('keyState', state), tones[state] || '')

export default async function keys(page) {
  if (page.path[1]) return detail(page, page.path[1])
  const query = { ...page.query }
  delete query.new
  const add = () => createKey(query.consumer, () => list.reload())
  const list = pagedTable({
    caption: t('nav.keys'), href: (key) => link(['keys', String(key.id)]), none: empty(t('keys.none'), may('keys') && button(t('keys.add'), add, { kind: 'primary' })), columns: [
      { label: t('key'), cell: (key) => h('code', {}, key.label, '…'), sort: (key) => key.id, isMain: true },
      { label: t('consumer'), cell: (key) => key.consumer ?? '–', sort: (key) => key.consumer },
      { label: t('state'), cell: (key) => stateBadge(key.state), sort: (key) => key.state },
      { label: t('note'), cell: (key) => key.note || '' },
      { label: t('nav.models'), cell: (key) => (key.models || []).join(', ') || quiet(t('all')) },
      { label: t('created'), cell: (key) => moment(key.created, day), sort: (key) => key.created },
      { label: t('expires'), cell: (key) => moment(key.expires, day), sort: (key) => key.expires }]
  }, (cursor) => get('keys', { ...query, cursor, limit: 50 }))
  const again = later(250, () => { keepQuery(query); list.reload() })
  const filters = form([
    { at: ['q'], label: t('search'), placeholder: t('keys.search') },
    { at: ['consumer'], label: t('consumer'), placeholder: t('all') },
    { at: ['state'], label: t('state'), kind: 'choice', choices: states.map((state) => [state, tOf('keyState', state)]), placeholder: t('all') }
  ], query, { onChange: (value) => { for (const name of ['q', 'consumer', 'state']) query[name] = value?.[name]; again() } })
  filters.node.className = 'toolbar'
  if (page.query.new && may('keys')) { keepQuery(query); setTimeout(add) }
  return stack(pageHead(t('nav.keys'), {
    sub: t('keys.sub'), actions: may('keys') ? [button(t('keys.add'), add, { kind: 'primary', symbol: 'add' })] : []
  }), filters.node, framed(list))
}

const ruleFields = (models) => [
  { at: ['note'], label: t('note'), isWide: true },
  { at: ['models'], label: t('nav.models'), kind: 'list', suggestions: models, isWide: true, placeholder: t('keys.allModels'), hint: t('keys.modelsHint') },
  { at: ['expires'], label: t('expires'), inputType: 'date', hint: t('keys.expiresHint') },
  { at: ['retries'], label: t('retry.attempts'), kind: 'number', minimum: 0, maximum: 10, placeholder: t('keys.asModel') },
  { at: ['timeout'], label: t('timer.total'), placeholder: t('keys.asModel') },
  cacheSwitch({ placeholder: t('keys.asModel') }),
  cacheTime(['cacheTTL'], { placeholder: t('keys.asModel') }),
  { at: ['ips'], label: t('keys.ips'), kind: 'list', placeholder: '10.0.0.0/8' },
  { at: ['surfaces'], label: t('surfaces'), kind: 'checks', choices: surfaces.map((name) => [name, tOf('surface', name)]), isWide: true, hint: t('keys.surfacesHint') },
  { at: ['limits'], label: t('nav.limits'), kind: 'limits', isForKeys: true, isWide: true }]

/** The body of a request: limits as texts, a date as the moment that it begins. */
const bodyOf = ({ limits, expires, ...value }) => ({
  ...value, ...(limits ? { limits: limits.map(keyLimitText) } : {}), ...(expires ? { expires: expires.length === 10 ? `${expires}T00:00:00Z` : expires } : {})
})

async function createKey(consumer, made) {
  try {
    const [consumers, models] = await Promise.all([all('consumers'), all('models')])
    const names = consumers.map((object) => object.name)
    const asked = form([{ at: ['consumer'], label: t('consumer'), kind: 'choice', choices: names, isRequired: true, isWide: true, hint: names.length ? '' : t('keys.noConsumer') },
      ...ruleFields(models.map((object) => object.name))], consumer || names.length === 1 ? { consumer: consumer || names[0] } : {})
    formDialog(t('keys.add'), {
      form: asked, isWide: true, action: t('keys.create'), save: async (value) => {
        const answer = await post('keys', bodyOf(value || {}))
        made()
        setTimeout(() => showKey(answer, models.map((object) => object.name)))
      }
    })
  } catch (error) { tellError(error) }
}

/** The one time that a key is seen. */
function showKey({ key, issued }, models) {
  rememberKey(issued.label, key)
  const usable = (issued.models || []).filter((name) => !name.endsWith('*'))
  const names = usable.length ? usable : models.filter((name) => !name.endsWith('*'))
  const dialog = openDialog(t('keys.made', { consumer: issued.consumer }), {
    isWide: true, body: stack(notice('warn', t('keys.once')), h('div', { class: 'secret-once' }, h('code', {}, key), copyButton(key, { kind: 'primary' })),
      h('h3', {}, t('samples.title')), samples({ key, models: names })),
    footer: [linkButton(t('keys.try'), link(['playground'], { model: names[0], key: issued.label }), { symbol: 'playground' }), button(t('keys.kept'), () => dialog.close(), { kind: 'primary' })]
  })
  dialog.footer.querySelector('a').addEventListener('click', () => dialog.close())
}

function detail(page, id) {
  const view = loaded(() => Promise.all([get(at('keys', id)), all('models')]), ([key, models]) => draw(key, models.map((object) => object.name)), t('key'))
  return view

  function draw(key, models) {
    const isOver = key.state === 'revoked'
    const isReadOnly = !may('keys') || isOver
    const before = { ...key, limits: (key.limits || []).map((limit) => (typeof limit === 'string' ? keyLimit(limit) ?? limit : limit)), expires: key.expires ? key.expires.slice(0, 10) : undefined }
    const said = h('div', { role: 'alert' })
    const save = button(t('save'), async () => {
      save.disabled = true
      try {
        await patch(at('keys', id), changed(before, rules.value()))
        toast(t('saved'))
        view.reload()
      } catch (error) {
        save.disabled = false
        const left = rules.showProblems(problemsOf(error))
        said.textContent = left.length ? sentence(error) : ''
      }
    }, { kind: 'primary', disabled: true })
    const rules = sheet(before, { isReadOnly, onChange: () => { save.disabled = false } })
    return [pageHead(`${key.label}…`, { trail: [{ text: t('nav.keys'), href: link(['keys']) }], badges: [stateBadge(key.state)], actions: isReadOnly ? [] : actions(key, models) }),
      h('div', { class: 'columns-2-1' }, panel(t('keys.rules'), {}, rules.fields(ruleFields(models)), said, !isReadOnly && h('div', {}, save)),
        stack(panel(t('facts'), {}, facts([[t('consumer'), key.consumer ? h('a', { href: link(['consumers', 'consumers', key.consumer]) }, key.consumer) : '–'],
          [t('created'), moment(key.created)], [t('expires'), key.expires ? [moment(key.expires, day), ' · ', relative(key.expires)] : '–'], ['ID', key.id]]),
        h('div', { class: 'row wrap' }, linkButton(t('nav.exchanges'), link(['exchanges'], { key: key.label }), { symbol: 'exchanges' }), linkButton(t('nav.usage'), link(['usage'], { by: 'model', key: key.label }), { symbol: 'usage' }))),
        panel(t('samples.title'), {}, h('p', { class: 'quiet' }, t('keys.samplesHint')), samples({ models: (key.models || []).filter((name) => !name.endsWith('*')).concat(key.models?.length ? [] : models) }))))]
  }

  function actions(key, models) {
    const act = async (action, body) => {
      try {
        const answer = await post(`${at('keys', id)}/${action}`, body)
        view.reload()
        return answer
      } catch (error) { tellError(error) }
    }
    const revoke = async () => { if (await confirm(t('keys.revokeTitle'), t('keys.revokeText', { label: key.label }), t('keys.revoke'))) { await act('revoke'); toast(t('keys.revoked')) } }
    const rotate = () => formDialog(t('keys.rotateTitle'), {
      form: form([{ at: ['grace'], label: t('keys.grace'), hint: t('keys.graceHint'), isWide: true }], { grace: '24h' }), action: t('keys.rotate'),
      save: async (value) => { const answer = await post(`${at('keys', id)}/rotate`, value || {}); view.reload(); setTimeout(() => showKey(answer, models)) }
    })
    return [linkButton(t('keys.try'), link(['playground'], { model: (key.models || []).find((name) => !name.endsWith('*')) ?? models[0], key: key.label }), { symbol: 'playground' }),
      key.state === 'disabled' ? button(t('keys.enable'), () => act('enable')) : key.state === 'active' && button(t('keys.disable'), () => act('disable')),
      key.state === 'active' && button(t('keys.rotate'), rotate), button(t('keys.revoke'), revoke, { kind: 'danger' })]
  }
}

/** What differs; null takes a rule away. */
function changed(before, value) {
  const names = ['note', 'models', 'expires', 'retries', 'timeout', 'cache', 'cacheTTL', 'ips', 'surfaces', 'limits']
  const differing = names.filter((name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(value?.[name] ?? null))
  const body = bodyOf(Object.fromEntries(differing.filter((name) => value?.[name] !== undefined).map((name) => [name, value[name]])))
  for (const name of differing) if (value?.[name] === undefined) body[name] = null
  return body
}
