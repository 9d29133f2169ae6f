// One editor for each kind of value. An editor is a node that calls `set` with the whole value whenever it changes.
import { fill, h, newId } from './dom.js'
import { t } from './i18n.js'
import { icon } from './icons.js'
import { chain } from './chain.js'
import { limitsEditor } from './limits.js'

const editors = { text, password, secret: password, number, choice, switch: onOff, flag, list, checks, map, json, area, chain, limits: limitsEditor }

export function editorOf(spec) {
  return (editors[spec.kind || 'text'] || text)(spec)
}

const common = (spec) => ({
  id: spec.id, 'aria-describedby': spec.describedBy, disabled: spec.isReadOnly, placeholder: spec.placeholder,
  required: spec.isRequired, autocomplete: spec.autocomplete || 'off'
})

function text(spec) {
  const input = h('input', {
    ...common(spec), class: 'input', type: spec.inputType || 'text', value: spec.value ?? '', spellcheck: 'false',
    list: spec.suggestions ? `${spec.id}-list` : null, oninput: () => spec.set(input.value.trim() === '' ? undefined : input.value.trim())
  })
  return spec.suggestions ? h('span', { class: 'joined' }, input, suggestions(`${spec.id}-list`, spec.suggestions)) : input
}

export const suggestions = (id, values) => h('datalist', { id }, values.map((value) => h('option', { value })))

function password(spec) {
  const input = h('input', {
    ...common(spec), class: 'input', type: 'password', value: spec.value ?? '',
    oninput: () => spec.set(input.value === '' ? undefined : input.value)
  })
  return input
}

function number(spec) {
  const input = h('input', {
    ...common(spec), class: 'input', type: 'number', inputmode: 'decimal', step: spec.step || 1, min: spec.minimum, max: spec.maximum,
    value: spec.value ?? '', oninput: () => spec.set(input.value === '' ? undefined : Number(input.value))
  })
  return input
}

function choice(spec) {
  const known = spec.choices.map((item) => (Array.isArray(item) ? item : [item, item]))
  if (spec.value !== undefined && spec.value !== null && !known.some(([value]) => value === spec.value)) known.push([spec.value, spec.value])
  const select = h('select', {
    ...common(spec), class: 'input', value: spec.value ?? '', onchange: () => spec.set(select.value === '' ? undefined : select.value)
  }, spec.isRequired && spec.value ? null : h('option', { value: '' }, spec.placeholder || t('byDefault')),
  known.map(([value, label]) => h('option', { value }, label)))
  return select
}

/** On, off, or neither said. */
function onOff(spec) {
  return choice({ ...spec, value: spec.value?.toString(), choices: [['true', t('on')], ['false', t('off')]],
    set: (next) => spec.set(next === undefined ? undefined : next === 'true') })
}

function flag(spec) {
  const input = h('input', { ...common(spec), type: 'checkbox', checked: Boolean(spec.value), onchange: () => spec.set(input.checked || undefined) })
  return input
}

/** Texts as chips: Enter, comma or leaving the field adds, backspace in the empty field takes the last away. */
function list(spec) {
  let items = Array.isArray(spec.value) ? [...spec.value] : []
  const chips = h('span', { class: 'chips' })
  const input = h('input', {
    ...common(spec), class: 'chip-input', placeholder: items.length ? null : spec.placeholder, list: spec.suggestions ? `${spec.id}-list` : null,
    onkeydown: (event) => {
      if ((event.key === 'Enter' || event.key === ',') && input.value.trim()) { event.preventDefault(); add() }
      if (event.key === 'Backspace' && !input.value && items.length) take(items.length - 1)
    },
    onchange: add
  })
  const put = () => { draw(); spec.set(items.length ? items : undefined) }
  function add() {
    const found = input.value.split(',').map((item) => item.trim()).filter((item) => item && !items.includes(item))
    input.value = ''
    if (!found.length) return
    items = [...items, ...found]
    put()
  }
  function take(index) {
    items = items.filter((_, other) => other !== index)
    put()
    input.focus()
  }
  function draw() {
    fill(chips, items.map((item, index) => h('span', { class: 'chip' }, String(typeof item === 'object' ? JSON.stringify(item) : item),
      !spec.isReadOnly && h('button', { type: 'button', 'aria-label': t('removeName', { name: String(item) }), onclick: () => take(index) }, icon('close')))))
  }
  draw()
  return h('div', { class: 'input chip-field', onclick: (event) => { if (event.target === event.currentTarget) input.focus() } },
    chips, !(spec.isReadOnly && items.length) && input, spec.suggestions && suggestions(`${spec.id}-list`, spec.suggestions))
}

