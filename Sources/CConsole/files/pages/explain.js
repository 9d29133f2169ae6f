// Explain: what would become of a call, and which rule says so. Nothing is called and nothing counted.
import { all, badge, button, facts, fill, form, get, h, link, notice, pageHead, panel, post, problemsOf, sentence, stack, t } from '../app/kit.js'

// Anything else that the gateway has can be written.
const surfaces = ['/v1/chat/completions', '/v1/responses', '/v1/messages', '/v1/embeddings', '/v1/rerank', '/v1/images/generations', '/v1/audio/speech', '/v1/files']

/** An explanation: whether the call would be let in, and each step with its verdict. */
export const explained = (answer) => h('div', { class: 'stack tight' }, h('div', {}, badge(answer.allowed ? t('explain.allowed') : t('explain.refused'), answer.allowed ? 'good' : 'bad')),
  answer.message && h('p', {}, answer.message), (answer.targets || []).length > 0 && h('p', {}, answer.targets.join(' → ')),
  facts((answer.steps || []).map((step) => [step.step, h('span', { title: step.verdict }, step.text)])))

export default async function explain(page) {
  const [consumers, models, keys] = await Promise.all([all('consumers'), all('models'), get('keys', { state: 'active', limit: 100 })])
  const { consumer, key, model } = page.query
  const asked = form([
    { at: ['consumer'], label: t('consumer'), kind: 'choice', choices: consumers.map((one) => one.name), placeholder: '–' },
    { at: ['key'], label: t('explain.key'), kind: 'choice', choices: (keys.data || []).map((one) => [String(one.id), `${one.label}… ${one.consumer}`]), placeholder: '–', hint: t('explain.keyHint') },
    { at: ['model'], label: t('model'), suggestions: models.map((one) => one.name), isRequired: true },
    { at: ['surface'], label: t('surface'), suggestions: surfaces, placeholder: surfaces[0] },
    { at: ['inputTokens'], label: t('explain.inputTokens'), kind: 'number' }, { at: ['maxTokens'], label: t('explain.maxTokens'), kind: 'number' },
    { at: ['address'], label: t('explain.address'), placeholder: '10.0.0.7' }
  ], { consumer, key, model })
  const place = h('div', { 'aria-live': 'polite' }, h('p', { class: 'quiet' }, t('explain.text')))
  const run = button(t('explain.title'), async () => {
    run.disabled = true
    try {
      const { consumer, key, ...call } = asked.value()
      // A key says whose it is.
      const answer = await post('explain', { ...call, ...(key ? { key: Number(key) } : { consumer }) })
      asked.showProblems([])
      fill(place, explained(answer))
    } catch (error) {
      const left = asked.showProblems(problemsOf(error))
      fill(place, left.length || !problemsOf(error).length ? notice('bad', sentence(error)) : '')
    }
    run.disabled = false
  }, { kind: 'primary' })
  return stack(pageHead(t('explain.title'), { trail: [{ text: t('nav.exchanges'), href: link(['exchanges']) }], sub: t('explain.sub') }),
    h('div', { class: 'columns-2' }, panel(t('explain.call'), {}, asked.node, h('div', {}, run)), panel(t('explain.result'), {}, place)))
}
