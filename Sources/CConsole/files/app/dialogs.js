// Native dialogs: the browser holds the focus in them, closes them on Escape and gives the focus back.
import { fill, h, newId } from './dom.js'
import { t } from './i18n.js'
import { icon } from './icons.js'
import { button } from './pieces.js'
import { problemsOf, sentence } from './problems.js'

/** Opens a dialog. → { node, close, body, footer }. `onClose` hears when it is gone. */
export function openDialog(title, { body = [], footer = [], isWide, onClose } = {}) {
  const id = newId('title')
  const bodyNode = h('div', { class: 'dialog-body' }, body)
  const footerNode = h('footer', { class: 'dialog-foot' }, footer)
  const node = h('dialog', { class: isWide ? 'wide' : '', 'aria-labelledby': id },
    h('header', { class: 'dialog-head' }, h('h2', { id }, title),
      h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close'), onclick: () => node.close() }, icon('close'))),
    bodyNode, footerNode)
  node.addEventListener('close', () => {
    node.remove()
    if (onClose) onClose()
  })
  document.body.append(node)
  node.showModal()
  return { node, body: bodyNode, footer: footerNode, close: () => node.close() }
}

/** Asks before something that can't be undone. → whether the user agreed. */
export function confirm(title, text, action, { isDanger = true } = {}) {
  return new Promise((resolve) => {
    let answer = false
    const dialog = openDialog(title, {
      body: text instanceof Node ? text : h('p', {}, text),
      footer: [button(t('cancel'), () => dialog.close()),
        button(action, () => { answer = true; dialog.close() }, { kind: isDanger ? 'danger' : 'primary' })],
      onClose: () => resolve(answer)
    })
  })
}

/**
 * A dialog with a form: `save(value)` may throw an ApiError, which is shown at the field it is about.
 * `form` comes from form.js.
 */
export function formDialog(title, { form, action, save, isWide }) {
  const complaint = h('div', { role: 'alert' })
  const submit = button(action, null, { kind: 'primary', type: 'submit' })
  const run = async (event) => {
    event.preventDefault()
    submit.disabled = true
    fill(complaint)
    try {
      if (await save(form.value()) !== false) dialog.close()
    } catch (error) {
      const left = form.showProblems(problemsOf(error))
      if (left.length || !problemsOf(error).length) {
        fill(complaint, h('p', { class: 'fault' }, left.map((problem) => problem.message).join(' ') || sentence(error)))
      }
    } finally {
      submit.disabled = false
    }
  }
  const id = newId('form')
  submit.setAttribute('form', id)
  const dialog = openDialog(title, {
    isWide, body: h('form', { id, class: 'stack', onsubmit: run, novalidate: true }, form.node, complaint),
    footer: [button(t('cancel'), () => dialog.close()), submit]
  })
  const first = dialog.body.querySelector('input:not([disabled]), select:not([disabled]), textarea')
  if (first) first.focus()
  return dialog
}
