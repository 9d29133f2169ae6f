// Signing in, and before that making the first administrator.
import { button, fill, form, get, h, hasText, mark, post, problemsOf, sentence, session, t, tOf } from '../app/kit.js'
import { languageButton, themeButton } from '../app/shell.js'

let refusal = new URLSearchParams(location.search).get('signIn')
if (refusal) history.replaceState(null, '', location.pathname + location.hash)

export default async function entrance({ isSetUp } = {}) {
  const state = await get('setup').catch(() => ({}))
  return isSetUp && state.needed ? setUp(state.token === 'required') : signIn(state)
}

function box(title, text, made, action, send, more) {
  const fault = h('p', { class: 'fault', role: 'alert' }, refusal && tOf('signIn', hasText('signIn', refusal) ? refusal : 'failed'))
  const submit = made && button(action, null, { kind: 'primary', type: 'submit' })
  const run = async (event) => {
    event.preventDefault()
    submit.disabled = true
    refusal = null
    fill(fault)
    try {
      session.set(await send(made.value()))
    } catch (error) {
      const left = made.showProblems(problemsOf(error))
      fill(fault, left.length ? sentence(error) : '')
    } finally {
      submit.disabled = false
    }
  }
  document.title = `${title} · Sluice`
  return h('main', { class: 'entrance' }, h('div', { class: 'entrance-tools' }, languageButton(), themeButton()),
    h('div', { class: 'entrance-box' }, h('div', { class: 'brand' }, mark(), 'Sluice'),
      h('section', { class: 'panel' }, h('form', { class: 'panel-body', onsubmit: run, novalidate: true },
        h('h1', {}, title), text && h('p', { class: 'quiet' }, text), made && made.node, fault, submit, more))))
}

function signIn({ oidc, passwords }) {
  const made = passwords !== false && form([
    { at: ['name'], label: t('user.name'), autocomplete: 'username', isWide: true },
    { at: ['password'], label: t('settings.password'), kind: 'password', autocomplete: 'current-password', isWide: true }
  ], {})
  return box(t('signIn.title'), null, made, t('signIn.title'), (value) => post('session', { name: '', password: '', ...value }),
    oidc && button(t('signIn.with', oidc), () => location.assign('api/v1/session/oidc')))
}

function setUp(needsToken) {
  const made = form([
    needsToken && { at: ['token'], label: t('setUp.token'), hint: t('setUp.tokenHint'), isWide: true, isRequired: true },
    { at: ['name'], label: t('user.name'), autocomplete: 'username', isWide: true, isRequired: true },
    { at: ['password'], label: t('settings.password'), kind: 'password', autocomplete: 'new-password', hint: t('setUp.passwordHint'), isWide: true, isRequired: true }
  ].filter(Boolean), { name: 'admin' })
  return box(t('setUp.title'), t('setUp.text'), made, t('setUp.action'), (value) => post('setup', { password: '', ...value }))
}
