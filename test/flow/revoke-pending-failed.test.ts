/** Revoked while its tree waits, and then the tree is refused by the chain: the batch must not wait for ever. */
import { expect, test } from 'bun:test'
import { createBatch, readBatch, revokeBatch } from '../../src/actions/batches.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { startTestAppliance } from '../kit/appliance.ts'

test('rows that were revoked in a tree that failed count as over, and their leaves are sent', async () => {
  const app = await startTestAppliance()
  try {
    const templateId = await app.template()
    const row = (number: number) => ({
      ...{ name: `Person ${number}`, email: `p${number}@example.org` },
      fields: { course_name: 'Course', completion_date: '2026-03-01' },
    })
    const command = { templateId, rows: [row(1), row(2)], notify: false, hold: null, network: null, source: 'api' }
    const batch = await createBatch(app.context, app.live, command)
    await runDue(app.context, ['rows'])
    await revokeBatch(app.context, app.live, batch.id, { reason: null, notify: false })
    // As if the chain had refused the transaction of their tree.
    const registry = (await app.store.registries.of('embedded', 'live', app.context.appliance.dids.live))!
    const ids = await app.store.certificates.idsOfBatch(batch.id)
    const versions = (await app.store.certificates.many(ids)).map(({ version }) => version)
    const anchor = {
      ...{ id: `anch_${'0'.repeat(26)}`, partition: 'live' as const, network: 'embedded', chainId: registry.chainId },
      ...{ registryId: registry.id, state: 'failed' as const, root: 'ab'.repeat(32), size: 2, fillers: '' },
      ...{ transactionId: null, transactionHash: null, blockNumber: null, blockTime: null, method: 'x' },
      ...{ createdAt: 1, sealedAt: 1, confirmedAt: null, recorded: 0, reason: 'reverted', revision: 0 },
    }
    const reason = 'reverted'
    await app.store.commit({
      at: app.clock.now(),
      puts: [
        { entity: 'anchor', row: anchor },
        ...versions.map((version, leafIndex) => ({
          entity: 'certificateVersion' as const,
          row: { ...version, anchorId: anchor.id, leafIndex },
        })),
      ],
      jobs: [
        {
          kind: 'record-failed',
          ref: anchor.id,
          payload: { anchorId: anchor.id, reason },
          runAt: app.clock.now() + 50,
        },
      ],
    })
    await app.settle()
    expect((await readBatch(app.context, app.live, batch.id)).status).toBe('processing')
    app.clock.advance(100)
    await app.settle()
    expect(await readBatch(app.context, app.live, batch.id)).toMatchObject({ status: 'completed', failed: 2 })
    expect(await app.store.revocations.openCount()).toBe(0)
  } finally {
    await app.close()
  }
})
