// The same call in four languages, ready to paste.
import { fill, h } from './dom.js'
import { t } from './i18n.js'
import { code, copyButton, segmented } from './pieces.js'
import { gatewayAddress, realGatewayAddress } from './gateway.js'
import { kept } from './store.js'

const writers = {
  cURL: (url, key, model) => `curl ${url}/v1/chat/completions \\
  -H "authorization: Bearer ${key}" \\
  -H "content-type: application/json" \\
  -d '${JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }).replace(/'/g, "'\\''")}'`,
  Python: (url, key, model) => `from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(url + '/v1')}, api_key=${JSON.stringify(key)})
answer = client.chat.completions.create(
    model=${JSON.stringify(model)},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
  Node: (url, key, model) => `import OpenAI from "openai"

const client = new OpenAI({ baseURL: ${JSON.stringify(url + '/v1')}, apiKey: ${JSON.stringify(key)} })
const answer = await client.chat.completions.create({
  model: ${JSON.stringify(model)},
  messages: [{ role: "user", content: "Hello" }],
})
console.log(answer.choices[0].message.content)`,
  Swift: (url, key, model) => `import Foundation

var request = URLRequest(url: URL(string: ${JSON.stringify(url + '/v1/chat/completions')})!)
request.httpMethod = "POST"
request.setValue("Bearer ${key}", forHTTPHeaderField: "authorization")
request.setValue("application/json", forHTTPHeaderField: "content-type")
request.httpBody = try JSONSerialization.data(withJSONObject: [
  "model": ${JSON.stringify(model)},
  "messages": [["role": "user", "content": "Hello"]],
])
let (data, _) = try await URLSession.shared.data(for: request)
print(String(decoding: data, as: UTF8.self))`
}

/** Samples for a key and one of several models. */
export function samples({ key = '$SLUICE_KEY', models = [], model = models[0] || 'MODEL' }) {
  let language = kept.read('sample') in writers ? kept.read('sample') : 'cURL'
  let url = gatewayAddress()
  const place = h('div')
  const write = () => writers[language](url, key, model)
  const draw = () => fill(place, code(write()))
  draw()
  const address = h('input', { class: 'input', value: url, spellcheck: 'false', oninput: () => {
    url = address.value.replace(/\/+$/, '')
    kept.write('gateway', url || null)
    draw()
  } })
  realGatewayAddress().then((real) => { if (address.value === url) { address.value = url = real; draw() } })
  return h('div', { class: 'stack tight' }, h('div', { class: 'row wrap' },
    segmented(Object.keys(writers).map((name) => [name, name]), language, (name) => { language = name; kept.write('sample', name); draw() }, t('samples.language')),
    h('span', { class: 'spacer' }), copyButton(write)),
  h('div', { class: 'row wrap' },
    models.length > 1 && h('label', { class: 'said grow' }, h('span', {}, t('model')), h('select', { class: 'input', value: model, onchange: (event) => { model = event.target.value; draw() } },
      models.map((name) => h('option', { value: name }, name)))),
    h('label', { class: 'said grow' }, h('span', {}, t('samples.address')), address)), place)
}
