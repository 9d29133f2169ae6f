// A text area with line numbers, colours, marks at faulty lines, and completion of keys by the schema.
import { fill, h, t } from '../app/kit.js'

export function yamlEditor({ text, schema, isReadOnly, onChange }) {
  const area = h('textarea', { spellcheck: 'false', autocapitalize: 'off', 'aria-label': t('configuration.edit'), value: text, readOnly: isReadOnly, wrap: 'off', 'aria-autocomplete': 'list' })
  const colours = h('pre', { 'aria-hidden': 'true' })
  const lines = h('div', { class: 'yaml-lines', 'aria-hidden': 'true' })
  const list = h('ul', { class: 'completions', role: 'listbox', hidden: true, 'aria-label': t('configuration.completions') })
  const node = h('div', { class: 'yaml' }, lines, h('div', { class: 'yaml-area' }, colours, area, list))
  let marks = new Map()
  let options = []
  let chosen = 0

  function draw() {
    const all = area.value.split('\n')
    fill(colours, all.map(coloured))
    fill(lines, all.map((_, index) => h('div', { class: marks.get(index + 1) || '' }, index + 1)))
    follow()
  }

  function follow() {
    lines.scrollTop = area.scrollTop
    colours.scrollTop = area.scrollTop
    colours.scrollLeft = area.scrollLeft
  }

  function complete(isAsked) {
    const before = area.value.slice(0, area.selectionStart)
    const line = before.slice(before.lastIndexOf('\n') + 1)
    const typed = line.match(/(?:^\s*(?:- )?|: )([\w-]*)$/)
    if (!schema || isReadOnly || !typed || (!isAsked && !typed[1])) return hide()
    const { node: place, isValue } = schemaAt(schema, before)
    const known = place ? (isValue ? valuesOf(place) : keysOf(place)) : []
    options = known.filter((option) => option.name.startsWith(typed[1]) && option.name !== typed[1]).slice(0, 40)
    if (!options.length) return hide()
    chosen = 0
    show(before, typed[1])
  }

  function show(before) {
    const row = before.split('\n').length
    const column = before.length - before.lastIndexOf('\n') - 1
    fill(list, options.map((option, index) => h('li', { role: 'option', 'aria-selected': String(index === chosen), onpointerdown: (event) => { event.preventDefault(); take(index) } }, h('b', {}, option.name), option.doc && h('small', {}, option.doc))))
    list.hidden = false
    const top = row * 20 + 12 - area.scrollTop
    list.style.setProperty('top', top + 200 > node.clientHeight ? `${Math.max(4, top - 20 - Math.min(options.length * 46 + 8, 220))}px` : `${top}px`)
    list.style.setProperty('left', `${Math.max(0, Math.min(12 + column * 7.8 - area.scrollLeft, area.clientWidth - 240))}px`)
  }

  const hide = () => { list.hidden = true; options = [] }

  function take(index) {
    const option = options[index]
    const end = area.selectionStart
    const start = end - area.value.slice(0, end).match(/[\w-]*$/)[0].length
    area.setRangeText(option.name + (option.isKey ? ': ' : ''), start, end, 'end')
    hide()
    changed()
    area.focus()
  }

  function changed() {
    marks = new Map()
    draw()
    onChange(area.value)
  }

  area.addEventListener('input', () => { changed(); complete(false) })
  area.addEventListener('scroll', () => { follow(); hide() })
  area.addEventListener('blur', hide)
  area.addEventListener('keydown', (event) => {
    if (event.key === ' ' && event.ctrlKey) { event.preventDefault(); return complete(true) }
    if (!list.hidden) {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (way) {
        event.preventDefault()
        chosen = (chosen + way + options.length) % options.length
        ;[...list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === chosen)))
        return list.children[chosen].scrollIntoView({ block: 'nearest' })
      }
      if (event.key === 'Enter' || event.key === 'Tab') { event.preventDefault(); return take(chosen) }
      if (event.key === 'Escape') { event.stopPropagation(); return hide() }
    }
    if (event.key === 'Enter' && !isReadOnly) {
      const line = area.value.slice(0, area.selectionStart).split('\n').pop()
      const indent = line.match(/^ */)[0] + (/:\s*$/.test(line) ? '  ' : '')
      if (indent) { event.preventDefault(); area.setRangeText('\n' + indent, area.selectionStart, area.selectionEnd, 'end'); changed() }
    }
  })
  new ResizeObserver(follow).observe(area)
  draw()
  return {
    node, text: () => area.value,
    /** Marks the lines of problems, and goes to the first. */
    mark(problems) {
      marks = new Map(problems.filter((problem) => problem.line).map((problem) => [problem.line, problem.severity === 'warning' ? 'warn' : 'bad']))
      draw()
      const first = [...marks.keys()].sort((a, b) => a - b)[0]
      if (first) { area.scrollTop = Math.max(0, (first - 6) * 20); follow() }
    }
  }
}

function coloured(line, index) {
  const end = index ? '\n' : ''
  const match = line.match(/^(\s*(?:- )*)((?:"[^"]*"|[^\s#"'{[][^:#]*?))(:)(\s.*|)$/)
  const hash = line.search(/(^|\s)#/)
  if (hash >= 0 && !/["'].*#.*["']/.test(line)) return [end, coloured(line.slice(0, hash), 0), h('span', { class: 'comment' }, line.slice(hash))]
  return match ? [end, match[1], h('span', { class: 'key' }, match[2]), match[3], h('span', { class: /^\s*["']/.test(match[4]) ? 'text' : '' }, match[4])] : [end, line]
}

/** The schema of the place where a text ends, by its indentation. → { node, isValue }. */
export function schemaAt(schema, before) {
  const all = before.split('\n')
  const line = all.pop()
  const isValue = /^\s*(?:- )?("[^"]*"|[\w./*-]+): [\w-]*$/.test(line)
  let depth = line.match(/^\s*(?:- )?/)[0].length
  const path = isValue ? [line.match(/^\s*(?:- )?("[^"]*"|[^:]+):/)[1]] : []
  if (/^\s*- /.test(line)) { path.unshift('-'); depth = line.search(/\S/) + 0.5 }
  for (const other of all.reverse()) {
    const found = other.match(/^(\s*)((?:- )?)("[^"]*"|[^\s#:][^:]*):/)
    if (!found) continue
    const column = found[1].length + found[2].length
    if (column < depth) { path.unshift(found[3]); depth = column } else continue
    if (found[2]) { path.unshift('-'); depth = found[1].length + 0.5 }
  }
  let node = schema
  for (const step of path) node = step === '-' ? variants(node).map((one) => one.items).find(Boolean) : inside(node, step.replace(/^"|"$/g, '').trim())
  return { node, isValue }
}

const variants = (node) => (node ? [node, ...(node.anyOf || []), ...(node.oneOf || [])] : [])

function inside(node, name) {
  for (const one of variants(node)) {
    if (one.properties && one.properties[name]) return one.properties[name]
    if (one.additionalProperties && typeof one.additionalProperties === 'object') return one.additionalProperties
  }
  return null
}

const keysOf = (node) => variants(node).flatMap((one) => Object.entries(one.properties || {})).map(([name, value]) => ({ name, doc: value.description || '', isKey: true }))
const valuesOf = (node) => variants(node).flatMap((one) => one.enum || (one.type === 'boolean' ? [true, false] : one.examples || [])).map((value) => ({ name: String(value), doc: '', isKey: false }))
