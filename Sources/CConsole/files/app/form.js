// Forms out of descriptions of their fields. A sheet is one JSON value with the fields that write into it.
import { fill, h, newId } from './dom.js'
import { t } from './i18n.js'
import { editorOf } from './fields.js'
import { pointerOf } from './problems.js'
import { copyOf } from './store.js'

/**
 * A value and its fields. A field: { at: ['retry', 'attempts'], label, kind, hint, placeholder, choices, suggestions,
 * isRequired, isWide }. Kinds are those of fields.js. One that does not show what stands at its place has `value` and `set`.
 */
export function sheet(initial, { onChange = () => {}, isReadOnly = false } = {}) {
  let value = copyOf(initial ?? {})
  const places = []

  function read(path) {
    let found = value
    for (const step of path) found = found === null || found === undefined ? undefined : found[step]
    return found
  }

  function write(path, next) {
    value = written(value, path, next) ?? {}
    onChange(value)
  }

  function field(spec) {
    const id = newId('field')
    const fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true })
    const hint = spec.hint && h('p', { class: 'hint', id: `${id}-hint` }, spec.hint)
    const editor = editorOf({
      ...spec, id, value: 'value' in spec ? spec.value : read(spec.at), isReadOnly: isReadOnly || spec.isReadOnly,
      describedBy: `${spec.hint ? `${id}-hint ` : ''}${id}-fault`, set: spec.set || ((next) => write(spec.at, next))
    })
    const isOneInput = editor.matches('input, select, textarea')
    const isGroup = !isOneInput && !editor.querySelector(`#${id}`)
    places.push({ pointer: pointerOf(spec.at), fault, editor })
    const label = spec.label && (isGroup ? h('span', { class: 'label', id: `${id}-label` }, spec.label)
      : h('label', { class: 'label', for: id }, spec.label, spec.isRequired && h('span', { class: 'needed', 'aria-hidden': 'true' }, ' *')))
    return h('div', {
      class: `field ${spec.isWide ? 'span' : ''} ${spec.kind || 'text'}`, role: isGroup ? 'group' : null,
      'aria-labelledby': isGroup && spec.label ? `${id}-label` : null
    }, spec.kind === 'flag' ? [h('div', { class: 'flag-line' }, editor, label)] : [label, editor], hint, fault)
  }

  return {
    field,
    fields: (specs, className = 'fields') => h('div', { class: className }, specs.filter(Boolean).map(field)),
    value: () => value,
    read,
    write,
    isReadOnly,
    /** Shows problems at their fields. → those that have no field here. */
    showProblems(problems) {
      const lists = new Map(places.map((place) => [place, []]))
      const left = []
      for (const problem of problems) {
        const place = problem.pointer === null || problem.pointer === undefined ? null : nearest(places, problem.pointer)
        if (place) lists.get(place).push(problem)
        else left.push(problem)
      }
      for (const [place, found] of lists) {
        place.fault.hidden = !found.length
        fill(place.fault, found.map((problem) => saying(problem, place.pointer)).join(' '))
        place.fault.classList.toggle('warn', found.length > 0 && found.every((problem) => problem.severity === 'warning'))
        const input = place.editor.matches('input, select, textarea') ? place.editor : place.editor.querySelector('input, select, textarea')
        if (input) {
          if (found.length) input.setAttribute('aria-invalid', 'true')
          else input.removeAttribute('aria-invalid')
        }
      }
      return left
    }
  }
}

/** A sheet whose fields stand in one grid. → the sheet with `node`. */
export function form(fields, initial, options) {
  const made = sheet(initial, options)
  return { ...made, node: made.fields(fields) }
}

/**
 * The field with a problem's pointer, else the one whose pointer is the longest beginning of it. Of those with the same pointer the
 * last counts: the others were drawn before it, and it has taken their place.
 */
function nearest(places, pointer) {
  let best = places.findLast((place) => place.pointer === pointer) || null
  if (best) return best
  for (const place of places) {
    const fits = pointer.startsWith(place.pointer + '/') || (place.pointer.startsWith(pointer + '/') && pointer)
    if (fits && (!best || place.pointer.length >= best.pointer.length)) best = place
  }
  return best
}

function saying(problem, pointer) {
  const rest = (problem.pointer || '').slice(pointer.length).match(/^\/(\d+)/)
  const text = problem.advice ? `${problem.message} ${problem.advice}` : problem.message
  return rest ? t('atPosition', { position: Number(rest[1]) + 1, text }) : text
}

const isNothing = (value) => value === undefined || value === null || value === ''
  || (typeof value === 'object' && !Object.keys(value).length)

/** A copy of a value with another at a path; what is empty is left out, parents that become empty too. */
export function written(value, path, next) {
  if (!path.length) return isNothing(next) ? undefined : next
  const [step, ...rest] = path
  const copy = Array.isArray(value) ? [...value] : { ...(value || {}) }
  const inner = written(copy[step], rest, next)
  if (inner === undefined) {
    if (Array.isArray(copy)) copy.splice(step, 1)
    else delete copy[step]
  } else copy[step] = inner
  return isNothing(copy) && path.length ? undefined : copy
}
