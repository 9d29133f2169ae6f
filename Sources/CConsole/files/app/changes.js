// Edits that are not published yet. They belong to this tab, and outlive a reload of the page.
import { may, post } from './api.js'
import { later } from './dom.js'
import { placeOf } from './problems.js'
import { copyOf, kept, same, store } from './store.js'

/** Entries: { collection, name, op: 'put' | 'delete', base, etag, value }; `base` is what the edit started from, null for a new object. */
export const changes = store(read())

/** What the server said of the entries, by their id: problems whose pointers lead into the entry's value. */
export const findings = store(new Map())

export const idOf = (entry) => `${entry.collection}/${entry.name}`

function read() {
  try { return JSON.parse(kept.read('changes', sessionStorage)) || [] } catch { return [] }
}

/** Keys that are written out stay in memory: the browser's storage is no place for them. */
function withoutSecrets(entry) {
  const keys = entry.value?.keys
  const safe = Array.isArray(keys) ? keys.filter((key) => /^(env|file|secret|sha256):/.test(key)) : keys
  return same(keys, safe) ? entry : { ...entry, value: { ...entry.value, keys: safe }, lacksKey: true }
}

function write(entries) {
  kept.write('changes', entries.length ? JSON.stringify(entries.map(withoutSecrets)) : null, sessionStorage)
  changes.set(entries)
  checkSoon()
}

export const changeOf = (collection, name) =>
  changes.get().find((entry) => entry.collection === collection && entry.name === name) || null

/** Keeps an edit; one that says what was there before is none. */
export function keep(entry) {
  const others = changes.get().filter((other) => idOf(other) !== idOf(entry))
  const isNothing = entry.op === 'put' && entry.base !== null && same(entry.base, entry.value)
  const next = isNothing ? others : [...others, copyOf(entry)]
  // Limits may name what the other entries make: they come last.
  write(next.sort((one, other) => (one.collection === 'limits') - (other.collection === 'limits')))
}

export function drop(collection, name) {
  write(changes.get().filter((entry) => entry.collection !== collection || entry.name !== name))
}

export const dropAll = () => write([])

const bodyOf = (entries, note) => ({
  changes: entries.map(({ op, collection, name, value, etag }) =>
    ({ op, collection, name, ...(op === 'put' ? { value } : {}), etag: etag ?? null })),
  ...(note ? { note } : {})
})

/** Publishes entries as one revision, or asks what it would do. → CHANGE */
export const submit = (entries, note, isDryRun) => post('changes', bodyOf(entries, note), { query: { dryRun: isDryRun || null } })

/** Tells problems apart by the entry that they are about. → Map of id → problems; '' for those of no entry. */
export function sorted(problems, entries) {
  const found = new Map()
  for (const problem of problems) {
    const match = (problem.pointer || '').match(/^\/changes\/(\d+)(?:\/value)?(.*)$/)
    const entry = match && entries[Number(match[1])]
    const place = entry ? null : placeOf(problem.path)
    const owner = entry || (place && entries.find((other) => other.collection === place.collection && other.name === place.name))
    const id = owner ? idOf(owner) : ''
    const pointer = entry ? match[2] : place ? place.pointer : null
    found.set(id, [...(found.get(id) || []), { ...problem, pointer }])
  }
  return found
}

/** Has the server look at what was typed, a moment after the last key: faults show at their fields. */
const checkSoon = later(600, async () => {
  const entries = changes.get()
  if (!entries.length || !may('write')) return findings.set(new Map())
  try {
    const answer = await submit(entries, '', true)
    if (entries === changes.get()) findings.set(sorted(answer.warnings || [], entries))
  } catch (error) {
    // A conflict is told when the change is reviewed; what typing has to do with it is not.
    const problems = error.status === 422 || error.status === 400 ? error.problems : []
    if (entries === changes.get()) findings.set(sorted(problems, entries))
  }
})
