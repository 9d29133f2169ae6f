// The only way to the server: the admin API, as any program would call it.
import { queryText } from './router.js'
import { store } from './store.js'

const base = document.baseURI.replace(/[#?].*$/, '').replace(/(console\/)?(index\.html)?$/, '') + 'api/v1/'

/** Who is signed in: { user, csrf }, or null. */
export const session = store(null)

/** What the server refused, by RFC 9457. `code` is stable, `message` a sentence. */
export class ApiError extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || `HTTP ${status}`)
    this.status = status
    this.code = body.code || (status ? 'internal_error' : 'unreachable')
    this.problems = body.problems || []
    this.pointer = body.pointer || null
    this.body = body
    this.retryAfter = retryAfter
  }

  /** Whether this server does not know the path at all: an older version, or a feature that is switched off. */
  get isNotOffered() { return this.code === 'unknown_path' || this.status === 501 }
}

/** Calls the API. → { data, etag, status, headers }; throws ApiError. */
export async function call(method, path, options = {}) {
  const response = await send(method, path, options)
  const etag = response.headers.get('etag')
  if (options.accept) return { data: await response.text(), etag, status: response.status, headers: response.headers }
  const text = await response.text()
  return { data: text ? parse(text) : null, etag, status: response.status, headers: response.headers }
}

/** The answer as it comes, for bodies that stream; errors of the admin plane are thrown, those of the gateway are not. */
export async function send(method, path, { body, query, etag, isNew, accept, signal, isRaw, isAgain } = {}) {
  const headers = { accept: accept || 'application/json' }
  const current = session.get()
  if (method !== 'GET' && current && current.csrf) headers['x-sluice-csrf'] = current.csrf
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (etag) headers['if-match'] = etag
  if (isNew) headers['if-none-match'] = '*'
  const search = queryText(query)
  let response
  try {
    response = await fetch(base + path + (search ? '?' + search : ''), {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin', cache: 'no-store'
    })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new ApiError(0, { code: 'unreachable', detail: '' })
  }
  if (response.ok || (isRaw && isFromGateway(response))) return response
  const error = new ApiError(response.status, parse(await response.text()) || {}, response.headers.get('retry-after'))
  // Signed in anew in another tab: the cookie is another one, and its token is asked for once.
  if (error.code === 'csrf_missing' && current && !isAgain) {
    current.csrf = (await get('session')).csrf
    return send(method, path, { body, query, etag, isNew, accept, signal, isRaw, isAgain: true })
  }
  if (error.code === 'not_signed_in' && current) session.set(null)
  throw error
}

export const isFromGateway = (response) => [...response.headers.keys()].some((name) => name.startsWith('x-gateway-'))

function parse(text) {
  try { return JSON.parse(text) } catch { return null }
}

export const get = async (path, query, options) => (await call('GET', path, { ...options, query })).data
export const post = async (path, body = {}, options) => (await call('POST', path, { ...options, body })).data
export const put = async (path, body, options) => (await call('PUT', path, { ...options, body })).data
export const patch = async (path, body, options) => (await call('PATCH', path, { ...options, body })).data
export const remove = async (path, options) => (await call('DELETE', path, options)).data

export const at = (...parts) => parts.map((part) => encodeURIComponent(part)).join('/')

/** Whether the one who is signed in may do something: read, write, keys, secrets, users, conversations. */
export function may(permission) {
  const current = session.get()
  return Boolean(current && current.user && (current.user.permissions || []).includes(permission))
}

/** Whether the one who is signed in sees more than one team. */
export const seesAll = () => session.get()?.user?.role !== 'team-administrator'

export async function all(collection, query) {
  const objects = []
  let cursor = null
  do {
    const page = await get(collection, { limit: 500, ...query, cursor })
    objects.push(...page.data)
    cursor = page.next
  } while (cursor && objects.length < 20000)
  return objects
}
