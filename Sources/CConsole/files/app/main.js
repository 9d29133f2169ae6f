// Starts the console: language, theme, who is signed in, and then the page that the address names.
import { get, session } from './api.js'
import { fill, h } from './dom.js'
import { language, speakLanguage, t } from './i18n.js'
import { listenToKeys } from './keyboard.js'
import { button, notice, pageHead } from './pieces.js'
import { placeOfPath } from './places.js'
import { sentence } from './problems.js'
import { here } from './router.js'
import { forgetShell, shell } from './shell.js'
import { apply } from './theme.js'
import { tellError } from './toasts.js'
import { failed, waiting } from './views.js'

const root = document.getElementById('app')
let frame = null
let leaving = []
let shownPath = null

/** What a page is given: where it is, and a place for what it must undo. */
function pageOf({ path, query }) {
  const actions = []
  leaving = actions
  return { path, query, onLeave: (action) => actions.push(action), reload: () => showPage(true) }
}

function leave() {
  const actions = leaving
  leaving = []
  for (const action of actions) action()
}

async function showPage(isSame) {
  if (!frame) return
  leave()
  const route = here()
  const place = placeOfPath(route.path)
  frame.markPlace(place)
  const path = route.path.join('/')
  const isNew = shownPath !== null && shownPath !== path && !isSame
  shownPath = path
  const page = pageOf(route)
  const mine = frame
  if (!place) return fill(frame.main, pageHead(t('page.none')), h('p', {}, h('a', { href: '#/' }, t('page.toOverview'))))
  if (!isSame) fill(frame.main, waiting())
  try {
    const { default: draw } = await place.load()
    if (page.path.join('/') !== here().path.join('/') || mine !== frame) return
    fill(frame.main, await draw(page))
  } catch (error) {
    if (!error.code) console.error(error)
    fill(frame.main, pageHead(t(place.label)), failed(error, () => showPage()))
  }
  if (isNew) {
    scrollTo(0, 0)
    frame.main.querySelector('h1')?.focus({ preventScroll: true })
  }
}

/** Draws everything anew: for another language, or another user. */
async function draw(whatIsNeeded) {
  leave()
  forgetShell()
  if (!session.get()) {
    frame = null
    shownPath = null
    const { default: entrance } = await import('../pages/entrance.js')
    return fill(root, await entrance(whatIsNeeded))
  }
  frame = shell(() => showPage(true))
  fill(root, frame.node)
  shownPath = null
  await showPage()
}

async function start() {
  apply()
  await speakLanguage()
  let needed = {}
  try {
    session.set(await get('session'))
  } catch (error) {
    if (error.code !== 'not_signed_in') {
      return fill(root, h('div', { class: 'entrance' }, notice('bad', h('p', {}, error.isNotOffered ? t('start.noApi') : sentence(error)),
        button(t('tryAgain'), () => location.reload()))))
    }
    needed = { isSetUp: Boolean(error.body.setUp) }
  }
  listenToKeys()
  await draw(needed)
  session.watch(() => draw({}))
  language.watch(() => draw(needed))
  addEventListener('hashchange', () => showPage())
  addEventListener('unhandledrejection', (event) => { if (event.reason && event.reason.code) { event.preventDefault(); tellError(event.reason) } })
}

start()
