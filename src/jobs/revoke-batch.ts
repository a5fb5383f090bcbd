import { withRevocationMail } from '../actions/certificates.ts'
import type { Batch } from '../domain/batches.ts'
import { revokeJob, type ReadCertificate } from '../domain/certificates-decide.ts'
import { withdraw } from '../domain/certificates-end.ts'
import type { CertificateVersion } from '../domain/certificates.ts'
import { CommitRefused, type Commit, type Revised } from '../domain/commit.ts'
import { EMBEDDED_NETWORK } from '../domain/networks.ts'
import { revokeEveryVersion } from '../domain/revocations-decide.ts'
import type { Scope } from '../domain/scopes.ts'
import type { Handler, JobContext } from './context.ts'

/** Certificates read at once; fewer while requests come. */
const CHUNK = 100
const SMALL_CHUNK = 20
/** What a commit takes, less than it could: a corrected certificate has several versions. */
const MAX_PUTS = 400
const STILL_ISSUING_MS = 1_000

type Living = ReadCertificate & { versions: Array<CertificateVersion & Revised> }
type Wish = { scope: Scope; reason: string | null; notify: boolean }

/**
 * Revokes every certificate of a batch by the decision that revokes one; held ones are withdrawn. What is left to do is
 * in the certificates' own state. The chain is asked to follow at the end: a batch that is one tree is then one entry.
 */
export const revokeBatch: Handler<'revoke-batch'> = async (context, { payload }) => {
  const { store, clock, log } = context
  const batch = await store.batches.findAny(payload.batchId)
  if (!batch) return {}
  // Rows that are still being read would be issued behind our back.
  if (!batch.rowsDone) return { again: clock.now() + STILL_ISSUING_MS }
  const { reason, notify, actor } = payload
  const wish: Wish = { scope: { partition: batch.partition, actor }, reason, notify }
  for (let size = SMALL_CHUNK; ;) {
    const living = await store.certificates.livingOfBatch(batch.id, size)
    if (living.length === 0) break
    await endChunk(context, living, wish)
    size = (await context.breathe('chain')) ? SMALL_CHUNK : CHUNK
  }
  log.info({ batch: batch.id, certificates: batch.total }, 'batch is revoked')
  const now = clock.now()
  return { commit: { at: now, jobs: [revokeJob(networkOf(batch), batch.partition, now)] } }
}

const networkOf = ({ partition, network }: Batch) => (partition === 'test' ? EMBEDDED_NETWORK : network)

async function endChunk(context: JobContext, living: Living[], wish: Wish) {
  const { store, clock } = context
  const now = clock.now()
  const whole: Commit & Required<Pick<Commit, 'puts' | 'releases' | 'events' | 'jobs'>> = {
    ...{ at: now, puts: [], releases: [], events: [], jobs: [] },
  }
  for (const current of living) {
    const { puts = [], releases = [], events = [], jobs = [] } = endOne(context, current, wish, now)
    if (whole.puts.length > 0 && whole.puts.length + puts.length > MAX_PUTS) break
    whole.puts.push(...puts)
    whole.releases.push(...releases)
    whole.events.push(...events)
    whole.jobs.push(...jobs.filter(({ kind }) => kind !== 'revoke-on-chain'))
  }
  try {
    await store.commit(whole)
  } catch (error) {
    // One of them was changed at this very moment: all are read again.
    if (!(error instanceof CommitRefused) || error.refusal !== 'stale') throw error
  }
}

function endOne(context: JobContext, current: Living, { scope, reason, notify }: Wish, now: number): Commit {
  const { certificate, version, versions } = current
  if (certificate.status === 'held') return withdraw(scope, { certificate, version }, now)
  const commit = revokeEveryVersion(scope, certificate, versions, reason, now)
  return notify ? withRevocationMail(context, current, commit, now) : commit
}
