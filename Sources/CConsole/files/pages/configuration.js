// The configuration as one text: edited with completion, checked before it counts, and every earlier revision.
import { at, badge, button, call, code, confirm, copyButton, diffView, empty, facts, fill, framed, get, go, h, kept,
  lineDiff, linesView, link, loaded, may, moment, more, notice, pagedTable, pageHead, panel, post, problemList, quiet,
  sentence, stack, t, tabs, tellError, toast } from '../app/kit.js'
import { yamlEditor } from './yaml-editor.js'

const parts = (current) => tabs([['edit', ['configuration']], ['history', ['configuration', 'history']], ['effective', ['configuration', 'effective']]].map(([name, path]) =>
  ({ href: link(path), text: t(`configuration.${name}`), isHere: name === current })), t('nav.configuration'))
// Texts of the parts: t('configuration.edit') t('configuration.history') t('configuration.effective')

export default async function configuration(page) {
  const [, part, number] = page.path
  if (part === 'history' && number) return revision(page, number)
  const body = part === 'history' ? history() : part === 'effective' ? effective() : editing()
  return stack(pageHead(t('nav.configuration'), { sub: t('configuration.sub') }), parts(part === 'history' || part === 'effective' ? part : 'edit'), body)
}

function editing() {
  const view = loaded(async () => {
    const [{ data, etag }, schema] = await Promise.all([call('GET', 'configuration'), get('configuration/schema').catch(() => null)])
    return { ...data, etag: data.etag || etag, schema }
  }, draw)
  return view

  function draw(data) {
    const drafted = JSON.parse(kept.read('yaml', sessionStorage) || 'null')
    let base = drafted || { text: data.yaml, etag: data.etag, from: data.yaml }
    const isReadOnly = !may('write')
    const said = h('div', { class: 'stack tight', 'aria-live': 'polite' })
    const editor = yamlEditor({ text: base.text, schema: data.schema, isReadOnly, onChange: (text) => {
      base = { ...base, text }
      kept.write('yaml', text === base.from ? null : JSON.stringify(base), sessionStorage)
      update()
    } })
    const publish = button(t('review.publish'), () => send(false), { kind: 'primary' })
    const check = button(t('configuration.check'), () => send(true))
    const discard = button(t('discard'), () => { kept.write('yaml', null, sessionStorage); view.reload() }, { kind: 'quiet' })
    const update = () => { const isSame = editor.text() === base.from; publish.disabled = check.disabled = isSame; discard.hidden = isSame }

    async function send(isDryRun) {
      publish.disabled = check.disabled = true
      try {
        const { data: answer } = await call('PUT', 'configuration', { body: { yaml: editor.text() }, etag: base.etag, query: { dryRun: isDryRun || null } })
        editor.mark(answer.warnings || [])
        if (isDryRun) {
          fill(said, notice('good', t('configuration.fine')), (answer.warnings || []).length > 0 && notice('warn', problemList(answer.warnings)), diffView(answer.diff || []))
        } else {
          kept.write('yaml', null, sessionStorage)
          toast(t('review.published', { revision: answer.revision }))
          view.reload()
        }
      } catch (error) {
        editor.mark(error.problems || [])
        if (error.status === 412) await behind()
        else fill(said, notice('bad', h('b', {}, error.problems?.length ? t('review.refused') : sentence(error)), error.problems?.length > 0 && problemList(error.problems)))
      }
      update()
    }

    async function behind() {
      const { data: now, etag } = await call('GET', 'configuration')
      const rebase = () => { base = { text: editor.text(), etag: now.etag || etag, from: now.yaml }; kept.write('yaml', JSON.stringify(base), sessionStorage); fill(said); update() }
      fill(said, notice('warn', h('b', {}, t('conflict.title')), h('p', {}, t('configuration.behind'))), linesView(lineDiff(base.from, now.yaml)),
        h('div', { class: 'row wrap' }, button(t('conflict.take'), () => { kept.write('yaml', null, sessionStorage); view.reload() }), button(t('configuration.overTheirs'), rebase, { kind: 'primary' })))
    }

    update()
    return [facts([[t('configuration.revision'), data.revision], data.file && [t('configuration.file'), h('code', {}, data.file), ' ', quiet(t('configuration.fileHint'))]]),
      (data.needsRestart || []).length > 0 && notice('warn', t('review.restart'), ' ', data.needsRestart.join(', ')), (data.warnings || []).length > 0 && notice('warn', problemList(data.warnings)),
      isReadOnly && notice('', t('object.notPermitted')), editor.node,
      h('div', { class: 'row wrap' }, copyButton(() => editor.text()), h('span', { class: 'quiet hide-small' }, t('configuration.completionHint')), h('span', { class: 'spacer' }), !isReadOnly && [discard, check, publish]), said]
  }
}

const effective = () => loaded(() => get('configuration/effective'), (data) => [h('p', { class: 'quiet' }, t('configuration.effectiveText')), code(JSON.stringify(data, null, 2), 'tall')])

const history = () => framed(pagedTable({
  caption: t('configuration.history'), href: (one) => link(['configuration', 'history', String(one.number)]), none: empty(t('configuration.noHistory')), columns: [
    { label: t('configuration.revision'), cell: (one) => String(one.number), isMain: true }, { label: t('time'), cell: (one) => moment(one.at) }, { label: t('audit.by'), cell: (one) => one.by ?? '–' },
    { label: t('note'), cell: (one) => one.note || '' }, { label: t('configuration.changed'), cell: (one) => (one.changes || []).slice(0, 4).join(', ') + (one.changes?.length > 4 ? ' …' : '') }]
}, (cursor) => get('revisions', { cursor, limit: 50 })))

function revision(page, number) {
  return loaded(() => get(at('revisions', number)), (one) => [
    pageHead(t('configuration.revisionNumber', { number: one.number }), {
      trail: [{ text: t('configuration.history'), href: link(['configuration', 'history']) }], badges: one.note ? [badge(one.note)] : [], actions: may('write') ? [button(t('configuration.restore'), () => restore(number), { kind: 'primary' })] : []
    }),
    h('p', { class: 'quiet' }, moment(one.at), ' · ', one.by ?? '–'), panel(t('configuration.difference'), {}, diffView(one.diff || [])), more(t('configuration.whole'), code(one.yaml || ''))], t('configuration.revisionNumber', { number }))
}

async function restore(number) {
  try {
    const outcome = await post(`${at('revisions', number)}/restore`, {}, { query: { dryRun: true } })
    const agreed = await confirm(t('configuration.restoreTitle', { number }), stack(t('configuration.restoreText'), diffView(outcome.diff || [])), t('configuration.restore'), { isDanger: false })
    if (!agreed) return
    const answer = await post(`${at('revisions', number)}/restore`)
    toast(t('review.published', { revision: answer.revision }))
    go(['configuration', 'history', String(answer.revision)])
  } catch (error) { tellError(error) }
}
