import type { AnchorRow } from '../domain/anchors.ts'
import { treeOf } from '../domain/anchors-decide.ts'
import { mailDomain } from '../actions/certificates.ts'
import { recordConfirmed } from '../domain/certificates-record.ts'
import type { ReadCertificate } from '../domain/certificates-decide.ts'
import { CommitRefused, type Commit, type Put, type Revised } from '../domain/commit.ts'
import { countBatch } from '../domain/batches-decide.ts'
import { fromHex } from '../domain/ids.ts'
import { packPath, pathOf, type Tree } from '../domain/merkle.ts'
import type { Handler, JobContext } from './context.ts'

/** Certificates per commit, up to five puts each; fewer while requests come, which wait as long as it takes. */
const CHUNK = 90
const SMALL_CHUNK = 20

/** Turns the certificates of a confirmed anchor into issued ones. The cursor is in the anchor's row. */
export const recordIssued: Handler<'record-issued'> = async (context, { payload }) => {
  const { store, hash } = context
  const anchor = await store.anchors.find(payload.anchorId)
  if (!anchor || anchor.state !== 'confirmed' || anchor.recorded >= anchor.size) return {}
  const tree = treeOf((await store.certificates.leaves(anchor.id)).map(fromHex), anchor.fillers, hash)
  let size = SMALL_CHUNK
  for (let current = anchor; current.recorded < current.size;) {
    current = await recordChunk(context, current, tree, size)
    size = (await context.breathe('chain')) ? SMALL_CHUNK : CHUNK
  }
  context.log.info(
    { anchor: anchor.id, network: anchor.network, certificates: anchor.size, transaction: anchor.transactionHash },
    'anchored',
  )
  return {}
}

async function recordChunk(
  context: JobContext,
  anchor: AnchorRow & Revised,
  tree: Tree,
  size: number,
): Promise<AnchorRow & Revised> {
  const { store, clock, random } = context
  const chunk = await store.certificates.inAnchor(anchor.id, anchor.recorded, size)
  const now = clock.now()
  const commit: Required<Pick<Commit, 'puts' | 'events' | 'jobs'>> = { puts: [], events: [], jobs: [] }
  for (const current of chunk) {
    const path = packPath(pathOf(tree, current.version.leafIndex!))
    const previous = await replaced(context, current)
    const part = recordConfirmed(current, previous, anchor, path, now, random, mailDomain(context))
    commit.puts.push(...part.puts)
    commit.events.push(...part.events)
    commit.jobs.push(...part.jobs)
  }
  const batches = await batchProgress(context, chunk, now)
  const next = { ...anchor, recorded: anchor.recorded + chunk.length }
  try {
    await store.commit({
      at: now,
      ...commit,
      puts: [...commit.puts, ...batches.puts, { entity: 'anchor', row: next }],
      events: [...commit.events, ...batches.events],
    })
    return { ...next, revision: anchor.revision + 1 }
  } catch (error) {
    // One of them was revoked or corrected at this very moment: read all of them again.
    if (!(error instanceof CommitRefused) || error.refusal !== 'stale') throw error
    return (await store.anchors.find(anchor.id))!
  }
}

async function replaced({ store }: JobContext, { certificate, version }: ReadCertificate) {
  if (version.version === 1) return undefined
  const versions = await store.certificates.versions(certificate.id)
  return versions.find((each) => each.version === version.version - 1)
}

/** Rows of a batch that are issued now; the batch is completed with its last one. */
async function batchProgress({ store }: JobContext, chunk: ReadCertificate[], now: number) {
  const counts = new Map<string, number>()
  for (const { certificate, version } of chunk) {
    if (certificate.batchId === null || version.version !== 1) continue
    counts.set(certificate.batchId, (counts.get(certificate.batchId) ?? 0) + 1)
  }
  const puts: Put[] = []
  const events: NonNullable<Commit['events']> = []
  for (const [id, completed] of counts) {
    const batch = await store.batches.findAny(id)
    // Held rows were counted when they were accepted.
    if (!batch || batch.holdUntil !== null) continue
    const counted = countBatch(batch, { completed }, now)
    puts.push(...counted.puts)
    events.push(...counted.events)
  }
  return { puts, events }
}
