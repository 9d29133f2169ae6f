// Who changed what, and when.
import { empty, form, framed, get, h, keepQuery, later, link, moment, pagedTable, pageHead, stack, t, tOf } from '../app/kit.js'

export default async function audit(page) {
  let query = { by: page.query.by, from: page.query.from, to: page.query.to }
  const list = pagedTable({
    caption: t('nav.audit'), none: empty(t('audit.none')), columns: [
      { label: t('time'), cell: (record) => moment(record.at) }, { label: t('audit.by'), cell: (record) => record.by ?? '–', isMain: true },
      { label: t('audit.action'), cell: (record) => tOf('action', /^(?!keys|secrets|users|tokens).*\.(put|delete)$/.test(record.action) ? record.action.split('.')[1] : record.action) }, { label: t('audit.object'), cell: (record) => record.object ?? '–' },
      { label: t('audit.detail'), cell: detail },
      { label: t('configuration.revision'), cell: (record) => (record.revision ? h('a', { href: link(['configuration', 'history', String(record.revision)]) }, record.revision) : '–'), isNumber: true },
      { label: t('audit.address'), cell: (record) => record.address ?? '–' }]
  }, (cursor) => get('audit', { ...query, to: query.to && query.to.length === 10 ? `${query.to}T23:59:59Z` : query.to, cursor, limit: 100 }))
  const again = later(300, () => { keepQuery(query); list.reload() })
  const filters = form([{ at: ['by'], label: t('audit.by') }, { at: ['from'], label: t('from'), inputType: 'date' }, { at: ['to'], label: t('to'), inputType: 'date' }], query, { onChange: (value) => { query = { ...value }; again() } })
  filters.node.className = 'toolbar'
  return stack(pageHead(t('nav.audit'), { sub: t('audit.sub') }), filters.node, framed(list))
}

/** Short, with the whole behind it where there is more. */
function detail({ detail: all }) {
  if (!all) return '–'
  const short = Array.isArray(all.changes) ? all.changes.map(({ path }) => path).join(', ')
    : Object.entries(all).map(([name, value]) => `${name}: ${words(value)}`).join(' · ')
  if (!all.changes && short.length < 120) return short
  return h('details', {}, h('summary', {}, short.length > 120 ? `${short.slice(0, 120)} …` : short), h('pre', { class: 'code wraps' }, JSON.stringify(all, null, 2)))
}

const words = (value) => (value && typeof value === 'object' ? 'from' in value || 'to' in value ? `${words(value.from)} → ${words(value.to)}` : JSON.stringify(value) : value ?? '–')
