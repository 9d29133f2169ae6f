// What the server refuses, in sentences and at the place where it was written.
import { h } from './dom.js'
import { hasText, t, tOf } from './i18n.js'

/** An error as a sentence. The console's own words where it has them, else the server's. */
export function sentence(error) {
  if (!error.code) return String(error.message || error)
  if (error.code === 'too_many_attempts') return t('error.too_many_attempts', { seconds: error.retryAfter || '60' })
  const own = hasText('error', error.code) ? tOf('error', error.code) : ''
  const detail = error.message && error.message !== `HTTP ${error.status}` ? error.message : ''
  if (['invalid_request', 'configuration_refused', 'object_exists', 'invalid_json', 'internal_error', 'last_administrator'].includes(error.code)) {
    return detail || own
  }
  return own || detail || t('error.unknown', { code: error.code })
}

/** The problems of an error, each with a pointer where one is known. An error without a list is its own only problem. */
export function problemsOf(error) {
  if (error.problems && error.problems.length) return error.problems
  return error.code ? [{ severity: 'error', message: sentence(error), pointer: error.pointer, advice: null }] : []
}

/** `models.fast.targets[0].model`, with names in quotes where they hold dots → { collection, name, pointer }. */
export function placeOf(path) {
  const steps = []
  const pattern = /"((?:[^"\\]|\\.)*)"|\[(\d+)\]|([^.[\]"]+)/g
  for (const match of (path || '').matchAll(pattern)) {
    steps.push(match[1] !== undefined ? match[1].replace(/\\(.)/g, '$1') : match[2] ?? match[3])
  }
  if (!steps.length) return null
  if (steps[0] === 'limits') return { collection: 'limits', name: 'limits', pointer: pointerOf(steps.slice(1)) }
  return { collection: steps[0], name: steps[1] ?? null, pointer: pointerOf(steps.slice(2)) }
}

/** ['a/b', 0] → "/a~1b/0". */
export const pointerOf = (steps) =>
  steps.map((step) => '/' + String(step).replace(/~/g, '~0').replace(/\//g, '~1')).join('')

/** Problems as a list, for those that have no field to stand at. */
export function problemList(problems) {
  return h('ul', { class: 'problems' }, problems.map((problem) =>
    h('li', { class: problem.severity === 'warning' ? 'warn' : 'bad' },
      problem.line ? h('span', { class: 'mono quiet' }, `${problem.line}:${problem.column || 1} `)
        : problem.path ? h('code', { class: 'quiet' }, problem.path, ' ') : null,
      h('span', {}, problem.message), problem.advice && h('span', { class: 'quiet' }, ' ', problem.advice))))
}
