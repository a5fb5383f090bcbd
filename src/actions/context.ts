import type { Appliance } from '../domain/appliance.ts'
import type { Clock } from '../domain/clock.ts'
import type { TextHash } from '../domain/events.ts'
import type { Random } from '../domain/ids.ts'
import type { Hash, Mac, Renderer, Signer } from '../domain/ports.ts'
import type { Store } from '../store/store.ts'

/** What an action holds: it can read, decide, sign and commit, but reach neither chain, mail nor the network. */
export interface ActionContext {
  store: Store
  clock: Clock
  random: Random
  hash: Hash
  textHash: TextHash
  mac: Mac
  signer: Signer
  appliance: Appliance
  /** Keyed permutation of status list indexes: an index tells nothing about the order of issuing. */
  statusKey: Uint8Array
  gzip: (bytes: Uint8Array) => Uint8Array
  /** Who our mail is from, and where answers to it go. */
  mail: { from: { name: string; address: string }; replyTo: string | null }
  /** Draws; it reaches neither network nor files. */
  renderer: Renderer
}
