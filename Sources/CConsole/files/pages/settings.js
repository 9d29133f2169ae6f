// Settings: users, API tokens, secrets, one's own password, language and theme; addresses and traces of this gateway.
import { at, badge, button, confirm, copyButton, day, empty, facts, form, formDialog, get, h, language, languages, link,
  loaded, may, moment, notice, openDialog, pageHead, panel, patch, percent, post, problemsOf, put, quiet, relative, remove,
  seesAll, segmented, sentence, session, speakLanguage, stack, t, table, tabs, tellError, toast, tOf } from '../app/kit.js'
import { setTheme, theme } from '../app/theme.js'

const parts = { display, users, tokens, secrets, gateway, password }
const roles = ['viewer', 'operator', 'administrator', 'team-administrator']
const needs = { users: 'users', tokens: 'users', secrets: 'secrets' }

export default async function settings(page) {
  const part = page.path[1] in parts ? page.path[1] : 'display'
  const open = Object.keys(parts).filter((name) => (name === 'gateway' ? seesAll() && may('read') : !needs[name] || may(needs[name])))
  return stack(pageHead(t('nav.settings')), tabs(open.map((name) => ({ href: link(['settings', name]), text: tOf('settings', name), isHere: name === part })), t('nav.settings')),
    open.includes(part) ? parts[part]() : notice('', t('error.not_permitted')))
}

function display() {
  return panel(t('settings.display'), {}, h('div', { class: 'field' }, h('span', { class: 'label' }, t('settings.language')),
    h('div', {}, segmented(Object.entries(languages), language.get(), speakLanguage, t('settings.language')))),
  h('div', { class: 'field' }, h('span', { class: 'label' }, t('settings.theme')), h('div', {}, segmented(['system', 'light', 'dark'].map((name) => [name, tOf('theme', name)]), theme.get(), setTheme, t('settings.theme')))))
}

const roleField = { at: ['role'], label: null, kind: 'choice', isRequired: true }
const roleChoices = () => ({ ...roleField, label: t('user.role'), choices: roles.map((name) => [name, tOf('role', name)]), hint: t('user.roleHint') })
const teamField = () => ({ at: ['team'], label: t('team'), hint: t('user.teamHint') })

/** A list with a button that adds to it. */
function listPanel(name, { load, columns, add, addLabel }) {
  const view = loaded(load, ({ data }) => table({ caption: tOf('settings', name), rows: data, none: empty(tOf('settingsNone', name)), columns: columns(() => view.reload()) }))
  return panel(tOf('settings', name), { sub: tOf('settingsSub', name), isFlush: true, actions: button(addLabel, () => add(() => view.reload()), { symbol: 'add', kind: 'primary' }) }, view)
}
// Texts of the lists: t('settings.users') t('settingsSub.users') t('settingsNone.users') and so on.

/** Does something that can't be undone, if the user agrees. */
const removing = async (title, text, action, run, done) => {
  if (!(await confirm(title, text, action))) return
  try { await run(); done() } catch (error) { tellError(error) }
}

function users() {
  const passwordField = (hint) => ({ at: ['password'], label: t('settings.password'), kind: 'password', autocomplete: 'new-password', hint, isWide: true })
  const edit = (user, done) => formDialog(user.name, {
    form: form([roleChoices(), teamField(), passwordField(t('user.passwordKeep')), { at: ['disabled'], label: t('user.disabled'), kind: 'flag', isWide: true }], { role: user.role, team: user.team ?? undefined, disabled: user.disabled }),
    action: t('save'), save: async (value) => { await patch(at('users', user.name), { role: value.role, team: value.team ?? null, disabled: Boolean(value.disabled), ...(value.password ? { password: value.password } : {}) }); done() }
  })
  return listPanel('users', {
    load: () => get('users'), addLabel: t('user.add'),
    add: (done) => formDialog(t('user.add'), {
      form: form([{ at: ['name'], label: t('user.name'), isRequired: true, isWide: true }, roleChoices(), teamField(), passwordField(t('setUp.passwordHint'))], { role: 'viewer' }), action: t('user.add'),
      save: async (value) => { await post('users', { team: null, ...value }); done() }
    }),
    columns: (done) => [
      { label: t('user.name'), cell: (user) => [user.name, user.name === session.get().user.name && quiet(' ', t('user.you'))], sort: (user) => user.name, isMain: true },
      { label: t('user.role'), cell: (user) => tOf('role', user.role), sort: (user) => user.role }, { label: t('team'), cell: (user) => user.team ?? '–' },
      { label: t('state'), cell: (user) => (user.disabled ? badge(t('user.isDisabled'), 'warn') : badge(t('user.isActive'), 'good')) }, { label: t('created'), cell: (user) => moment(user.createdAt, day) },
      { label: '', className: 'tight', cell: (user) => h('span', { class: 'tags' }, button(t('edit'), () => edit(user, done), { kind: 'small' }), user.name !== session.get().user.name
        && button(t('delete'), () => removing(t('user.deleteTitle'), t('user.deleteText', { name: user.name }), t('delete'), () => remove(at('users', user.name)), done), { kind: 'small' })) }]
  })
}

