/** Before anything is signed: is the account ours alone? */
import { foreignPending } from './domain/lanes-decide.ts'
import { ChainRefused, ChainUnavailable, type Chain, type Chains } from './domain/ports.ts'
import { laneOf } from './domain/transactions-decide.ts'
import type { Store } from './store/store.ts'
import type { System } from './wire-system.ts'

/** Another program uses the key. Started all the same, the two would take each other's nonces. */
export class ForeignPending extends Error {
  override name = 'ForeignPending'
}

/** A start waits no longer for nodes that do not answer; the lane asks the same again before it signs. */
const PATIENCE_MS = 5_000

/** Throws ForeignPending when a node shows pending transactions of our account that this database did not make. */
export async function refuseForeignPending(store: Store, chains: Chains, schedule: System['schedule']): Promise<void> {
  const remote = chains.all().filter(({ embedded }) => !embedded)
  if (remote.length === 0) return
  let stop = () => {}
  const patience = new Promise<null>((resolve) => {
    stop = schedule(PATIENCE_MS, () => resolve(null))
  })
  try {
    const asked = remote.map((chain) => Promise.race([strangers(store, chain), patience]))
    const found = (await Promise.all(asked)).filter((detail) => detail !== null)
    if (found.length > 0) throw new ForeignPending(`${found.join(' ')} Then start again.`)
  } finally {
    stop()
  }
}

async function strangers(store: Store, chain: Chain): Promise<string | null> {
  try {
    const [latest, pending] = [await chain.nonce('latest'), await chain.nonce('pending')]
    const next = await store.transactions.nextNonce(laneOf(chain.chainId, chain.account))
    return foreignPending({ pending, latest, next }, chain.network, chain.account)?.detail ?? null
  } catch (error) {
    if (error instanceof ChainUnavailable || error instanceof ChainRefused) return null
    throw error
  }
}
