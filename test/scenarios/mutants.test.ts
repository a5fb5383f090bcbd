import { expect, test } from 'bun:test'
import type { Patch } from '../crash/defects.ts'
import {
  aboveCap,
  clockSetBack,
  died,
  dropped,
  finality,
  gasRises,
  keyChanged,
  receiptsPruned,
  reorganised,
  restored,
  strangerWaits,
  tooPoor,
  vanished,
  withoutReceipts,
} from './plans.ts'
import { PATIENCE } from './scenario.ts'

/** A planted defect, and the scenario that has to notice it: true = noticed. */
interface Mutant {
  name: string
  patches: Patch[]
  isCaught: (change: { patches: Patch[] }) => Promise<boolean>
}
/** A defect may leave the child waiting for what never comes. */
const SHORT = { job: { seconds: 12 } }

const NO_RECEIPT_NO_END: Patch = {
  file: 'src/domain/transactions-decide.ts',
  text: `return transaction.blockNumber! <= seen.final ? { do: 'find-user' } : { do: 'wait' }`,
  becomes: `return { do: 'wait' }`,
}

const MUTANTS: Mutant[] = [
  {
    name: 'broadcast before it is stored (2)',
    patches: [
      {
        file: 'src/jobs/drive-lane-launch.ts',
        text: 'const bytes = { ...signed, ...price, nonce, gas, cancels: 0 as const }',
        becomes:
          'await chain.broadcast(signed.raw)\n  const bytes = { ...signed, ...price, nonce, gas, cancels: 0 as const }',
      },
    ],
    // A stranger is waited for, faster than by the wall.
    isCaught: async (change) =>
      (await died({ ...change, job: { speed: 15, seconds: 12 } }, 'after-sign-before-persist')).twice > 0,
  },
  {
    name: 'no receipt taken for a foreign transaction (8)',
    patches: [
      {
        file: 'src/jobs/drive-lane-watch.ts',
        text: 'const user = await chain.userOfNonce(transaction.nonce!, transaction.seenFrom ?? 0, seen.final, account)',
        becomes: `const user = { hash: '0x', receipt: null as never }`,
      },
    ],
    isCaught: async (change) => (await withoutReceipts({ ...change, ...SHORT }, 'no receipts')).twice > 0,
  },
  {
    name: 'final at the first receipt (6)',
    patches: [
      {
        file: 'src/domain/transactions-decide.ts',
        text: 'const deep = receipt.blockNumber <= seen.final',
        becomes: 'const deep = true',
      },
    ],
    isCaught: async (change) => (await reorganised({ ...change, ...SHORT }, 2)).missing > 0,
  },
  {
    name: 'a replacement under a new nonce (4)',
    patches: [
      {
        file: 'src/jobs/drive-lane-replace.ts',
        text: 'const nonce = transaction.nonce!',
        becomes: 'const nonce = await context.store.transactions.nextNonce(run.lane)',
      },
      {
        file: 'src/domain/transactions-decide.ts',
        text: 'if (transaction.nonce !== null && transaction.nonce !== nonce)',
        becomes: 'if (nonce < 0)',
      },
    ],
    isCaught: async (change) => {
      const { missing, twice } = await gasRises({ ...change, ...SHORT })
      return missing + twice > 0
    },
  },
  {
    name: 'the chain is not asked before signing (10)',
    patches: [
      {
        file: 'src/jobs/drive-lane-launch.ts',
        text: '(await alreadyOnChain(run, row, next, latest))',
        becomes: 'false',
      },
    ],
    isCaught: async (change) => (await restored(change)).told.sentAgain > 0,
  },
  {
    name: 'nothing is sent again (5)',
    patches: [
      {
        file: 'src/domain/transactions-decide.ts',
        text: 'newest.sentAt === null || apart(now, newest.sentAt) >= pace.rebroadcastMs',
        becomes: 'newest.sentAt === null',
      },
    ],
    isCaught: async (change) => (await dropped(change)).missing > 0,
  },
  {
    name: 'the finalized tag is not asked for (11)',
    patches: [
      {
        file: 'src/chain/evm-heads.ts',
        text: 'finality.finalityTag ? await finalizedHead(rpc) : null',
        becomes: 'null as number | null',
      },
    ],
    isCaught: async (change) => {
      const { report, told } = await finality(change, true)
      return report!.highest > told.finalized
    },
  },
  {
    name: 'the cap is ignored (4)',
    patches: [
      {
        file: 'src/domain/transactions-fees.ts',
        text: `if (least > BigInt(cap)) return 'above the cap'`,
        becomes: 'void least',
      },
    ],
    isCaught: async (change) => (await aboveCap(change)).told.signedWhileHolding > 0,
  },
  {
    name: 'transactions of another program are not looked for (9)',
    patches: [
      {
        file: 'src/jobs/drive-lane-launch.ts',
        text: 'const strangers = chain.embedded ? null : await strangersAhead(run, next, latest)',
        becomes: 'const strangers = null as Hold | null',
      },
    ],
    isCaught: async (change) => (await strangerWaits({ ...change, ...SHORT })).told.signedWhileHolding > 0,
  },
  {
    // What it misses is found later by the nonce, so that has to go as well.
    name: 'the block at the recorded height is not compared (6)',
    patches: [
      {
        file: 'src/domain/transactions-decide.ts',
        text: `if (block && block.hash !== transaction.blockHash) return { do: 'reorg' }`,
        becomes: '',
      },
      NO_RECEIPT_NO_END,
    ],
    isCaught: async (change) => (await reorganised({ ...change, ...SHORT }, 2)).missing > 0,
  },
  {
    name: 'mined, and never final without a receipt (8)',
    patches: [NO_RECEIPT_NO_END],
    isCaught: async (change) => (await receiptsPruned({ ...change, job: { seconds: 6 } })).report!.states.mined === 3,
  },
  {
    name: 'older bytes are forgotten when a replacement is not taken (4)',
    patches: [
      {
        file: 'src/jobs/drive-lane-send.ts',
        text: '(await broadcast(run, attempt)) || attempt.cancels',
        becomes: '(await broadcast(run, attempt)) || true',
      },
    ],
    isCaught: async (change) => (await tooPoor(change, true)).missing === 1,
  },
  {
    name: 'what was sent at a time to come is not sent again',
    patches: [{ file: 'src/domain/transactions-decide.ts', text: 'Math.abs(now - then)', becomes: 'now - then' }],
    isCaught: async (change) => (await clockSetBack(change, false)).missing > 0,
  },
  {
    name: 'a spent nonce that is free again is not noticed (H)',
    patches: [
      {
        file: 'src/jobs/drive-lane-watch.ts',
        text: 'if (live.every((row) => row.nonce! > nonce)) await askForAudit(run)',
        becomes: '',
      },
    ],
    isCaught: async (change) => (await vanished({ ...change, job: { seconds: 7 } }, false, {})).missing === 4,
  },
  {
    name: 'the lane of an earlier account is not watched',
    patches: [
      {
        file: 'src/jobs/drive-lane.ts',
        text: 'await watch({ ...run, lane, account: accountOfLane(lane) }, open.filter(isSigned))',
        becomes: 'accountOfLane(lane)',
      },
    ],
    isCaught: async (change) => (await keyChanged({ ...change, job: { seconds: 6 } })).missing > 0,
  },
]

test.concurrent.each(MUTANTS)(
  'planted defect: $name',
  async ({ isCaught, patches }) => expect(await isCaught({ patches })).toBe(true),
  PATIENCE,
)
