/** Deaths at named points, and a chain that tells nothing about roots: put around store and chain, without a hook in the product. */
import type { Commit, Entities } from '../../src/domain/commit.ts'
import type { Chain } from '../../src/domain/ports.ts'
import type { Store } from '../../src/store/store.ts'
import type { Death } from './job.ts'

type Kill = (point: Death) => void

const rows = <Name extends 'transaction' | 'transactionAttempt'>(commit: Commit, name: Name): Entities[Name][] =>
  (commit.puts ?? []).flatMap(({ entity, row }) => (entity === name ? [row as unknown as Entities[Name]] : []))

/** Kills before or after the commit that a point is named for. */
export function mortalStore(store: Store, kill: Kill): void {
  const commit = store.commit.bind(store)
  store.commit = async (work) => {
    const attempts = rows(work, 'transactionAttempt')
    const signed = attempts.filter(({ sends, sentAt }) => sends === 0 && sentAt === null)
    const isBump = signed[0] !== undefined && (await store.transactions.attempts(signed[0].transactionId)).length > 0
    const states = rows(work, 'transaction').map(({ state }) => state)
    if (signed.length > 0) kill('after-sign-before-persist')
    if (states.includes('mined') || states.includes('final')) kill('mined-before-record')
    await commit(work)
    if (signed.length > 0) kill('after-persist-before-send')
    if (isBump) kill('after-bump-persist')
    if (attempts.some(({ sends }) => sends > 0)) kill('after-send-persisted')
    if (states.includes('final')) kill('after-final-before-next')
  }
}

/** The same chain with some methods exchanged. */
export const around = (chain: Chain, methods: Partial<Chain>): Chain =>
  new Proxy(chain, {
    get(target, name) {
      const found = Reflect.get(name in methods ? methods : target, name) as unknown
      return typeof found === 'function' ? found.bind(target) : found
    },
  })

export const mortalChain = (chain: Chain, kill: Kill): Chain =>
  around(chain, {
    async broadcast(raw) {
      kill('before-send')
      await chain.broadcast(raw)
      kill('after-send')
    },
  })

/** Before signing it hides what is anchored; what is recorded as final is still compared with the truth. */
export const blindChain = (chain: Chain): Chain =>
  around(chain, { registryStatus: () => Promise.resolve({ anchored: 0, revoked: 0, reason: 0 }) })
