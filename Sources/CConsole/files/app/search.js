// The search over pages and objects.
import { get } from './api.js'
import { openDialog } from './dialogs.js'
import { fill, h, later } from './dom.js'
import { t, tOf } from './i18n.js'
import { icon } from './icons.js'
import { openPlaces } from './places.js'
import { placeOfObject } from './review.js'
import { link } from './router.js'

const collections = ['models', 'providers', 'consumers', 'teams', 'organisations', 'roles']

export function openSearch() {
  let found = []
  let chosen = 0
  let run = 0
  const list = h('ul', { class: 'found', role: 'listbox', id: 'found', 'aria-label': t('search') })
  const input = h('input', {
    class: 'input', type: 'search', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'found', 'aria-label': t('search'),
    placeholder: t('search.placeholder'), autocomplete: 'off', oninput: () => search(),
    onkeydown: (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (way && found.length) { event.preventDefault(); choose((chosen + way + found.length) % found.length) }
      if (event.key === 'Enter' && found[chosen]) { event.preventDefault(); open(found[chosen]) }
    }
  })
  const dialog = openDialog(t('search'), { body: [input, list] })
  dialog.node.classList.add('search')

  function open(item) {
    dialog.close()
    location.hash = item.href
  }

  function choose(index) {
    chosen = index
    draw()
    list.children[index]?.scrollIntoView({ block: 'nearest' })
  }

  function draw() {
    fill(list, found.map((item, index) => h('li', { role: 'option', id: `found-${index}`, 'aria-selected': String(index === chosen), onclick: () => open(item) },
      icon(item.icon), h('span', { class: 'found-name' }, item.name), h('span', { class: 'quiet' }, item.kind))),
    !found.length && h('li', { class: 'quiet none' }, t('search.none')))
    if (found.length) input.setAttribute('aria-activedescendant', `found-${chosen}`)
    else input.removeAttribute('aria-activedescendant')
  }

  const pagesFor = (text) => openPlaces().map((place) => ({ name: t(place.label), kind: t('search.page'), icon: place.name, href: link(place.path) }))
    .filter((item) => item.name.toLowerCase().includes(text.toLowerCase()))

  const askServer = later(160, async (text) => {
    const mine = ++run
    const lists = await Promise.all(collections.map((collection) => get(collection, { q: text, limit: 6 }).catch(() => ({ data: [] }))))
    if (mine !== run || input.value.trim() !== text) return
    found = [...pagesFor(text), ...lists.flatMap((answer, index) => answer.data.map((object) => ({
      name: object.name, kind: tOf('collection', collections[index]), icon: collections[index] === 'models' || collections[index] === 'providers' ? collections[index] : 'consumers',
      href: placeOfObject(collections[index], object.name)
    })))]
    if (/^(ex|req)[_-]|^[0-9a-f-]{16,}$/i.test(text)) found.unshift({ name: text, kind: t('nav.exchanges'), icon: 'exchanges', href: link(['exchanges'], { q: text }) })
    chosen = 0
    draw()
  })

  function search() {
    const text = input.value.trim()
    found = pagesFor(text)
    chosen = 0
    draw()
    if (text) askServer(text)
  }
  search()
  input.focus()
}
