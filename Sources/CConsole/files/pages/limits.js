// Limits for everyone, how far each limit is used, and quotas.
import { at, badge, button, bytes, call, changeOf, changes, copyOf, drop, findings, form, formDialog, get, h, keep,
  limitText, loaded, may, meter, moment, nameColumn, notice, number, openReview, pageHead, panel, percent,
  placeOfObject, post, quiet, relative, seesAll, sheet, stack, t, table, toast, tOf, whileVisible } from '../app/kit.js'

export default async function limits(page) {
  const actions = h('span', { class: 'row' })
  const everyone = seesAll() && loaded(async () => { const { data, etag } = await call('GET', 'limits'); return { ...data, etag: data.etag || etag } }, editor)
  const usage = loaded(() => get('limits/usage'), usageTable)
  const quotas = loaded(() => get('quotas'), quotaTable)
  whileVisible(page, 10000, () => usage.reload({ silent: true }))

  function editor(limits) {
    const draft = changeOf('limits', 'limits')
    const base = draft ? draft.base : limits.value || []
    const isReadOnly = !may('write')
    const made = sheet({ list: draft ? draft.value : limits.value }, {
      isReadOnly, onChange: (value) => keep({ collection: 'limits', name: 'limits', op: 'put', base, etag: draft ? draft.etag : limits.etag, value: copyOf(value.list || []) })
    })
    const field = made.field({ at: ['list'], kind: 'limits' })
    const tell = () => made.showProblems((findings.get().get('limits/limits') || []).map((problem) => ({ ...problem, pointer: `/list${problem.pointer ?? ''}` })))
    page.onLeave(findings.watch(tell))
    tell()
    const discard = button(t('discard'), () => { drop('limits', 'limits'); everyone.reload() }, { kind: 'quiet' })
    const review = button(t('review.open'), () => openReview(() => everyone.reload()), { kind: 'primary' })
    const update = () => { discard.hidden = !changeOf('limits', 'limits'); review.disabled = !changes.get().length }
    page.onLeave(changes.watch(update))
    update()
    actions.replaceChildren(...(isReadOnly ? [] : [discard, review]))
    return [draft && draft.etag !== limits.etag && notice('warn', t('object.changedMeanwhile')), field,
      (limits.file || []).length > 0 && h('div', {}, h('h4', {}, t('limits.inFile')), h('ul', {}, limits.file.map((limit) => h('li', {}, limitText(limit)))))]
  }

  function usageTable({ data }) {
    return table({
      caption: t('limits.usage'), rows: data, none: t('limits.noUsage'), sortedBy: 3, isDescending: true, columns: [
        { label: t('limits.owner'), cell: (row) => owner(row.owner), sort: (row) => row.owner?.name ?? '', isMain: true },
        { label: t('limits.limit'), cell: (row) => h('span', { title: row.limit }, limitOf(row)), sort: limitOf },
        { label: t('limits.counter'), cell: (row) => (row.subject ? [quiet(tOf('scope', row.by), ' '), row.subject] : '–'), sort: (row) => row.subject },
        { label: t('limits.used'), isNumber: true, sort: (row) => row.used / row.amount, cell: (row) => h('div', { class: 'used' }, h('span', {}, `${amount(row, row.used)} / ${amount(row, row.amount)}${row.currency ? ` ${row.currency}` : ''} · ${percent(row.used, row.amount)}`), meter(row.used, row.amount, limitOf(row))) },
        { label: t('limits.resets'), cell: (row) => (row.resetsAt ? moment(row.resetsAt, relative) : '–'), sort: (row) => row.resetsAt }]
    })
  }

  function quotaTable({ data }) {
    return table({
      caption: t('limits.quotas'), rows: data, none: t('limits.noQuotas'), columns: [
        nameColumn(),
        { label: t('limits.subject'), cell: (quota) => quota.subject ?? '–', sort: (quota) => quota.subject },
        { label: t('limits.left'), cell: (quota) => `${number(quota.left, 2)} ${tOf('unit', quota.unit)}`, sort: (quota) => quota.left, isNumber: true },
        { label: t('limit.amount'), cell: (quota) => number(quota.limit, 2), isNumber: true },
        { label: '', className: 'tight', cell: (quota) => may('keys') && button(t('limits.topUp'), () => topUp(quota), { kind: 'small' }) }]
    })
  }

  function topUp(quota) {
    formDialog(t('limits.topUpTitle', { name: quota.name }), {
      form: form([{ at: ['way'], label: t('limits.way'), kind: 'choice', isRequired: true, choices: [['add', t('limits.add')], ['set', t('limits.set')]] },
        { at: ['amount'], label: t('limit.amount'), kind: 'number', step: 'any', isRequired: true }], { way: 'add' }),
      action: t('save'), save: async ({ way, amount }) => {
        await post(`${at('quotas', quota.name)}/${way}`, { amount: amount ?? 0, subject: quota.subject ?? null })
        toast(t('saved'))
        quotas.reload()
      }
    })
  }

  return stack(pageHead(t('nav.limits'), { sub: t('limits.sub'), actions: [actions] }),
    everyone && panel(t('limits.everyone'), { sub: t('limits.everyoneSub') }, everyone), panel(t('limits.usage'), { sub: t('limits.usageSub'), isFlush: true }, usage),
    panel(t('limits.quotas'), { sub: t('limits.quotasSub'), isFlush: true }, quotas))
}

const amount = (row, value) => (row.unit === 'stored' ? bytes(value) : number(value, 2))

/** The limit of a row, in the language of the page. */
function limitOf(row) {
  const said = row.currency ? { cost: `${number(row.amount, 2)} ${row.currency}` } : { [row.unit]: row.unit === 'stored' ? bytes(row.amount) : row.amount }
  return limitText({ ...said, per: row.period, by: row.by, budget: row.isBudget, quota: row.name })
}

/** Whose limit it is: { collection, name }, or null for those of everyone. */
function owner(place) {
  if (!place) return h('span', {}, t('limits.everyone'))
  return [badge(tOf('collection', place.collection)), ' ', h('a', { href: placeOfObject(place.collection, place.name) }, place.name)]
}
