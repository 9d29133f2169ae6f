// The playground: one conversation with one model, or with two side by side, as a program would have it.
import { all, badge, button, bytes, code, facts, fill, h, icon, isFromGateway, keepQuery, link, milliseconds, more,
  number, pageHead, panel, quiet, send, sentence, sheet, stack, t } from '../app/kit.js'
import { rememberKey, rememberedKeys } from './playground-keys.js'

export default async function playground(page) {
  const models = await all('models').then((objects) => objects.filter((object) => !object.value.type || object.value.type === 'chat').map((object) => object.name), () => [])
  const chosen = [page.query.model || models[0] || '', page.query.and].filter((model) => model !== undefined)
  const settings = sheet({ stream: true }, {})
  let key = rememberedKeys().find(([label]) => label === page.query.key)?.[1] ?? rememberedKeys()[0]?.[1] ?? ''
  let talks = []
  const place = h('div', { class: 'talks' })
  const input = h('textarea', {
    class: 'input', rows: 3, 'aria-label': t('playground.message'), placeholder: t('playground.placeholder'),
    onkeydown: (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask() } }
  })
  const go = button(t('playground.send'), ask, { kind: 'primary', symbol: 'playground' })
  const stop = button(t('playground.stop'), () => talks.forEach((one) => one.stop()), { symbol: 'stop' })
  stop.hidden = true
  const compare = button('', () => { chosen[1] === undefined ? chosen.push(models.find((model) => model !== chosen[0]) || chosen[0]) : chosen.pop(); draw() }, {})
  page.onLeave(() => talks.forEach((one) => one.stop()))

  function draw() {
    const before = talks
    talks = chosen.map((model, index) => before[index] || talk(model))
    before.slice(chosen.length).forEach((one) => one.stop())
    fill(place, talks.map((one, index) => panel(null, {}, h('label', { class: 'said' }, h('span', {}, t('model')), modelInput(index)), one.node)))
    fill(compare, chosen.length > 1 ? t('playground.single') : t('playground.compare'))
    keepQuery({ model: chosen[0], and: chosen[1] })
  }

  function modelInput(index) {
    return h('span', { class: 'joined grow' }, h('input', {
      class: 'input', list: 'playground-models', value: chosen[index], spellcheck: 'false', oninput: (event) => { chosen[index] = talks[index].model = event.target.value.trim(); keepQuery({ model: chosen[0], and: chosen[1] }) }
    }))
  }

  async function ask() {
    const text = input.value.trim()
    if (!text) return input.focus()
    input.value = ''
    go.hidden = true
    stop.hidden = false
    await Promise.all(talks.map((one) => one.ask(text, settings.value() || {}, key)))
    go.hidden = false
    stop.hidden = true
    input.focus()
  }

  const keyField = h('input', {
    class: 'input', id: 'playground-key', type: 'password', autocomplete: 'off', value: key, placeholder: 'sk-…', 'aria-describedby': 'playground-key-hint',
    oninput: (event) => { key = event.target.value.trim() }, onchange: () => { if (key) rememberKey(t('playground.pasted'), key) }
  })
  const known = rememberedKeys()
  draw()
  return stack(pageHead(t('nav.playground'), { actions: [button(t('playground.clear'), () => { talks.forEach((one) => one.stop()); talks = []; draw() }, { kind: 'quiet' }), compare] }),
    h('datalist', { id: 'playground-models' }, models.map((value) => h('option', { value }))),
    h('div', { class: 'columns-2-1 playground' }, stack(place, h('div', { class: 'asking' }, input, h('div', { class: 'row' }, quiet(t('playground.hint')), h('span', { class: 'spacer' }), stop, go))),
      panel(t('playground.settings'), {}, h('div', { class: 'field' }, h('label', { class: 'label', for: 'playground-key' }, t('key')), keyField,
        known.length > 0 && h('div', { class: 'tags' }, known.map(([label, value]) => button(label, () => { key = keyField.value = value }, { kind: 'small' }))), h('p', { class: 'hint', id: 'playground-key-hint' }, t('playground.keyHint'))),
      settings.fields([{ at: ['stream'], label: t('playground.stream'), kind: 'flag', isWide: true }, { at: ['system'], label: t('playground.system'), kind: 'area', isWide: true },
        { at: ['temperature'], label: 'temperature', kind: 'number', step: 0.1, minimum: 0, maximum: 2 }, { at: ['max_tokens'], label: 'max_tokens', kind: 'number', minimum: 1 }, { at: ['top_p'], label: 'top_p', kind: 'number', step: 0.05, minimum: 0, maximum: 1 },
        { at: ['reasoning_effort'], label: 'reasoning_effort', kind: 'choice', choices: ['minimal', 'low', 'medium', 'high'], placeholder: '–' }, { at: ['extra'], label: t('playground.extra'), kind: 'json', rows: 3, isWide: true, hint: t('playground.extraHint') }]))))
}

