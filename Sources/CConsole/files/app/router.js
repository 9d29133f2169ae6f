// Hash routes: #/models/fast?tab=limits. Segments and values are percent-encoded.

/** The route that the address bar shows: { path: ['models', 'fast'], query: { tab: 'limits' } }. */
export function here() {
  const text = location.hash.replace(/^#\/?/, '')
  const mark = text.indexOf('?')
  const path = (mark < 0 ? text : text.slice(0, mark)).split('/').filter(Boolean).map(decode)
  const query = {}
  if (mark >= 0) for (const [name, value] of new URLSearchParams(text.slice(mark + 1))) query[name] = value
  return { path, query }
}

/** The address of a route: link(['models', 'fast'], { tab: 'limits' }). */
export function link(path, query) {
  const text = queryText(query)
  return '#/' + path.map((part) => encodeURIComponent(part)).join('/') + (text ? '?' + text : '')
}

export function go(path, query) {
  location.hash = link(path, query)
}

/** Writes filters into the address without a new entry of the history and without drawing the page anew. */
export function keepQuery(query) {
  history.replaceState(null, '', link(here().path, query))
}

/** name=value pairs of what is not empty. */
export function queryText(query) {
  const pairs = new URLSearchParams()
  for (const name of Object.keys(query || {})) {
    const value = query[name]
    if (value !== null && value !== undefined && value !== '') pairs.set(name, value)
  }
  return pairs.toString()
}

function decode(text) {
  try { return decodeURIComponent(text) } catch { return text }
}
