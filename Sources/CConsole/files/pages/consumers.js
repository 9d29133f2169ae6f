// Who calls: consumers, and what they share by teams, organisations and roles.
import { all, button, cacheFields, editorPage, empty, framed, h, keepQuery, limitText, link, linkButton, loaded, marks, may,
  nameColumn, newObjectDialog, notice, pageHead, panel, quiet, seesAll, stack, t, table, tabs, tOf, withDrafts } from '../app/kit.js'

const collections = ['consumers', 'teams', 'organisations', 'roles']
export const surfaces = ['chat', 'embeddings', 'rerank', 'images', 'audio', 'videos', 'responses', 'files']

export default async function consumers(page) {
  const collection = collections.includes(page.path[1]) ? page.path[1] : 'consumers'
  if (page.path[2]) return editor(page, collection, page.path[2])
  const add = () => newObjectDialog(collection, { placeOf: (name) => link(['consumers', collection, name], { new: 1 }) })
  if (page.query.new && may('write')) { keepQuery({}); setTimeout(add) }
  const action = may('write') ? [button(tOf('add', collection), add, { kind: 'primary', symbol: 'add' })] : []
  return stack(pageHead(t('nav.consumers'), { sub: tOf('tenants', collection), actions: action }),
    tabs(collections.filter((name) => seesAll() || name === 'consumers' || name === 'teams').map((name) => ({ href: link(['consumers', name]), text: tOf('collections', name), isHere: name === collection })), t('nav.consumers')),
    framed(loaded(() => all(collection), (objects) => table({
      caption: tOf('collections', collection), rows: withDrafts(collection, objects), columns: columns(collection),
      href: (object) => link(['consumers', collection, object.name], object.isDraft ? { new: 1 } : null), none: empty(tOf('none', collection), action[0] && button(tOf('add', collection), add, { kind: 'primary' }))
    }))))
}
// Texts of each: t('add.consumers') t('none.consumers') t('tenants.consumers') and so on.

function columns(collection) {
  const models = { label: t('nav.models'), cell: (object) => (object.value.models || []).join(', ') || quiet(t('all')) }
  const limits = { label: t('nav.limits'), cell: (object) => limitSummary(object.value.limits) }
  const own = {
    consumers: [{ label: t('team'), cell: (object) => object.value.team ?? '–', sort: (object) => object.value.team }, models, limits],
    teams: [{ label: t('organisation'), cell: (object) => object.value.organisation ?? '–', sort: (object) => object.value.organisation }, models, limits],
    organisations: [models, limits],
    roles: [{ label: t('surfaces'), cell: (object) => (object.value.surfaces || []).map((name) => tOf('surface', name)).join(', ') || t('all') }, models]
  }[collection]
  return [nameColumn(), ...own,
    marks(collection)]
}

const limitSummary = (limits) => (!limits || !limits.length ? quiet('–')
  : [limitText(limits[0]), limits.length > 1 && quiet(' ', t('andMore', { count: limits.length - 1 }))])

function editor(page, collection, name) {
  return editorPage(page, {
    collection, name, trail: [{ text: tOf('collections', collection), href: link(['consumers', collection]), path: 'consumers' }], initial: {},
    prepare: async () => {
      const [models, teams, organisations, roles] = await Promise.all(['models', 'teams', 'organisations', 'roles'].map((one) => all(one).then((objects) => objects.map((object) => object.name))))
      return { models, teams, organisations, roles }
    },
    head: ({ isNew }) => ({
      actions: collection === 'consumers' && !isNew ? [linkButton(t('nav.keys'), link(['keys'], { consumer: name }), { symbol: 'keys' }),
        linkButton(t('nav.exchanges'), link(['exchanges'], { consumer: name }), { symbol: 'exchanges' })] : []
    }),
    draw: ({ sheet, prepared, isNew }) => h('div', { class: 'columns-2' },
      stack(panel(t('general'), {}, sheet.fields(fields(collection, prepared))), collection !== 'roles' && keeping(sheet, collection),
        collection === 'consumers' && isNew && notice('', t('consumers.keyAfter'))),
      collection !== 'roles' && panel(t('nav.limits'), { sub: tOf('limitsOf', collection) }, sheet.field({ at: ['limits'], kind: 'limits' })))
  })
}

/** What is kept of calls: answers that are given again, and the conversations themselves. */
const keeping = (sheet, collection) => panel(t('keeping'), {}, h('div', { class: 'fields' }, cacheFields(sheet),
  sheet.field({ at: ['conversations'], label: t('keeping.conversations'), kind: 'switch', isWide: true, placeholder: tOf('keepingOf', collection), hint: t('keeping.conversationsHint') })))

function fields(collection, { models, teams, organisations, roles }) {
  const modelField = { at: ['models'], label: t('nav.models'), kind: 'list', isWide: true, suggestions: models, placeholder: t('limit.allModels'), hint: t('consumers.modelsHint') }
  return {
    consumers: [
      { at: ['team'], label: t('team'), kind: 'choice', choices: teams, placeholder: '–' },
      { at: ['roles'], label: t('collections.roles'), kind: 'list', suggestions: roles, placeholder: '–' }, modelField,
      { at: ['keys'], label: t('consumers.ownKeys'), kind: 'list', isWide: true, placeholder: 'env:NAME', hint: t('consumers.ownKeysHint') },
      { at: ['certificates'], label: t('consumers.certificates'), kind: 'list', isWide: true, placeholder: 'CN=mobile-app' }],
    teams: [{ at: ['organisation'], label: t('organisation'), kind: 'choice', choices: organisations, placeholder: '–' }, modelField],
    organisations: [modelField],
    roles: [{ at: ['surfaces'], label: t('surfaces'), kind: 'checks', isWide: true, choices: surfaces.map((name) => [name, tOf('surface', name)]) }, modelField]
  }[collection]
}
