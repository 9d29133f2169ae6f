// Where the gateway is reached, as far as it is known.
import { get, seesAll, session } from './api.js'
import { kept } from './store.js'

const guess = () => `${location.protocol}//${location.hostname}:8080`
let asked = null
let askedFor = null

/** An address to begin with: what was typed here before, or a guess. */
export const gatewayAddress = () => kept.read('gateway') || guess()

/** What was typed here before; else what the server says; else a guess. */
export async function realGatewayAddress() {
  const current = session.get()
  if (askedFor !== current) [asked, askedFor] = [null, current]
  return kept.read('gateway') || (await (asked ??= told(current))) || guess()
}

async function told(current) {
  if (current?.gateway) return current.gateway
  if (!seesAll()) return null
  try {
    const { server } = await get('configuration/effective')
    return reachable(server.gateway.address, Boolean(server.tls))
  } catch {
    return null
  }
}

/** An address that is listened on, as one that can be called: 0.0.0.0:8080 is this host. */
function reachable(address, isSecure) {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? []
  if (!host || port === '0') return null
  const isEvery = ['0.0.0.0', '[::]', '*'].includes(host)
  return `${isSecure ? 'https' : 'http'}://${isEvery ? location.hostname : host}:${port}`
}