/** Some of several choices; what is in the value beside them stays. */
function checks(spec) {
  let chosen = Array.isArray(spec.value) ? [...spec.value] : [...(spec.byDefault || [])]
  const names = spec.choices.map((item) => (Array.isArray(item) ? item : [item, item]))
  const others = () => chosen.filter((value) => !names.some(([name]) => name === value))
  return h('div', { class: 'check-list' }, names.map(([name, label]) => {
    const id = newId('check')
    return h('span', { class: 'check' }, h('input', {
      type: 'checkbox', id, checked: chosen.includes(name), disabled: spec.isReadOnly,
      onchange: (event) => {
        chosen = event.target.checked ? [...chosen, name] : chosen.filter((value) => value !== name)
        const ordered = names.map(([value]) => value).filter((value) => chosen.includes(value))
        spec.set([...ordered, ...others()])
      }
    }), h('label', { for: id }, label))
  }))
}

/** Names with values: text, or JSON with `isJSON`. */
function map(spec) {
  let rows = Object.entries(spec.value || {}).map(([name, value]) => [name, spec.isJSON ? JSON.stringify(value) : String(value)])
  const body = h('div', { class: 'stack tight' })
  const put = () => {
    const named = rows.filter(([name]) => name.trim())
    spec.set(named.length ? Object.fromEntries(named.map(([name, value]) => [name.trim(), spec.isJSON ? parsed(value) : value])) : undefined)
  }
  const draw = () => fill(body, rows.map((row, index) => h('div', { class: 'map-row' },
    h('input', { class: 'input', value: row[0], placeholder: spec.namePlaceholder, 'aria-label': t('name'), disabled: spec.isReadOnly,
      oninput: (event) => { row[0] = event.target.value; put() } }),
    h('input', { class: 'input', value: row[1], placeholder: spec.placeholder, 'aria-label': t('value'), disabled: spec.isReadOnly,
      oninput: (event) => { row[1] = event.target.value; put() } }),
    !spec.isReadOnly && h('button', { type: 'button', class: 'icon-button', 'aria-label': t('removeName', { name: row[0] }),
      onclick: () => { rows.splice(index, 1); draw(); put() } }, icon('remove')))),
  !spec.isReadOnly && h('button', { type: 'button', class: 'button quiet', onclick: () => {
    rows.push(['', ''])
    draw()
    body.querySelectorAll('.map-row:last-of-type input')[0]?.focus()
  } }, icon('add'), spec.addLabel || t('add')))
  draw()
  return body
}

/** What was written as JSON where it is JSON, else the text. */
function parsed(text) {
  try { return JSON.parse(text) } catch { return text }
}

function json(spec) {
  const node = h('textarea', {
    ...common(spec), class: 'input mono', rows: spec.rows || 6, spellcheck: 'false',
    value: spec.value === undefined ? '' : JSON.stringify(spec.value, null, 2),
    oninput: () => {
      try {
        spec.set(node.value.trim() ? JSON.parse(node.value) : undefined)
        node.setCustomValidity('')
      } catch (error) { node.setCustomValidity(error.message) }
    }
  })
  return node
}

function area(spec) {
  const node = h('textarea', { ...common(spec), class: 'input', rows: spec.rows || 3, value: spec.value ?? '',
    oninput: () => spec.set(node.value === '' ? undefined : node.value) })
  return node
}
