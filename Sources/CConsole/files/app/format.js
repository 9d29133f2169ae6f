// Numbers, money, moments and lengths of time as people read them.
import { h } from './dom.js'
import { locale, t } from './i18n.js'

export const nothing = '–'

const isMissing = (value) => value === null || value === undefined || Number.isNaN(value)

export function number(value, digits = 0) {
  return isMissing(value) ? nothing : Number(value).toLocaleString(locale(), { maximumFractionDigits: digits })
}

/** 31.6M, 3160万. */
export function compact(value) {
  if (isMissing(value)) return nothing
  if (Math.abs(value) < 10000) return number(value, Math.abs(value) < 10 ? 1 : 0)
  // British "m" for a million reads like a unit: all English is written the American way here.
  return Number(value).toLocaleString(locale().startsWith('en') ? 'en-US' : locale(), { notation: 'compact', maximumFractionDigits: 1 })
}

/** A part of a whole: percent(3, 120) → 2.5 %. */
export function percent(part, whole) {
  if (!whole) return nothing
  const share = part / whole
  return share.toLocaleString(locale(), { style: 'percent', maximumFractionDigits: share && share < 0.1 ? 2 : 1 })
}

/** Milliseconds in the unit that reads best. */
export function milliseconds(value) {
  if (isMissing(value)) return nothing
  if (value < 1) return `${number(value, 2)} ms`
  if (value < 10) return `${number(value, 1)} ms`
  if (value < 1000) return `${number(value)} ms`
  if (value < 60000) return `${number(value / 1000, 2)} s`
  if (value < 3600000) return `${number(value / 60000, 1)} min`
  return `${number(value / 3600000, 1)} h`
}

export function bytes(value) {
  if (isMissing(value)) return nothing
  const units = ['B', 'KiB', 'MiB', 'GiB']
  let unit = 0
  while (value >= 1024 && unit < 3) { value /= 1024; unit += 1 }
  return `${number(value, unit ? 1 : 0)} ${units[unit]}`
}

/** { amount: "0.0093", currency: "CNY" } → ¥0.0093. */
export function money(value) {
  if (!value) return nothing
  const amount = Number(value.amount)
  const size = Math.abs(amount)
  const digits = size === 0 || size >= 1 ? 2 : Math.min(9, 2 - Math.floor(Math.log10(size)))
  try {
    return amount.toLocaleString(locale(), {
      style: 'currency', currency: value.currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: 2,
      maximumFractionDigits: Math.max(2, digits)
    })
  } catch {
    return `${value.amount} ${value.currency}`
  }
}

/** Sums of several currencies, one after the other. */
export const moneys = (list) => (list && list.length ? list.map(money).join(' + ') : nothing)

/** Money that shows its exact amount when pointed at. */
export const exactMoney = (value) =>
  value ? h('span', { title: `${value.amount} ${value.currency}` }, money(value)) : nothing

const formats = new Map()
function dateFormat(options) {
  const key = locale() + JSON.stringify(options)
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), options))
  return formats.get(key)
}

const parse = (moment) => (moment ? new Date(moment) : null)
const show = (moment, options) => {
  const date = parse(moment)
  return date && !Number.isNaN(date.getTime()) ? dateFormat(options).format(date) : nothing
}

export const day = (moment) => show(moment, { dateStyle: 'medium' })
export const shortDay = (moment) => show(moment, { month: 'short', day: 'numeric' })
export const clock = (moment) => show(moment, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
export const dateTime = (moment) =>
  show(moment, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
export const fullMoment = (moment) => show(moment, { dateStyle: 'full', timeStyle: 'long' })

/** "3 minutes ago", "in 2 days". */
export function relative(moment) {
  const date = parse(moment)
  if (!date || Number.isNaN(date.getTime())) return nothing
  const seconds = (date.getTime() - Date.now()) / 1000
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' })
  const steps = [[60, 'second', 1], [3600, 'minute', 60], [86400, 'hour', 3600], [2592000, 'day', 86400], [31536000, 'month', 2592000]]
  for (const [limit, unit, size] of steps) {
    if (Math.abs(seconds) < limit) return format.format(Math.round(seconds / size), unit)
  }
  return format.format(Math.round(seconds / 31536000), 'year')
}

/** A moment as a <time>, exact when pointed at. */
export function moment(value, how = dateTime) {
  return value ? h('time', { datetime: value, title: fullMoment(value) }, how(value)) : nothing
}

/** How much more or less than before: { text, way }. */
export function change(now, before) {
  if (!before) return null
  const share = (now - before) / before
  const text = share.toLocaleString(locale(), { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' })
  return { text: t('overview.thanBefore', { change: text }), way: share > 0 ? 1 : share < 0 ? -1 : 0 }
}
