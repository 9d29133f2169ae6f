// Texts of the console in the language of its user.
import { kept, store } from './store.js'

export const languages = { en: 'English', zh: '中文' }

export const language = store(null)

let texts = {}
let plurals = new Intl.PluralRules('en')

/** Loads the catalogue of a language, and makes it the one that is shown. */
export async function speakLanguage(name) {
  const chosen = name || kept.read('language') || navigator.languages.map(known).find(Boolean) || 'en'
  texts = flat(await import(`../texts/${chosen}.js`))
  plurals = new Intl.PluralRules(chosen)
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en'
  if (name) kept.write('language', name)
  language.set(chosen)
}

/** The sections of a catalogue as one map: `models: { _: 'Models', add: 'New' }` → models, models.add. */
function flat(catalogue) {
  const found = {}
  for (const [section, value] of Object.entries(catalogue)) {
    for (const [name, text] of Object.entries(value)) {
      found[section === 'words' ? name : name === '_' ? section : `${section}.${name}`] = text
    }
  }
  return found
}

function known(tag) {
  const stem = tag.toLowerCase().split('-')[0]
  return stem in languages ? stem : null
}

/**
 * The text of a key: `{name}` stands for a value, `{count:call|calls}` for the word that fits a number.
 * A key that has no text shows itself, so that it is found.
 */
export function t(key, values) {
  return expand(texts[key] ?? key, values)
}

/** The text of `family.value`, or the value as it is. */
export function tOf(family, value, values) {
  const text = texts[`${family}.${value}`]
  return text === undefined ? String(value ?? '') : expand(text, values)
}

export const hasText = (family, value) => `${family}.${value}` in texts

function expand(text, values) {
  if (!values) return text
  return text.replace(/\{(\w+)(?::([^}|]*)\|([^}]*))?\}/g, (whole, name, one, other) => {
    if (!(name in values)) return whole
    const value = values[name]
    if (one === undefined) return typeof value === 'number' ? value.toLocaleString(locale()) : String(value)
    return plurals.select(Number(value)) === 'one' ? one : other
  })
}

/** The locale of numbers and dates: the browser's own where it speaks the chosen language. */
export function locale() {
  const chosen = language.get() || 'en'
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(chosen)) || (chosen === 'zh' ? 'zh-CN' : 'en')
}
