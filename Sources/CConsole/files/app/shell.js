// What stands around every page: navigation, search, the list of changes, language, theme, the user.
import { remove, session } from './api.js'
import { changes } from './changes.js'
import { fill, h } from './dom.js'
import { language, languages, speakLanguage, t, tOf } from './i18n.js'
import { icon, mark } from './icons.js'
import { showKeys } from './keyboard.js'
import { openPlaces } from './places.js'
import { openReview } from './review.js'
import { link } from './router.js'
import { openSearch } from './search.js'
import { nextTheme, setTheme, theme } from './theme.js'
import { tellError } from './toasts.js'

/** → { node, main, markPlace(place) }. `refresh` draws the page that is shown anew. */
export function shell(refresh) {
  const main = h('main', { id: 'main', tabindex: '-1' })
  const places = openPlaces()
  const links = places.map((place) => h('a', { href: link(place.path) }, icon(place.name), h('span', {}, t(place.label))))
  const groups = [...new Set(places.map((place) => place.group))]
  const side = h('nav', { class: 'side', id: 'navigation', 'aria-label': t('navigation') },
    h('div', { class: 'brand' }, mark(), h('span', {}, 'Sluice'), closeButton()),
    groups.map((group) => [h('div', { class: 'group', id: `group-${group}` }, tOf('group', group)),
      h('div', { role: 'group', 'aria-labelledby': `group-${group}` }, links.filter((_, index) => places[index].group === group))]))
  const menu = h('button', { type: 'button', class: 'icon-button menu', 'aria-label': t('navigation'), 'aria-expanded': 'false', 'aria-controls': 'navigation', onclick: () => slide(true) }, icon('menu'))
  const veil = h('div', { class: 'veil', onclick: () => slide(false) })
  const node = h('div', { class: 'app' },
    h('a', { class: 'skip', href: '#main', onclick: (event) => { event.preventDefault(); main.focus() } }, t('skip')),
    side, veil, h('div', { class: 'page' }, h('header', { class: 'top' }, menu,
      h('button', { type: 'button', class: 'search-button', 'aria-label': t('search'), onclick: openSearch }, icon('search'), h('span', {}, t('search')), h('kbd', {}, '/')),
      h('span', { class: 'spacer' }), changesButton(refresh), languageButton(), themeButton(), userMenu()), main))

  function closeButton() {
    return h('button', { type: 'button', class: 'icon-button drawer-close', 'aria-label': t('close'), onclick: () => slide(false) }, icon('close'))
  }

  function slide(isOpen) {
    node.classList.toggle('drawer-open', isOpen)
    menu.setAttribute('aria-expanded', String(isOpen))
    if (isOpen) side.querySelector('[aria-current], a').focus()
    else if (side.contains(document.activeElement)) menu.focus()
  }
  side.addEventListener('keydown', (event) => { if (event.key === 'Escape') slide(false) })

  return {
    node, main,
    markPlace(place) {
      node.classList.remove('drawer-open')
      menu.setAttribute('aria-expanded', 'false')
      links.forEach((one, index) => {
        if (places[index] === place) one.setAttribute('aria-current', 'page')
        else one.removeAttribute('aria-current')
      })
    }
  }
}

const watchings = []
function watching(value, action) {
  watchings.push(value.watch(action))
  action()
}

/** Ends what an earlier shell watches. */
export function forgetShell() {
  while (watchings.length) watchings.pop()()
}

function changesButton(refresh) {
  const node = h('button', { type: 'button', class: 'button changes', onclick: () => openReview(refresh) })
  watching(changes, () => {
    const count = changes.get().length
    node.hidden = !count
    fill(node, icon('edit'), h('span', {}, t('changes.count', { count })))
    node.setAttribute('aria-label', t('changes.review', { count }))
  })
  return node
}

export function languageButton() {
  const other = language.get() === 'zh' ? 'en' : 'zh'
  return h('button', { type: 'button', class: 'icon-button wide', lang: other === 'zh' ? 'zh-CN' : 'en', onclick: () => speakLanguage(other) }, languages[other])
}

export function themeButton() {
  const node = h('button', { type: 'button', class: 'icon-button', onclick: () => setTheme(nextTheme()) })
  watching(theme, () => {
    fill(node, icon(theme.get()))
    const label = t('theme.now', { theme: tOf('theme', theme.get()) })
    node.setAttribute('aria-label', label)
    node.setAttribute('title', label)
  })
  return node
}

function userMenu() {
  const { user } = session.get()
  const signOut = async () => {
    let there
    try { there = await remove('session') } catch (error) { if (error.status !== 401) return tellError(error) }
    session.set(null)
    if (there?.location) location.assign(there.location)
  }
  const menu = h('details', { class: 'user-menu' },
    h('summary', { 'aria-label': t('user.menu', { name: user.name }) }, icon('user'), h('span', { class: 'user-name' }, user.name)),
    h('div', { class: 'menu-sheet' }, h('div', { class: 'menu-who' }, h('b', {}, user.name), h('div', { class: 'quiet' }, tOf('role', user.role), user.team && ` · ${user.team}`)),
      h('a', { href: '#/settings/password' }, icon('keys'), t('password.change')),
      h('button', { type: 'button', onclick: () => { menu.open = false; showKeys() } }, icon('help'), t('keyboard.title')),
      h('button', { type: 'button', onclick: signOut }, icon('signOut'), t('user.signOut'))))
  const close = (event) => { if (event.type === 'keydown' ? event.key === 'Escape' : !menu.contains(event.target)) menu.open = false }
  menu.addEventListener('toggle', () => {
    for (const kind of ['click', 'keydown']) document[menu.open ? 'addEventListener' : 'removeEventListener'](kind, close)
  })
  menu.addEventListener('click', (event) => { if (event.target.closest('a')) menu.open = false })
  return menu
}
