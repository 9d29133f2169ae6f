// Targets as what they are: a chain that is tried from top to bottom. Dragged by the grip, or moved with the arrow keys.
import { fill, h, newId, speak } from './dom.js'
import { t, tOf } from './i18n.js'
import { gripIcon, icon } from './icons.js'
import { badge, tag } from './pieces.js'
import { tone } from './charts.js'

/** "deepseek/deepseek-chat" or { provider, model } → the text that names it. */
export const targetName = (target) => (typeof target === 'string' ? target : `${target.provider ?? ''}/${target.model ?? ''}`)

/** spec.value: the list of targets; spec.states: a map of names to 'aside' or 'fine'; spec.suggestions: names to choose from. */
export function chain(spec) {
  let targets = Array.isArray(spec.value) ? [...spec.value] : []
  const list = h('ol', { class: 'chain' })
  const input = h('input', {
    id: spec.id, class: 'input', 'aria-label': t('chain.add'), list: `${spec.id}-list`, placeholder: t('chain.placeholder'), 'aria-describedby': spec.describedBy,
    autocomplete: 'off', spellcheck: 'false',
    onkeydown: (event) => { if (event.key === 'Enter') { event.preventDefault(); add() } }
  })
  const node = h('div', { class: 'stack tight' }, list, !spec.isReadOnly && h('div', { class: 'joined' }, input,
    h('datalist', { id: `${spec.id}-list` }, (spec.suggestions || []).map((value) => h('option', { value }))),
    h('button', { type: 'button', class: 'button', onclick: add }, icon('add'), t('chain.add'))))

  const put = () => spec.set(targets.length ? targets : undefined)

  function add() {
    const name = input.value.trim()
    if (!name) return input.focus()
    targets = [...targets, name]
    input.value = ''
    draw()
    put()
    input.focus()
  }

  function move(from, to) {
    if (to < 0 || to >= targets.length || from === to) return
    const [target] = targets.splice(from, 1)
    targets.splice(to, 0, target)
    draw()
    put()
    list.children[to].querySelector('.grip')?.focus()
    speak(t('chain.moved', { name: targetName(target), position: to + 1, count: targets.length }))
  }

  function take(index) {
    targets.splice(index, 1)
    draw()
    put()
  }

  function draw() {
    fill(list, targets.map((target, index) => row(target, index)))
    if (!targets.length) list.append(h('li', { class: 'chain-none' }, t('chain.none')))
  }

  function row(target, index) {
    const name = targetName(target)
    const slash = name.indexOf('/')
    const state = spec.states && spec.states.get(name)
    const extra = typeof target === 'object' ? [target.type && tag(tOf('type', target.type)), (target.capabilities || []).map((item) => tag(item))] : []
    return h('li', { class: `target ${index === 0 ? 'primary' : ''}` },
      !spec.isReadOnly && h('button', {
        type: 'button', class: 'grip', 'aria-label': t('chain.grip', { name, position: index + 1, count: targets.length }),
        onkeydown: (event) => {
          const way = { ArrowUp: -1, ArrowDown: 1, Home: -index, End: targets.length - 1 - index }[event.key]
          if (way === undefined) return
          event.preventDefault()
          move(index, index + way)
        },
        onpointerdown: (event) => drag(event, index)
      }, gripIcon()),
      h('span', { class: 'rank', 'aria-hidden': 'true' }, index + 1),
      h('span', { class: 'target-name' }, slash > 0 ? [h('span', { class: 'target-provider' }, name.slice(0, slash)), ' / ', h('b', {}, name.slice(slash + 1))]
        : [h('b', {}, name), h('span', { class: 'quiet' }, ' ', t('chain.alias'))],
      index === 0 && h('small', {}, t('chain.primary')), extra),
      state === 'aside' ? badge(t('health.aside'), 'warn') : state === 'fine' ? badge(t('health.fine'), 'good') : null,
      !spec.isReadOnly && h('button', { type: 'button', class: 'icon-button', 'aria-label': t('removeName', { name }), onclick: () => take(index) }, icon('remove')))
  }

  /** Follows the pointer; the row is put where it is let go. */
  function drag(event, from) {
    if (event.button) return
    event.preventDefault()
    const grip = event.currentTarget
    const rows = [...list.children]
    const middles = rows.map((item) => { const box = item.getBoundingClientRect(); return box.top + box.height / 2 })
    const step = rows.length > 1 ? middles[1] - middles[0] : 0
    const start = event.clientY
    let to = from
    grip.setPointerCapture(event.pointerId)
    rows[from].classList.add('dragged')
    const moved = (next) => {
      const way = next.clientY - start
      const here = middles[from] + way
      to = middles.reduce((best, middle, index) => (Math.abs(middle - here) < Math.abs(middles[best] - here) ? index : best), from)
      rows.forEach((item, index) => {
        const shift = index === from ? way : index > from && index <= to ? -step : index < from && index >= to ? step : 0
        item.style.setProperty('transform', shift ? `translateY(${shift}px)` : 'none')
      })
    }
    const ended = () => {
      grip.removeEventListener('pointermove', moved)
      for (const item of rows) { item.style.removeProperty('transform'); item.classList.remove('dragged') }
      move(from, to)
    }
    grip.addEventListener('pointermove', moved)
    grip.addEventListener('lostpointercapture', ended, { once: true })
  }

  draw()
  return node
}

/** A split as a bar: one part a version, as wide as its weight. */
export function splitBar(arms) {
  const sum = arms.reduce((total, arm) => total + (arm.weight ?? 1), 0)
  return h('div', { class: 'split', role: 'img', 'aria-label': arms.map((arm) => `${arm.version || '–'} ${share(arm, sum)}`).join(', ') },
    arms.map((arm, index) => h('div', { class: index % 5 === 1 || index % 5 === 2 ? 'pale' : '', style: { 'flex-grow': sum ? (arm.weight ?? 1) / sum : 1 / arms.length, ...tone(index) } },
      h('span', {}, arm.version || t('split.arm', { position: index + 1 })), h('span', {}, share(arm, sum)))))
}

export const share = (arm, sum) => (sum ? `${Math.round((1000 * (arm.weight ?? 1)) / sum) / 10} %` : '–')

export const armId = () => newId('arm')
