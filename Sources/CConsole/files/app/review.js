// Review and publish: what the collected edits would do, what is wrong with them, and what somebody else did meanwhile.
import { at, call } from './api.js'
import { changes, drop, dropAll, idOf, keep, sorted, submit } from './changes.js'
import { openDialog } from './dialogs.js'
import { diffView, valueDiff } from './diff.js'
import { fill, h } from './dom.js'
import { t, tOf } from './i18n.js'
import { link } from './router.js'
import { badge, button, notice } from './pieces.js'
import { problemList, sentence } from './problems.js'
import { same } from './store.js'
import { toast } from './toasts.js'
import { waiting } from './views.js'

/** Where an object is edited. */
export const placeOfObject = (collection, name) => ({
  models: link(['models', name]), providers: link(['providers', name]), limits: link(['limits']), prices: link(['usage', 'prices', name])
}[collection] || link(['consumers', collection, name]))

export const objectTitle = (entry) =>
  entry.collection === 'limits' ? t('limits.everyone') : `${tOf('collection', entry.collection)} ${entry.name}`

/** Opens the review of all collected edits. `published` hears of the new revision. */
export function openReview(published = () => {}) {
  const note = h('input', { class: 'input', id: 'review-note', maxlength: 500, placeholder: t('review.notePlaceholder'), autocomplete: 'off' })
  const publish = button(t('review.publish'), () => send(false), { kind: 'primary', disabled: true })
  const dialog = openDialog(t('review.open'), { isWide: true, body: waiting(), footer: [] })

  async function send(isDryRun) {
    const entries = changes.get()
    if (!entries.length) return dialog.close()
    publish.disabled = true
    try {
      const answer = await submit(entries, isDryRun ? '' : note.value.trim(), isDryRun)
      if (isDryRun) return showOutcome(entries, answer)
      dropAll()
      dialog.close()
      toast(t('review.published', { revision: answer.revision }))
      published(answer)
    } catch (error) {
      if (error.status === 412 || error.code === 'object_exists' || error.code === 'object_not_found') return showConflicts(entries)
      showRefusal(entries, error)
    }
  }

  function showOutcome(entries, answer) {
    publish.disabled = false
    fill(dialog.body, h('div', { class: 'stack' },
      (answer.warnings || []).length > 0 && notice('warn', h('b', {}, t('review.warnings', { count: answer.warnings.length })), problemList(answer.warnings)),
      (answer.needsRestart || []).length > 0 && notice('warn', t('review.restart'), ' ', answer.needsRestart.join(', ')),
      entryList(entries), diffView(answer.diff || []),
      h('div', { class: 'field' }, h('label', { class: 'label', for: 'review-note' }, t('review.note')), note)))
    fill(dialog.footer, discardAll(), h('span', { class: 'spacer' }), button(t('review.keepEditing'), () => dialog.close()), publish)
    note.focus()
  }

  function showRefusal(entries, error) {
    const problems = error.problems || []
    const byEntry = sorted(problems, entries)
    fill(dialog.body, h('div', { class: 'stack' },
      notice('bad', h('b', {}, t('review.refused')), h('p', {}, problems.length ? t('review.refusedWhy') : sentence(error))),
      entries.filter((entry) => byEntry.has(idOf(entry))).map((entry) => h('section', {},
        h('h3', {}, h('a', { href: placeOfObject(entry.collection, entry.name), onclick: () => dialog.close() }, objectTitle(entry))),
        problemList(byEntry.get(idOf(entry))))),
      byEntry.has('') && problemList(byEntry.get('')), entryList(entries)))
    fill(dialog.footer, discardAll(), h('span', { class: 'spacer' }), button(t('review.keepEditing'), () => dialog.close()),
      button(t('tryAgain'), () => { fill(dialog.body, waiting()); send(true) }))
  }

  const discardAll = () => button(t('review.discardAll'), () => { dropAll(); dialog.close(); published(null) }, { kind: 'quiet' })

  function entryList(entries) {
    return h('ul', { class: 'entries' }, entries.map((entry) => h('li', {},
      badge(entry.op === 'delete' ? t('review.deletes') : entry.base === null ? t('review.adds') : t('review.edits'), entry.op === 'delete' ? 'bad' : entry.base === null ? 'good' : ''),
      h('a', { href: placeOfObject(entry.collection, entry.name), onclick: () => dialog.close() }, objectTitle(entry)),
      entry.lacksKey && h('span', { class: 'fault' }, t('object.lacksKey')), h('span', { class: 'spacer' }), button(t('discard'), () => { drop(entry.collection, entry.name); fill(dialog.body, waiting()); send(true); published(null) }, { kind: 'quiet small' }))))
  }

  /** Looks at what stands on the server now, and lets the user choose for each edit that is behind. */
  async function showConflicts(entries) {
    const behind = []
    for (const entry of entries) {
      const now = await current(entry)
      if ((now ? now.etag : null) !== (entry.etag ?? null)) behind.push({ entry, now })
    }
    if (!behind.length) return send(true)
    const draw = () => {
      fill(dialog.body, h('div', { class: 'stack' }, notice('warn', h('b', {}, t('conflict.title')), h('p', {}, t('conflict.text'))),
        behind.map((one) => conflict(one, () => {
          behind.splice(behind.indexOf(one), 1)
          if (behind.length) return draw()
          fill(dialog.body, waiting())
          published(null)
          send(true)
        }))))
      fill(dialog.footer, h('span', { class: 'spacer' }), button(t('review.keepEditing'), () => dialog.close()))
    }
    draw()
  }

  send(true)
}

