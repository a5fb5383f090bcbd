import { expect, test } from 'bun:test'
import { CommitRefused, type Put } from '../../src/domain/commit.ts'
import type { Store } from '../../src/store/store.ts'
import { issueCommit, memoryStore, nextNumber, put, samples } from '../kit/store.ts'

const NETWORK = 'embedded'

/** A registry with a confirmed tree of so many certificates. */
async function tree(store: Store, size: number, state: 'sealed' | 'confirmed' | 'failed' = 'confirmed') {
  const registry = { ...samples.registry(), id: `reg_${nextNumber()}`, network: NETWORK }
  const anchor = {
    ...samples.anchor(),
    registryId: registry.id,
    state,
    size,
    root: String(nextNumber()).padStart(64, '0'),
  }
  await store.commit({ at: 1, puts: [put('registry', registry), put('anchor', anchor)] })
  const leaves: Array<{ id: string; leaf: string }> = []
  for (let leafIndex = 0; leafIndex < size; leafIndex++) {
    const commit = issueCommit({ version: { anchorId: anchor.id, leafIndex, registryId: registry.id } })
    await store.commit(commit)
    leaves.push(commit)
  }
  return { registry, anchor, leaves }
}
type Tree = Awaited<ReturnType<typeof tree>>

const revocation = ({ registry }: Tree, { id, leaf }: { id: string; leaf: string }, reason = 1): Put =>
  put('revocation', { leaf, certificateId: id, registryId: registry.id, network: NETWORK, reason })
const revokeAll = (store: Store, of: Tree, reason = 1) =>
  store.commit({ at: 2, puts: of.leaves.map((leaf) => revocation(of, leaf, reason)) })
const wholeTrees = async (store: Store) =>
  (await store.revocations.wholeTrees(NETWORK, 'live')).map(({ anchorId }) => anchorId)

test('a tree is whole when every leaf of it is revoked for good', async () => {
  const store = await memoryStore()
  const [whole, partly, superseded, single] = [
    ...[await tree(store, 3), await tree(store, 3), await tree(store, 3), await tree(store, 1)],
  ] as [Tree, Tree, Tree, Tree]
  await revokeAll(store, whole)
  await store.commit({ at: 2, puts: partly.leaves.slice(1).map((leaf) => revocation(partly, leaf)) })
  await store.commit({
    at: 2,
    puts: superseded.leaves.map((leaf, index) => revocation(superseded, leaf, index === 0 ? 2 : 1)),
  })
  await revokeAll(store, single)
  expect(await wholeTrees(store)).toEqual([whole.anchor.id])
  await store.commit({ at: 3, puts: [revocation(superseded, superseded.leaves[0]!, 1)] })
  expect((await wholeTrees(store)).sort()).toEqual([whole.anchor.id, superseded.anchor.id].sort())
  expect(await store.revocations.wholeTrees('other', 'live')).toEqual([])
  expect(await store.revocations.wholeTrees(NETWORK, 'test')).toEqual([])
})

test('a leaf that went alone before does not keep its tree from going as one', async () => {
  const store = await memoryStore()
  const of = await tree(store, 3)
  await store.commit({ at: 2, puts: [revocation(of, of.leaves[0]!)] })
  const [first] = await store.revocations.queued(NETWORK, 'live', 9)
  await store.commit({
    at: 3,
    puts: [{ entity: 'revocation', row: { ...first!, state: 'sent', transactionId: 'txn_1' } }],
  })
  await store.commit({ at: 4, puts: of.leaves.slice(1).map((leaf) => revocation(of, leaf)) })
  expect(await wholeTrees(store)).toEqual([of.anchor.id])
  await store.commit({
    at: 5,
    revokeTrees: [{ anchorId: of.anchor.id, registryId: of.registry.id, transactionId: 'txn_2' }],
  })
  expect((await store.revocations.ofTransaction('txn_1')).length).toBe(1)
  expect((await store.revocations.ofTransaction('txn_2')).length).toBe(2)
  expect(await wholeTrees(store)).toEqual([])
})

test('a tree that somebody else has sent meanwhile is refused as stale, with everything beside it', async () => {
  const store = await memoryStore()
  const of = await tree(store, 2)
  await revokeAll(store, of)
  const revokeTrees = [{ anchorId: of.anchor.id, registryId: of.registry.id, transactionId: 'txn_1' }]
  await store.commit({ at: 3, revokeTrees })
  const transaction = samples.transaction()
  const again = store.commit({ at: 4, puts: [put('transaction', transaction)], revokeTrees })
  await expect(again).rejects.toBeInstanceOf(CommitRefused)
  expect(await store.transactions.find(transaction.id)).toBeUndefined()
})

