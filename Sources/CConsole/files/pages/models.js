// Models: what callers may ask for, and where it goes.
import { all, armId, badge, button, cacheFields, editorPage, empty, fill, framed, get, h, keepQuery, link, linkButton, loaded,
  marks, may, more, nameColumn, newObjectDialog, pageHead, panel, quiet, samples, segmented, share, splitBar, stack,
  t, table, targetName, tOf, tone, withDrafts } from '../app/kit.js'

const types = ['chat', 'embedding', 'image', 'speech', 'transcription', 'rerank', 'moderation']
const failures = ['connect', 'timeout', 'rate-limit', 'server-error', 'not-found', 'auth']
export const timers = ['connect', 'headers', 'firstToken', 'betweenTokens', 'total', 'deadline']

export default async function models(page) {
  const name = page.path[1] ?? page.query.name
  if (name) return editor(page, name)
  const add = () => newObjectDialog('models', { placeOf: (name) => link(['models', name], { new: 1 }), hint: t('models.nameHint') })
  if (page.query.new && may('write')) { keepQuery({}); setTimeout(add) }
  return stack(pageHead(t('nav.models'), {
    sub: t('models.sub'), actions: may('write') ? [button(t('models.add'), add, { kind: 'primary', symbol: 'add' })] : []
  }), framed(loaded(() => Promise.all([all('models'), healthStates()]), ([objects, states]) => list(objects, states, add))))
}

function list(objects, states, add) {
  return table({
    caption: t('nav.models'), rows: withDrafts('models', objects), href: (object) => link(['models', object.name], object.isDraft ? { new: 1 } : null),
    none: empty(t('models.none'), may('write') && button(t('models.add'), add, { kind: 'primary' })), columns: [
      nameColumn(),
      { label: t('type'), cell: (object) => tOf('type', object.value.type ?? 'chat'), sort: (object) => object.value.type ?? 'chat' },
      { label: t('models.goesTo'), cell: (object) => route(object.value) },
      { label: t('state'), cell: (object) => stateOf(object.value, states) },
      marks('models')]
  })
}

const targetsOf = (value) => [...(value.targets || []), ...(value.split || []).flatMap((arm) => arm.targets || [])]

function route(value) {
  if (value.split) {
    const sum = value.split.reduce((total, arm) => total + (arm.weight ?? 1), 0)
    return value.split.map((arm) => `${arm.version || '–'} ${share(arm, sum)}`).join(' · ')
  }
  const targets = value.targets || []
  if (!targets.length) return '–'
  return targets.length > 1 ? [targetName(targets[0]), quiet(' ', t('models.backups', { count: targets.length - 1 }))] : targetName(targets[0])
}

function stateOf(value, states) {
  const names = targetsOf(value).map(targetName)
  const aside = names.filter((name) => states.get(name) === 'aside').length
  if (!aside) return names.some((name) => states.get(name) === 'fine') ? badge(t('health.fine'), 'good') : quiet(t('health.unknown'))
  return aside === names.length ? badge(t('health.allAside'), 'bad') : badge(t('health.someAside'), 'warn')
}

/** Names of targets → 'aside' or 'fine'; none where the server does not say. */
async function healthStates() {
  try {
    const { data } = await get('health')
    return new Map(data.filter((item) => item.kind === 'target').map((item) => [item.name, item.isSetAside ? 'aside' : 'fine']))
  } catch { return new Map() }
}

/** What a target can be: models of providers that are known, and other models of the configuration. */
async function knownTargets(own) {
  const [providers, models, kinds] = await Promise.all([all('providers'), all('models'), get('provider-kinds').then((answer) => answer.data, () => [])])
  const found = new Set()
  for (const provider of providers) {
    for (const model of kinds.find((kind) => kind.kind === provider.value.kind)?.models || []) found.add(`${provider.name}/${model}`)
    found.add(`${provider.name}/*`)
  }
  for (const model of models) {
    for (const target of targetsOf(model.value)) if (targetName(target).includes('/')) found.add(targetName(target))
    if (model.name !== own && !model.name.endsWith('*')) found.add(model.name)
  }
  return [...found].sort()
}

function editor(page, name) {
  return editorPage(page, {
    collection: 'models', name, trail: [{ text: t('nav.models'), href: link(['models']), path: 'models' }], initial: { targets: [] },
    prepare: async () => ({ states: await healthStates(), suggestions: await knownTargets(name) }),
    head: ({ object, isNew }) => ({ actions: isNew ? [] : [linkButton(t('models.try'), link(['playground'], { model: object.name.replace(/\*$/, '') }), { symbol: 'playground' })] }),
    draw: (context) => h('div', { class: 'columns-2-1' },
      stack(routing(context), limits(context), panel(t('samples.title'), {}, samples({ model: name.replace(/\*$/, 'NAME') }))),
      stack(general(context), cache(context), retry(context), parameters(context)))
  })
}

