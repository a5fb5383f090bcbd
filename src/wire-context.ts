/** From configuration, store and keys to the context that actions hold. */
import { gzipSync } from 'node:zlib'
import type { ActionContext } from './actions/context.ts'
import type { Config } from './config.ts'
import type { Appliance } from './domain/appliance.ts'
import { canBeDidWeb, didKey, didWeb } from './domain/did.ts'
import { toHex } from './domain/ids.ts'
import { EMBEDDED_NETWORK } from './domain/networks.ts'
import { serverHash } from './keys/hash.ts'
import type { Keys } from './keys/keystore.ts'
import type { Store } from './store/store.ts'
import type { System } from './wire-system.ts'

/** Others may join the tree of the first waiting certificate for this long, where a transaction costs money. */
const PUBLIC_WINDOW_MS = 5_000

const encoder = new TextEncoder()
export const textHash = (text: string) => toHex(serverHash.sha256(encoder.encode(text)))

/** The origin recipients see; without a configured one, the address of the listener, which serves a trial. */
export function publicOrigin(config: Config, port = config.server.listen.port): string {
  if (config.server.publicUrl !== '') return config.server.publicUrl
  const { host } = config.server.listen
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${config.server.tlsCertFile === '' ? 'http' : 'https'}://${name}:${port}`
}

/** Facts that need no keys; the DIDs are then unknown. */
export function applianceOf(config: Config, system: System, publicUrl: string, dids: Appliance['dids']): Appliance {
  const networks = Object.values(config.chain.networks).map(({ network }) => network)
  const window = (network: string) => (network === EMBEDDED_NETWORK ? 0 : PUBLIC_WINDOW_MS)
  return {
    publicUrl,
    issuer: config.issuer,
    dids,
    networks,
    defaultNetwork: config.chain.default,
    plans: config.limits,
    batchWindowMs: (network) => config.chain.batchWindow ?? window(network),
    batchMax: config.chain.batchMax,
    syncWaitMs: config.chain.syncWait,
    version: system.version,
  }
}

/** The sandbox is always a did:key of its own: what a test key signs can never pass for the real issuer. */
export function didsOf(publicUrl: string, keys: Keys): Appliance['dids'] {
  const live = canBeDidWeb(publicUrl) ? didWeb(publicUrl) : didKey(keys.signer.publicKey('live'))
  return { live, test: didKey(keys.signer.publicKey('test')) }
}

export function actionContext(
  system: System,
  store: Store,
  { keys, appliance, renderer, mail }: { keys: Keys } & Pick<ActionContext, 'appliance' | 'renderer' | 'mail'>,
): ActionContext {
  return {
    renderer,
    mail,
    store,
    clock: system.clock,
    random: system.random,
    hash: serverHash,
    textHash,
    mac: keys.mac,
    signer: keys.signer,
    appliance,
    statusKey: keys.secret('status-list'),
    gzip: (bytes) => gzipSync(bytes, { level: 9 }),
  }
}