test('what stands in no settled tree waits: nobody can have shown it', async () => {
  const store = await memoryStore()
  const [sealed, failed, confirmed] = [
    ...[await tree(store, 2, 'sealed'), await tree(store, 2, 'failed'), await tree(store, 2)],
  ] as [Tree, Tree, Tree]
  const nowhere = issueCommit()
  await store.commit(nowhere)
  for (const of of [sealed, failed]) await revokeAll(store, of)
  await store.commit({ at: 2, puts: [revocation(confirmed, confirmed.leaves[0]!), revocation(confirmed, nowhere)] })
  const queued = await store.revocations.queued(NETWORK, 'live', 99)
  const leaves = [...failed.leaves, confirmed.leaves[0]!].map(({ leaf }) => leaf)
  expect(queued.map(({ leaf }) => leaf).sort()).toEqual(leaves.sort())
  expect(await wholeTrees(store)).toEqual([]) // a root that is not anchored may come to stand elsewhere
  expect(await store.revocations.queuedNetworks('live')).toEqual([NETWORK])
  const [row] = queued
  const one = await store.revocations.queuedOf(row!, 99)
  expect(new Set(one.map(({ registryId }) => registryId))).toEqual(new Set([row!.registryId]))
})

/** The tree again in another registry. */
async function replicaOf(store: Store, { anchor }: Tree) {
  const registry = { ...samples.registry(), id: `reg_${nextNumber()}`, network: 'second' }
  const order = samples.reanchor()
  const copyRevocations = [{ anchorId: anchor.id, registryId: registry.id }]
  const replica = { anchorId: anchor.id, registryId: registry.id, reanchorId: order.id, network: 'second' }
  await store.commit({
    at: 5,
    puts: [put('registry', registry), put('reanchor', order), put('replica', { ...replica, root: anchor.root! })],
    copyRevocations,
  })
  return { registry, copyRevocations }
}

test('what is revoked goes into every registry of its tree, whichever came first', async () => {
  const store = await memoryStore()
  const of = await tree(store, 3)
  await store.commit({ at: 2, puts: [revocation(of, of.leaves[0]!, 2), revocation(of, of.leaves[0]!, 1)] })
  const { registry, copyRevocations } = await replicaOf(store, of)
  const there = async () => {
    const rows = await store.revocations.queued('second', 'live', 99)
    return rows.map(({ leaf, reason, registryId, state }) => [leaf, reason, registryId, state])
  }
  const first = of.leaves[0]!.leaf
  expect((await there()).sort()).toEqual([
    [first, 1, registry.id, 'queued'],
    [first, 2, registry.id, 'queued'],
  ])
  await store.commit({ at: 6, puts: [revocation(of, of.leaves[1]!)] })
  expect(await there()).toContainEqual([of.leaves[1]!.leaf, 1, registry.id, 'queued'])
  await store.commit({ at: 7, copyRevocations }) // again: nothing twice
  expect((await there()).length).toBe(3)
  const [list] = await store.revocations.ofCertificate(of.leaves[1]!.id)
  expect((await store.revocations.setBits(list!.statusList)).length).toBe(3) // bits, not rows
  await store.commit({ at: 8, puts: [revocation(of, of.leaves[2]!)] })
  // Each registry by itself: the first one has sent nothing.
  expect((await store.revocations.wholeTrees('second', 'live')).length).toBe(1)
  expect((await store.revocations.wholeTrees(NETWORK, 'live')).length).toBe(1)
  await store.commit({
    at: 9,
    revokeTrees: [{ anchorId: of.anchor.id, registryId: registry.id, transactionId: 'txn_9' }],
  })
  expect((await store.revocations.wholeTrees(NETWORK, 'live')).length).toBe(1)
  expect(await store.revocations.openByNetwork()).toEqual([
    { network: NETWORK, count: 4 },
    { network: 'second', count: 4 },
  ])
})

test('a revocation of a tree without a replica stays alone', async () => {
  const store = await memoryStore()
  const [with_, without] = [await tree(store, 2), await tree(store, 2)]
  await replicaOf(store, with_)
  await store.commit({ at: 6, puts: [revocation(without, without.leaves[0]!)] })
  expect(await store.revocations.queuedNetworks('live')).toEqual([NETWORK])
})