function routing({ sheet, prepared }) {
  const place = h('div', { class: 'stack' })
  const chainField = (at, label) => sheet.field({ at, kind: 'chain', label, states: prepared.states, suggestions: prepared.suggestions })
  const draw = () => fill(place, sheet.read(['split']) ? split() : chainField(['targets']))

  function split() {
    const bar = h('div')
    const arms = () => sheet.read(['split']) || []
    const drawBar = () => fill(bar, splitBar(arms()))
    drawBar()
    return [bar, arms().map((arm, index) => armBox(index, arms, drawBar)),
      !sheet.isReadOnly && h('div', {}, button(t('split.add'), () => {
        sheet.write(['split'], [...arms(), { weight: 10, version: `v${arms().length + 1}`, targets: [] }])
        draw()
      }, { kind: 'quiet', symbol: 'add' })),
      sheet.fields([{ at: ['sticky'], isWide: true, label: t('split.sticky'), hint: t('split.stickyHint'), placeholder: 'header:x-user-id', suggestions: ['header:x-user-id', 'consumer', 'key', 'ip'] }])]
  }

  function armBox(index, arms, drawBar) {
    const id = armId()
    const write = (key, value) => {
      sheet.write(['split'], arms().map((arm, other) => (other === index ? { ...arm, [key]: value } : arm)))
      drawBar()
    }
    const arm = arms()[index]
    const range = h('input', { type: 'range', min: 0, max: 100, value: arm.weight ?? 1, disabled: sheet.isReadOnly, 'aria-label': t('split.weightOf', { name: arm.version || index + 1 }),
      oninput: () => { number.value = range.value; write('weight', Number(range.value)) } })
    const number = h('input', { type: 'number', class: 'input', id, min: 0, value: arm.weight ?? 1, disabled: sheet.isReadOnly,
      oninput: () => { range.value = number.value; write('weight', Number(number.value)) } })
    return h('section', { class: 'arm' }, h('div', { class: 'arm-head' },
      h('i', { class: 'legend-mark', style: tone(index) }),
      h('label', { class: 'said' }, h('span', {}, t('version')), h('input', { class: 'input', value: arm.version ?? '', disabled: sheet.isReadOnly, oninput: (event) => write('version', event.target.value) })),
      h('label', { class: 'said', for: id }, h('span', {}, t('split.weight'))), range, number,
      !sheet.isReadOnly && arms().length > 1 && h('button', { type: 'button', class: 'button quiet small', onclick: () => { sheet.write(['split'], arms().filter((_, other) => other !== index)); draw() } }, t('remove'))),
    chainField(['split', index, 'targets']))
  }

  const mode = segmented([['targets', t('routing.chain')], ['split', t('routing.split')]], sheet.read(['split']) ? 'split' : 'targets', (next) => {
    if (next === 'split' && !sheet.read(['split'])) {
      const targets = sheet.read(['targets']) || []
      sheet.write(['targets'], undefined)
      sheet.write(['split'], [{ weight: 90, version: 'stable', targets }, { weight: 10, version: 'canary', targets: [] }])
    } else if (next === 'targets' && sheet.read(['split'])) {
      const targets = sheet.read(['split'])[0]?.targets || []
      sheet.write(['split'], undefined)
      sheet.write(['sticky'], undefined)
      sheet.write(['targets'], targets)
    }
    draw()
  }, t('routing.title'))
  draw()
  return panel(t('routing.title'), { sub: t('routing.sub'), actions: sheet.isReadOnly ? null : mode }, place)
}

const general = ({ sheet }) => panel(t('general'), {}, sheet.fields([
  { at: ['type'], label: t('type'), kind: 'choice', choices: types.map((type) => [type, tOf('type', type)]), placeholder: t('models.typeDefault') },
  { at: ['reserveOutput'], label: t('models.reserve'), kind: 'number', minimum: 1, placeholder: '1024', hint: t('models.reserveHint') }]))

const cache = ({ sheet }) => panel(t('cache'), {}, h('div', { class: 'fields' }, cacheFields(sheet)))

const retry = ({ sheet }) => panel(t('models.retry'), {}, sheet.fields([
  { at: ['retry', 'attempts'], label: t('retry.attempts'), kind: 'number', minimum: 0, maximum: 10, placeholder: '1' },
  { at: ['retry', 'backoff'], label: t('retry.backoff'), placeholder: '200ms' },
  { at: ['retry', 'factor'], label: t('retry.factor'), kind: 'number', step: 'any', placeholder: '2' },
  { at: ['retry', 'maximum'], label: t('retry.maximum'), placeholder: '5s' },
  { at: ['fallback', 'on'], label: t('fallback.on'), kind: 'checks', isWide: true, byDefault: failures.slice(0, 4), choices: failures.map((name) => [name, tOf('failure', name)]), hint: t('fallback.hint') }]),
more(t('timers.title'), sheet.fields(timers.map((name) => ({ at: ['timeouts', name], label: tOf('timer', name), placeholder: t('byDefault') })))))

const parameters = ({ sheet }) => panel(t('parameters.title'), {}, sheet.fields([
  { at: ['parameters', 'default'], label: t('parameters.default'), hint: t('parameters.defaultHint'), kind: 'map', isJSON: true, isWide: true, namePlaceholder: 'temperature', placeholder: '0.6' },
  { at: ['parameters', 'clamp'], label: t('parameters.clamp'), hint: t('parameters.clampHint'), kind: 'map', isJSON: true, isWide: true, namePlaceholder: 'max_tokens', placeholder: '[1, 8192]' },
  { at: ['parameters', 'rename'], label: t('parameters.rename'), kind: 'map', isWide: true, namePlaceholder: 'max_completion_tokens', placeholder: 'max_tokens' }], 'fields one'),
more(t('parameters.effort'), sheet.fields(['minimal', 'low', 'medium', 'high', 'xhigh'].map((name) => ({ at: ['effortBudgets', name], label: name, kind: 'number', minimum: 1 })))))

const limits = ({ sheet }) => panel(t('nav.limits'), { sub: t('models.limitsSub') }, sheet.field({ at: ['limits'], kind: 'limits' }))