function tokens() {
  return listPanel('tokens', {
    load: () => get('tokens'), addLabel: t('token.add'),
    add: (done) => formDialog(t('token.add'), {
      form: form([{ at: ['label'], label: t('token.label'), isRequired: true, isWide: true }, roleChoices(), teamField(), { at: ['expiresAt'], label: t('expires'), inputType: 'date' }], { role: 'viewer' }), action: t('token.add'),
      save: async (value) => {
        const made = await post('tokens', { ...value, expiresAt: value.expiresAt ? `${value.expiresAt}T00:00:00Z` : null })
        done()
        setTimeout(() => {
          const dialog = openDialog(t('token.made'), { body: stack(notice('warn', t('token.once')), h('div', { class: 'secret-once' }, h('code', {}, made.token), copyButton(made.token, { kind: 'primary' }))), footer: [button(t('keys.kept'), () => dialog.close(), { kind: 'primary' })] })
        })
      }
    }),
    columns: (done) => [
      { label: t('token.label'), cell: (token) => token.label, sort: (token) => token.label, isMain: true }, { label: t('user.role'), cell: (token) => tOf('role', token.role) + (token.team ? ` · ${token.team}` : '') },
      { label: t('created'), cell: (token) => [moment(token.createdAt, day), quiet(` ${token.createdBy ?? ''}`)], sort: (token) => token.createdAt },
      { label: t('expires'), cell: (token) => moment(token.expiresAt, day) }, { label: t('token.used'), cell: (token) => moment(token.lastUsedAt, relative) },
      { label: '', className: 'tight', cell: (token) => button(t('keys.revoke'), () => removing(t('token.revokeTitle'), t('token.revokeText', { label: token.label }), t('keys.revoke'), () => remove(at('tokens', token.id)), done), { kind: 'small' }) }]
  })
}

function secrets() {
  const store = (name, done) => formDialog(name ? t('secret.replace', { name }) : t('secret.add'), {
    form: form([!name && { at: ['name'], label: t('name'), isRequired: true, isWide: true, hint: t('secret.nameHint') }, { at: ['value'], label: t('value'), kind: 'secret', isRequired: true, isWide: true, hint: t('secret.valueHint') }].filter(Boolean), {}),
    action: t('save'), save: async (value) => { await put(at('secrets', name || value?.name || ''), { value: value?.value ?? '' }); toast(t('saved')); done() }
  })
  return listPanel('secrets', {
    load: () => get('secrets'), addLabel: t('secret.add'), add: (done) => store(null, done),
    columns: (done) => [{ label: t('name'), cell: (secret) => h('code', {}, `secret:${secret.name}`), sort: (secret) => secret.name, isMain: true }, { label: t('secret.setAt'), cell: (secret) => moment(secret.setAt), sort: (secret) => secret.setAt },
      { label: '', className: 'tight', cell: (secret) => h('span', { class: 'tags' }, button(t('secret.replaceAction'), () => store(secret.name, done), { kind: 'small' }),
        button(t('delete'), () => removing(t('secret.deleteTitle'), t('secret.deleteText', { name: secret.name }), t('delete'), () => remove(at('secrets', secret.name)), done), { kind: 'small' })) }]
  })
}

/** What the file says of this gateway's addresses and traces. */
function gateway() {
  const none = () => quiet(t('system.none'))
  const encryption = ({ tls }) => {
    const isMutual = tls?.clientCertificates === 'required'
    return tls ? badge(t(isMutual ? 'system.mutual' : 'system.tls'), 'good') : null
  }
  return loaded(() => Promise.all([get('configuration/effective'), get('telemetry')]), ([{ server }, { traces }]) => [
    panel(t('system.addresses'), { sub: 'sluice.yaml' }, facts([
      [t('system.gateway'), h('code', {}, server.gateway.address), ' ', encryption(server)], [t('system.callers'), server.gateway.url ? h('code', {}, server.gateway.url) : none()],
      [t('system.admin'), h('code', {}, server.admin.address), ' ', encryption(server.admin)], [t('system.browsers'), server.admin.url ? h('code', {}, server.admin.url) : none()]])),
    panel(t('system.traces'), { sub: 'OpenTelemetry' }, traces ? facts([
      [t('system.collector'), h('code', {}, traces.endpoint), ' ', traces.isFailing ? badge(t('system.failing'), 'bad') : traces.takenAt ? badge(t('system.taken'), 'good') : badge(t('system.unused'))],
      [t('system.sample'), percent(traces.sample, 1)], [t('system.spans'), t('system.spanCounts', traces.spans)],
      traces.failure && [t('system.failure'), traces.failure, ' ', quiet(moment(traces.failedAt, relative))]].filter(Boolean)) : none())])
}

function password() {
  const made = form([{ at: ['old'], label: t('password.old'), kind: 'password', autocomplete: 'current-password', isWide: true }, { at: ['new'], label: t('password.new'), kind: 'password', autocomplete: 'new-password', hint: t('setUp.passwordHint'), isWide: true }], {})
  const fault = h('p', { class: 'fault', role: 'alert' })
  const submit = async (event) => {
    event.preventDefault()
    fault.textContent = ''
    try {
      // The answer is another session: the old one may have been known to others.
      const answer = await put('session/password', { old: '', new: '', ...made.value() })
      if (answer?.csrf) session.get().csrf = answer.csrf
      toast(t('password.changed'))
      event.target.reset()
      made.showProblems([])
    } catch (error) { fault.textContent = made.showProblems(problemsOf(error)).length ? sentence(error) : '' }
  }
  return panel(t('settings.password'), {}, h('form', { class: 'stack narrow', onsubmit: submit }, h('input', { class: 'unseen', autocomplete: 'username', value: session.get().user.name, tabindex: '-1', 'aria-hidden': 'true', readOnly: true }), made.node, fault, h('div', {}, button(t('password.change'), null, { kind: 'primary', type: 'submit' }))))
}
