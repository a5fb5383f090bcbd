import { countBatch } from '../domain/batches-decide.ts'
import { revokeJob } from '../domain/certificates-decide.ts'
import type { Put } from '../domain/commit.ts'
import type { Handler } from './context.ts'

const CHUNK = 150

/** The anchoring transaction can never succeed: its certificates fail with the reason, and can be retried. */
export const recordFailed: Handler<'record-failed'> = async (context, { payload }) => {
  const { store, clock, appliance } = context
  const anchor = await store.anchors.find(payload.anchorId)
  if (!anchor || anchor.state !== 'failed') return {}
  for (let current = anchor; current.recorded < current.size;) {
    const chunk = await store.certificates.inAnchor(current.id, current.recorded, CHUNK)
    const now = clock.now()
    const failing = chunk.filter(
      ({ certificate, version }) => certificate.status === 'pending' && version.version === 1,
    )
    const puts: Put[] = failing.map(({ certificate }) => ({
      entity: 'certificate',
      row: { ...certificate, status: 'failed', statusReason: payload.reason, updatedAt: now },
    }))
    const events = failing.map(({ certificate }) => ({
      type: 'certificate.failed' as const,
      partition: certificate.partition,
      subject: certificate.id,
      actor: 'system',
      data: { network: anchor.network },
    }))
    // A row that was revoked while it waited is over too: its batch must not wait for it.
    const over = chunk.filter(({ certificate, version }) => version.version === 1 && certificate.status !== 'issued')
    for (const id of new Set(over.flatMap(({ certificate }) => certificate.batchId ?? []))) {
      const batch = await store.batches.findAny(id)
      const failed = over.filter(({ certificate }) => certificate.batchId === id).length
      if (!batch || batch.holdUntil !== null) continue
      const counted = countBatch(batch, { failed }, now)
      puts.push(...counted.puts)
    }
    // What was revoked before it stood in a tree has waited for this.
    const ended = chunk.some(({ version }) => version.endedAt !== null)
    const jobs = ended ? [revokeJob(anchor.network, anchor.partition, now)] : []
    const next = { ...current, recorded: current.recorded + chunk.length }
    await store.commit({ at: now, puts: [...puts, { entity: 'anchor', row: next }], events, jobs })
    current = { ...next, revision: current.revision + 1 }
  }
  context.log.error(
    { anchor: anchor.id, certificates: anchor.size, issuer: appliance.issuer.name },
    'anchoring failed; see the certificates',
  )
  return {}
}
