// Limits: a row for each, written the way it is said: "100,000 tokens per minute, for each consumer".
import { fill, h, newId } from './dom.js'
import { t, tOf } from './i18n.js'
import { icon } from './icons.js'
import { number } from './format.js'

export const units = ['requests', 'tokens', 'inputTokens', 'outputTokens', 'cost', 'concurrent', 'stored']
// What has no window.
const isNow = (unit) => unit === 'concurrent' || unit === 'stored'
const samples = { cost: '50 CNY', stored: '10GiB' }
const periods = ['second', 'minute', 'hour', 'day', 'week', 'month']
const scopes = ['consumer', 'team', 'organisation', 'key', 'model', 'provider', 'ip']

const unitOf = (limit) => units.find((unit) => limit[unit] !== undefined) || 'requests'

/** A limit as a sentence. */
export function limitText(limit) {
  if (typeof limit === 'string') return limit
  const unit = unitOf(limit)
  const amount = typeof limit[unit] === 'number' ? number(limit[unit]) : limit[unit] ?? '?'
  const text = isNow(unit) ? t(limit.stored ? 'limit.storedText' : 'limit.concurrentText', { amount })
    : limit.quota ? t('limit.quotaText', { amount, unit: tOf('unit', unit), name: limit.quota })
      : t('limit.text', { amount, unit: tOf('unit', unit), period: tOf('period', limit.per ?? 'day') })
  const each = limit.by ? t('limit.each', { by: tOf('scope', limit.by) }) : ''
  const of = limit.models ? t('limit.models', { models: limit.models.join(', ') }) : ''
  return `${limit.budget ? t('limit.budgetMark') : ''}${text}${each}${of}`
}

/** spec.value: the list; with spec.isForKeys what only limits of the configuration know is left out. */
export function limitsEditor(spec) {
  const limits = Array.isArray(spec.value) ? spec.value.map((limit) => ({ ...limit })) : []
  const rows = h('div', { class: 'stack tight' })
  const put = () => spec.set(limits.length ? limits.map((limit) => ({ ...limit })) : undefined)

  function draw() {
    fill(rows, limits.map((limit, index) => row(limit, index)), !limits.length && h('p', { class: 'hint' }, t('limit.none')),
      !spec.isReadOnly && h('div', {}, h('button', { type: 'button', class: 'button quiet', onclick: () => {
        limits.push({ requests: 100, per: 'minute' })
        draw()
        put()
        rows.querySelector('.limit-row:last-of-type input')?.focus()
      } }, icon('add'), t('limit.add'))))
  }

  function row(limit, index) {
    if (spec.isReadOnly) return h('div', { class: 'limit-said' }, limitText(limit))
    const unit = unitOf(limit)
    const change = (name, value) => {
      if (value === undefined || value === '' || value === false) delete limit[name]
      else limit[name] = value
      put()
    }
    const amount = h('input', {
      class: 'input limit-amount', 'aria-label': t('limit.amount'), value: limit[unit] ?? '', inputmode: samples[unit] ? 'text' : 'numeric',
      placeholder: samples[unit] ?? '1000',
      oninput: (event) => change(unitOf(limit), samples[unitOf(limit)] ? event.target.value : whole(event.target.value))
    })
    const unitSelect = select(units, unit, 'unit', t('limit.unit'), (next) => {
      const before = limit[unitOf(limit)]
      delete limit[unitOf(limit)]
      limit[next] = samples[next] ?? (typeof before === 'number' ? before : 100)
      if (isNow(next)) for (const name of ['per', 'quota', 'refresh']) delete limit[name]
      if (next === 'stored') delete limit.models
      else if (!limit.per && !limit.quota) limit.per = 'minute'
      if (next !== 'cost') for (const name of ['budget', 'warnAt']) delete limit[name]
      draw()
      put()
    })
    const window = isNow(unit) ? null
      : select([...periods, ...(spec.isForKeys ? [] : ['quota'])], limit.quota !== undefined ? 'quota' : limit.per, 'period', t('limit.period'), (next) => {
        if (next === 'quota') { delete limit.per; limit.quota = `quota-${index + 1}` } else { limit.per = next; delete limit.quota; delete limit.refresh }
        draw()
        put()
      })
    return h('div', { class: 'limit-row' }, h('div', { class: 'limit-main' }, amount, unitSelect,
      window && h('span', { class: 'quiet' }, t('limit.per')), window,
      h('button', { type: 'button', class: 'icon-button', 'aria-label': t('removeName', { name: limitText(limit) }),
        onclick: () => { limits.splice(index, 1); draw(); put() } }, icon('remove'))),
    h('div', { class: 'limit-more' },
      limit.quota !== undefined && [
        said(t('limit.quotaName'), h('input', { class: 'input', value: limit.quota, oninput: (event) => change('quota', event.target.value.trim()) })),
        said(t('limit.refresh'), select([['', t('limit.never')], 'day', 'week', 'month'], limit.refresh ?? '', 'period', '', (next) => change('refresh', next)))],
      !spec.isForKeys && said(t('limit.by'), by(limit, change)),
      !spec.isForKeys && unit !== 'stored' && said(t('limit.forModels'), h('input', { class: 'input', placeholder: t('limit.allModels'), value: (limit.models || []).join(', '),
        oninput: (event) => { const list = event.target.value.split(',').map((item) => item.trim()).filter(Boolean); change('models', list.length ? list : undefined) } })),
      unit === 'cost' && budget(limit, change)))
  }

  function by(limit, change) {
    const id = newId('by')
    return h('span', { class: 'joined' }, h('input', { class: 'input', list: id, value: limit.by ?? '', placeholder: t('limit.together'),
      oninput: (event) => change('by', event.target.value.trim()) }),
    h('datalist', { id }, [...scopes, 'header:x-user-id', 'claim:sub'].map((value) => h('option', { value }, tOf('scope', value)))))
  }

  function budget(limit, change) {
    const id = newId('budget')
    return h('span', { class: 'check' }, h('input', { type: 'checkbox', id, checked: Boolean(limit.budget), onchange: (event) => change('budget', event.target.checked) }),
      h('label', { for: id }, t('limit.budget')))
  }

  draw()
  return rows
}