async function current(entry) {
  try {
    const { data, etag } = await call('GET', entry.collection === 'limits' ? 'limits' : at(entry.collection, entry.name))
    return { value: data.value, etag: data.etag || etag }
  } catch (error) {
    if (error.status === 404) return null
    throw error
  }
}

function conflict({ entry, now }, settled) {
  const theirs = now ? now.value : null
  const redone = entry.op === 'delete' || !theirs ? entry.value : merged(entry.base, entry.value, theirs)
  const both = theirs && entry.base && entry.value ? overlap(entry.base, entry.value, theirs) : []
  return h('section', { class: 'conflict stack' }, h('h3', {}, objectTitle(entry)),
    h('div', { class: 'columns-2' },
      h('div', {}, h('h4', {}, t('conflict.theirs')), now ? valueDiff(entry.base, theirs) : h('p', {}, t('conflict.deleted'))),
      h('div', {}, h('h4', {}, t('conflict.yours')), entry.op === 'delete' ? h('p', {}, t('conflict.youDelete')) : valueDiff(entry.base, entry.value))),
    both.length > 0 && h('p', { class: 'fault' }, t('conflict.both', { names: both.join(', ') })),
    h('div', { class: 'row' }, button(t('conflict.take'), () => { drop(entry.collection, entry.name); settled() }),
      button(t('conflict.redo'), () => { keep({ ...entry, base: theirs, etag: now ? now.etag : null, value: redone }); settled() }, { kind: 'primary' })))
}

/** Theirs, with what was edited here put on top: key by key; lists are whole. */
export function merged(base, mine, theirs) {
  if (!isMap(base) || !isMap(mine) || !isMap(theirs)) return mine
  const result = { ...theirs }
  for (const key of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    if (same(base[key], mine[key])) continue
    if (!(key in mine)) delete result[key]
    else result[key] = isMap(base[key]) && isMap(theirs[key]) ? merged(base[key], mine[key], theirs[key]) : mine[key]
  }
  return result
}

function overlap(base, mine, theirs) {
  if (!isMap(base) || !isMap(mine) || !isMap(theirs)) return same(mine, theirs) ? [] : ['·']
  return Object.keys({ ...mine, ...theirs }).filter((key) =>
    !same(base[key], mine[key]) && !same(base[key], theirs[key]) && !same(mine[key], theirs[key]))
}

const isMap = (value) => Boolean(value) && typeof value === 'object' && !Array.isArray(value)
