// Keys: `/` searches, `g` and a letter goes to a page, `?` shows them all.
import { openDialog } from './dialogs.js'
import { h } from './dom.js'
import { t } from './i18n.js'
import { openSearch } from './search.js'
import { openPlaces } from './places.js'
import { go } from './router.js'
import { session } from './api.js'

let isGoing = false
let timer = 0

export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (!session.get() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.target.closest('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return
    if (isGoing) {
      isGoing = false
      const place = openPlaces().find((one) => one.key === event.key)
      if (place) { event.preventDefault(); go(place.path) }
      return
    }
    if (event.key === 'g') {
      isGoing = true
      clearTimeout(timer)
      timer = setTimeout(() => { isGoing = false }, 1500)
    } else if (event.key === '/') {
      event.preventDefault()
      openSearch()
    } else if (event.key === '?') {
      event.preventDefault()
      showKeys()
    }
  })
}

export function showKeys() {
  const line = (keys, text) => [h('dt', {}, keys.map((key) => [h('kbd', {}, key), ' '])), h('dd', {}, text)]
  openDialog(t('keyboard.title'), {
    body: h('dl', { class: 'facts keys-help' }, line(['/'], t('keyboard.search')), line(['?'], t('keyboard.help')),
      openPlaces().map((place) => line(['g', place.key], t(place.label))), line(['↑', '↓'], t('keyboard.reorder')), line(['Esc'], t('keyboard.escape')))
  })
}