/** One conversation: its messages, and what the last answer came with. */
function talk(model) {
  const messages = []
  const list = h('div', { class: 'messages', 'aria-live': 'polite', tabindex: '0', role: 'log', 'aria-label': t('playground.conversation') }, h('p', { class: 'quiet' }, t('playground.empty')))
  const foot = h('div', { class: 'stack tight' })
  let running = null
  const one = { model, node: h('div', { class: 'talk' }, list, foot), stop: () => running?.abort(), ask }
  return one

  async function ask(text, { stream, system, extra, ...parameters }, key) {
    if (!messages.length) fill(list)
    messages.push({ role: 'user', content: text })
    list.append(h('div', { class: 'message user' }, text))
    const thought = h('div', { class: 'thought', hidden: true })
    const content = h('span')
    const bubble = h('div', { class: 'message', 'aria-busy': 'true' }, h('b', {}, one.model), thought, content)
    list.append(bubble)
    fill(foot)
    const body = { model: one.model, messages: [...(system ? [{ role: 'system', content: system }] : []), ...messages], ...parameters, ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}), ...extra }
    const begun = performance.now()
    const seen = { first: null, usage: null, size: 0, finish: null }
    const add = (delta) => {
      const reasoning = delta.reasoning_content ?? delta.reasoning
      if ((delta.content || reasoning) && seen.first === null) seen.first = performance.now() - begun
      if (reasoning) { thought.hidden = false; thought.append(reasoning) }
      if (typeof delta.content === 'string') content.append(delta.content)
      list.scrollTop = list.scrollHeight
    }
    running = new AbortController()
    try {
      const response = await send('POST', 'playground', { body: { key: key || null, path: '/v1/chat/completions', body }, signal: running.signal, isRaw: true })
      if (!response.ok) throw { response, text: await response.text() }
      if (stream) await readEvents(response, seen, add)
      else {
        const text = await response.text()
        seen.size = text.length
        const answer = JSON.parse(text)
        seen.usage = answer.usage
        add(answer.choices?.[0]?.message || {})
      }
      messages.push({ role: 'assistant', content: content.textContent })
      fill(foot, figures(seen, performance.now() - begun, response), headerList(response, body))
    } catch (error) {
      messages.pop()
      if (error.name === 'AbortError') bubble.append(badge(t('playground.stopped'), 'warn'))
      else if (error.response) {
        bubble.append(h('p', { class: 'fault' }, `HTTP ${error.response.status} · ${messageOf(error.text)}`))
        fill(foot, headerList(error.response, body))
      } else bubble.append(h('p', { class: 'fault' }, error.isNotOffered ? t('notOffered') : sentence(error)))
    } finally {
      running = null
      bubble.removeAttribute('aria-busy')
    }
  }
}

/** Reads server-sent events: each `data:` line is a piece of the answer. */
async function readEvents(response, seen, add) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) break
    seen.size += value.length
    const lines = (rest + value).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      const data = line.startsWith('data:') ? line.slice(5).trim() : ''
      if (!data || data === '[DONE]') continue
      const event = JSON.parse(data)
      if (event.error) throw { response, text: data }
      if (event.usage) seen.usage = event.usage
      add(event.choices?.[0]?.delta || {})
    }
  }
}

function messageOf(text) {
  try { return JSON.parse(text).error?.message ?? text } catch { return text.slice(0, 500) }
}

function figures(seen, whole, response) {
  const usage = seen.usage
  const output = usage?.completion_tokens
  const seconds = (whole - (seen.first ?? 0)) / 1000
  const cost = response.headers.get('x-gateway-x-sluice-cost')
  const target = response.headers.get('x-gateway-x-sluice-target')
  return h('div', { class: 'figures' }, target && h('span', {}, target), seen.first !== null && h('span', {}, `${t('firstToken')} ${milliseconds(seen.first)}`), h('span', {}, `${t('duration')} ${milliseconds(whole)}`),
    usage && h('span', {}, t('playground.tokens', { input: number(usage.prompt_tokens), output: number(output) })), output && seconds > 0.05 && h('span', {}, t('exchanges.perSecond', { rate: number(output / seconds, 1) })), cost && h('span', {}, cost), h('span', {}, bytes(seen.size)))
}

function headerList(response, body) {
  const headers = [...response.headers].filter(([name]) => name.startsWith('x-gateway-')).map(([name, value]) => [h('code', {}, name.slice(10)), h('code', {}, value)])
  const id = response.headers.get('x-gateway-x-request-id')
  return more(t('playground.details'), isFromGateway(response) && facts([[t('status'), response.status], ...headers]), id && h('a', { href: link(['exchanges'], { q: id }) }, icon('exchanges'), ' ', t('playground.exchange')), h('h4', {}, t('playground.settings')), code(JSON.stringify(body, null, 2), 'wraps'))
}