const said = (label, input) => h('label', { class: 'said' }, h('span', {}, label), input)

function whole(text) {
  const digits = text.replace(/[\s,_]/g, '')
  return /^\d+$/.test(digits) ? Number(digits) : text
}

function select(values, chosen, family, label, choose) {
  return h('select', { class: 'input', value: chosen ?? '', 'aria-label': label || null, onchange: (event) => choose(event.target.value) },
    values.map((item) => (Array.isArray(item) ? h('option', { value: item[0] }, item[1]) : h('option', { value: item }, tOf(family, item)))))
}

/** A limit of a key's rules as the API takes it: "20 requests per day", "budget 50 EUR per month", "8 concurrent", "10GiB stored". */
export function keyLimitText(limit) {
  const unit = unitOf(limit)
  if (isNow(unit)) return `${limit[unit]} ${unit}`
  if (unit === 'cost') return `${limit.budget ? 'budget ' : ''}${limit.cost} per ${limit.per ?? 'month'}`
  return `${limit[unit]} ${unit} per ${limit.per ?? 'day'}`
}

/** And back; what it does not understand is left out. */
export function keyLimit(text) {
  let match = text.match(/^(\d+) concurrent$/)
  if (match) return { concurrent: Number(match[1]) }
  match = text.match(/^(\d+[KMG]?i?B) stored$/)
  if (match) return { stored: match[1] }
  match = text.match(/^(budget )?([\d.]+ [A-Z]{3}) per (\w+)$/)
  if (match) return { cost: match[2], per: match[3], ...(match[1] ? { budget: true } : {}) }
  match = text.match(/^(\d+) (requests|tokens|inputTokens|outputTokens) per (\w+)$/)
  return match ? { [match[2]]: Number(match[1]), per: match[3] } : null
}
