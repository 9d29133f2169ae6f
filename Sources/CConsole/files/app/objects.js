// The frame of an editor: loads an object or begins a new one, keeps what is typed in the list of changes, shows faults at fields.
import { at, call, may } from './api.js'
import { changeOf, changes, drop, findings, keep } from './changes.js'
import { openDialog } from './dialogs.js'
import { fill, h } from './dom.js'
import { form, sheet } from './form.js'
import { t, tOf } from './i18n.js'
import { badge, button, notice, pageHead, sourceBadge } from './pieces.js'
import { problemList } from './problems.js'
import { openReview } from './review.js'
import { go, link } from './router.js'
import { copyOf } from './store.js'
import { failed, waiting } from './views.js'

/** Loads an object as it is edited: with the change of this tab on top. → { object, draft, isNew } or null where there is none. */
export async function objectToEdit(collection, name, isWanted) {
  const draft = changeOf(collection, name)
  try {
    const { data, etag } = await call('GET', at(collection, name))
    return { object: { ...data, etag: data.etag || etag }, draft, isNew: false }
  } catch (error) {
    if (error.code !== 'object_not_found') throw error
    return draft || isWanted ? { object: null, draft, isNew: true } : null
  }
}

/**
 * An editor page. `draw({ sheet, object, isNew, isReadOnly, redraw })` makes the panels; `initial` is the value of a new object.
 * `head` may add { badges, actions }.
 */
export function editorPage(page, { collection, name, trail, initial = {}, head = () => ({}), prepare = async () => null, draw }) {
  const node = h('div', { class: 'stack' }, waiting())
  const complaint = h('div')
  let made = null

  async function load() {
    try {
      const [found, prepared] = await Promise.all([objectToEdit(collection, name, page.query.new), prepare()])
      if (!found) return fill(node, pageHead(name, { trail }), notice('', t('object.none', { what: tOf('collection', collection), name })))
      show(found, prepared)
    } catch (error) {
      fill(node, pageHead(name, { trail }), failed(error, load))
    }
  }

  function show({ object, draft, isNew }, prepared) {
    const isOwned = Boolean(object) && object.source !== 'database' && object.source !== undefined
    const isReadOnly = isOwned || !may('write')
    const isDeleted = Boolean(draft) && draft.op === 'delete'
    const base = draft ? draft.base : object ? copyOf(object.value) : null
    const etag = draft ? draft.etag : object ? object.etag : null
    made = sheet(draft && draft.op === 'put' ? draft.value : object ? object.value : initial, {
      isReadOnly: isReadOnly || isDeleted,
      onChange: (value) => keep({ collection, name, op: 'put', base, etag, value: copyOf(value) })
    })
    if (isNew && !draft) keep({ collection, name, op: 'put', base: null, etag: null, value: copyOf(initial) })
    const extra = head({ object, isNew, prepared })
    fill(node, pageHead(name, {
      trail, badges: [object && sourceBadge(object.source), isNew && badge(t('object.new'), 'good'), ...(extra.badges || [])],
      actions: [...(extra.actions || []), ...(isReadOnly ? [] : editing(object, isDeleted))]
    }),
    isOwned && notice('', tOf('explained', object.source)),
    !isOwned && isReadOnly && notice('', t('object.notPermitted')),
    draft?.lacksKey && notice('warn', t('object.lacksKey')),
    draft && object && draft.etag !== object.etag && notice('warn', t('object.changedMeanwhile'), ' ', button(t('review.open'), review, { kind: 'small' })),
    isDeleted ? notice('warn', t('object.willBeDeleted')) : [complaint, draw({ sheet: made, object, isNew, isReadOnly, prepared, redraw: load })])
    tell()
  }

  function editing(object, isDeleted) {
    const discard = button(t('discard'), () => {
      drop(collection, name)
      if (object) load()
      else go([trail[0].path])
    }, { kind: 'quiet' })
    const send = button(t('review.open'), review, { kind: 'primary' })
    const update = () => {
      const isChanged = Boolean(changeOf(collection, name))
      discard.hidden = !isChanged
      send.disabled = !changes.get().length
    }
    page.onLeave(changes.watch(update))
    update()
    return [object && !isDeleted && button(t('delete'), () => {
      keep({ collection, name, op: 'delete', base: copyOf(object.value), etag: object.etag, value: undefined })
      load()
    }, { kind: 'quiet' }), discard, send]
  }

  function review() {
    openReview((answer) => {
      if (answer && !changeOf(collection, name) && location.hash.includes('new=1')) history.replaceState(null, '', link(page.path))
      page.query.new = undefined
      load()
    })
  }

  function tell() {
    if (!made) return
    const left = made.showProblems(findings.get().get(`${collection}/${name}`) || [])
    fill(complaint, left.length > 0 && notice(left.some((one) => one.severity === 'error') ? 'bad' : 'warn', problemList(left)))
  }

  page.onLeave(findings.watch(tell))
  load()
  return node
}

export function newObjectDialog(collection, { placeOf, hint }) {
  const asked = form([{ at: ['name'], label: t('name'), hint, isRequired: true, isWide: true }], {})
  const fault = h('p', { class: 'fault', role: 'alert' })
  const begin = (event) => {
    event.preventDefault()
    const { name } = asked.value()
    if (!name) return fill(fault, t('nameNeeded'))
    dialog.close()
    location.hash = placeOf(name)
  }
  const dialog = openDialog(t('object.newTitle', { what: tOf('collection', collection) }), {
    body: h('form', { id: 'new-object', class: 'stack', onsubmit: begin }, asked.node, fault),
    footer: [button(t('cancel'), () => dialog.close()), h('button', { type: 'submit', form: 'new-object', class: 'button primary' }, t('object.begin'))]
  })
  dialog.body.querySelector('input').focus()
}

/** The last column of a list: where an object is defined, and whether it is edited. */
export const marks = (collection) => ({
  label: '', className: 'tight', cell: (object) => h('span', { class: 'tags' }, sourceBadge(object.source),
    object.isDraft ? badge(t('object.new'), 'good') : changeOf(collection, object.name) ? badge(t('object.edited'), 'warn') : null)
})

/** Objects of a list with those that are only drafted yet. */
export function withDrafts(collection, objects) {
  const names = new Set(objects.map((object) => object.name))
  const drafts = changes.get().filter((entry) => entry.collection === collection && entry.op === 'put' && !names.has(entry.name))
  return [...drafts.map((entry) => ({ name: entry.name, collection, source: 'database', value: entry.value, isDraft: true })), ...objects]
}

