import { describe, expect, test } from 'bun:test'
import type { AnchorRow, Reanchor, Registry, Replica } from '../../src/domain/anchors.ts'
import { fresh, type Revised } from '../../src/domain/commit.ts'
import { systemRandom } from '../../src/domain/ids.ts'
import { moveRoots, order, orderDone, replicaSettled } from '../../src/domain/reanchors-decide.ts'
import { sendLeaves, sendTrees } from '../../src/domain/revocations-decide.ts'
import { decodeRevoke, MAX_REVOCATIONS } from '../../src/domain/registry.ts'
import type { Transaction } from '../../src/domain/transactions.ts'
import { samples } from '../kit/store.ts'

const WISH = { from: 'fantom', to: 'sonic', actor: 'cli' }
const registry: Registry = { ...samples.registry(), id: 'reg_sonic', network: 'sonic', chainId: 146, address: '0xabc' }
const anchor = (root: string): AnchorRow => ({ ...samples.anchor(), root: root.repeat(32), size: 1 })
const stored = (row: Reanchor & Revised) => ({ ...row, revision: row.revision + 1 })
const open = () => stored(order(undefined, WISH, 7, systemRandom).row)
const only = <T>(rows: T[] | undefined) => rows![0]!

describe('an order', () => {
  test('is one row, one event and one wake-up', () => {
    const { row, ...commit } = order(undefined, WISH, 7, systemRandom)
    expect(row).toMatchObject({
      fromNetwork: 'fantom',
      toNetwork: 'sonic',
      state: 'open',
      cursor: null,
      createdBy: 'cli',
    })
    expect(row.id).toStartWith('move_')
    expect(commit.puts).toEqual([{ entity: 'reanchor', row }])
    expect(only(commit.events)).toMatchObject({ type: 'reanchor.ordered', subject: row.id, actor: 'cli' })
    expect(only(commit.jobs)).toMatchObject({ kind: 'reanchor', ref: row.id, standing: true })
  })

  test('begun again keeps its id and starts from the front', () => {
    const done = { ...open(), state: 'done' as const, cursor: 'anch_9', doneAt: 8 }
    expect(order(done, WISH, 9, systemRandom).row).toEqual({ ...done, state: 'open', cursor: null, doneAt: null })
    expect(only(orderDone(open(), { confirmed: 3, failed: 1 }, 9).events).data).toMatchObject({
      confirmed: 3,
      failed: 1,
    })
  })
})

describe('moving roots', () => {
  test('queues a transaction with the root as its call data, the replica and the revocations in one commit', () => {
    const [first, second] = [anchor('aa'), anchor('bb')]
    const moves = [first, second].map((each) => ({ anchor: each, registry, failed: undefined }))
    const commit = moveRoots(open(), '0xacc', moves, second.id, 9, systemRandom)
    const transactions = commit.puts!.flatMap((put) => (put.entity === 'transaction' ? [put.row] : []))
    expect(
      transactions.map(({ data, dest, kind, lane, key, subject }) => [data, dest, kind, lane, key, subject]),
    ).toEqual(
      [first, second].map(({ id, root }) => [
        `0x${root}`,
        '0xabc',
        'reanchor',
        '146:0xacc',
        `reanchor/${id}/reg_sonic`,
        id,
      ]),
    )
    const replicas = commit.puts!.flatMap((put) => (put.entity === 'replica' ? [put.row] : []))
    expect(replicas.map(({ transactionId }) => transactionId)).toEqual(transactions.map(({ id }) => id))
    expect(commit.copyRevocations).toEqual([first, second].map(({ id }) => ({ anchorId: id, registryId: 'reg_sonic' })))
    expect(commit.puts!.at(-1)).toMatchObject({ entity: 'reanchor', row: { cursor: second.id } })
    expect(commit.jobs!.map(({ kind, ref }) => [kind, ref])).toEqual([
      ['drive-lane', 'sonic'],
      ['revoke-on-chain', 'sonic/live'],
    ])
  })

  test('what failed gets another transaction under a key of its own', () => {
    const one = anchor('aa')
    const failed = { ...samples.replica(), anchorId: one.id, state: 'failed' as const, revision: 3 }
    const commit = moveRoots(open(), '0xacc', [{ anchor: one, registry, failed }], null, 9, systemRandom)
    const [transaction, replica] = commit.puts!.map(({ row }) => row) as [Transaction, Replica & Revised]
    expect(transaction.key).toBe(`reanchor/${one.id}/reg_sonic/${transaction.id}`)
    expect(replica).toMatchObject({ state: 'queued', transactionId: transaction.id, revision: 3 })
  })

  test('a final transaction confirms its replica; reverted and cancelled ones fail it; all wake the order', () => {
    const replica = { ...fresh(samples.replica()), reanchorId: 'move_1', revision: 1 }
    const end = { hash: '0xaa', blockNumber: 5, blockTime: 1_700_000_000 }
    for (const [state, outcome] of [
      ['final', 'confirmed'],
      ['reverted', 'failed'],
      ['cancelled', 'failed'],
    ] as const) {
      const { puts, jobs } = replicaSettled(replica, { ...samples.transaction(), ...end, state }, 9)
      expect(only(puts).row).toMatchObject({ state: outcome, transactionHash: '0xaa' })
      expect(only(puts).row).toMatchObject({ confirmedAt: outcome === 'confirmed' ? 9 : null })
      expect(only(jobs)).toMatchObject({ kind: 'reanchor', ref: 'move_1' })
    }
  })
})

describe('revoking', () => {
  const leaves = (count: number) =>
    Array.from({ length: count }, () => ({ ...samples.revocation(), registryId: registry.id, revision: 1 }))
  const sender = { account: '0xacc' }

  test('leaves are sent together, each row with the transaction that carries it', () => {
    const revocations = leaves(3).map((row) => ({ ...row, reason: 2 }))
    const commit = sendLeaves(registry, sender, revocations, 9, systemRandom)
    const [transaction, ...rows] = commit.puts!.map(({ row }) => row) as [Transaction, ...unknown[]]
    expect(decodeRevoke(transaction.data)).toEqual({ ids: revocations.map(({ leaf }) => leaf), reason: 2 })
    expect(transaction).toMatchObject({ dest: '0xabc', lane: '146:0xacc', subject: transaction.id, kind: 'revoke' })
    for (const row of rows) expect(row).toMatchObject({ state: 'sent', transactionId: transaction.id, revision: 1 })
  })

  test('trees are sent by their roots, several in one transaction', () => {
    const trees = ['aa', 'bb'].map((root) => ({ anchorId: `anch_${root}`, root: root.repeat(32) }))
    const commit = sendTrees(registry, sender, trees, 9, systemRandom)
    const { id, data } = only(commit.puts).row as Transaction
    expect(decodeRevoke(data)).toEqual({ ids: trees.map(({ root }) => root), reason: 1 })
    expect(commit.revokeTrees).toEqual(
      trees.map(({ anchorId }) => ({ anchorId, registryId: registry.id, transactionId: id })),
    )
  })

  test('never more than the contract takes, and never into a registry without an address', () => {
    expect(() => sendLeaves(registry, sender, leaves(MAX_REVOCATIONS + 1), 9, systemRandom)).toThrow('1 to 100 ids')
    expect(() => sendLeaves({ ...registry, address: null }, sender, leaves(1), 9, systemRandom)).toThrow('no address')
  })
})
