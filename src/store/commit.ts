/** A Commit as statements. Nothing here compiles a statement: all were compiled when the store was opened. */
import { type Claim, type Commit, CommitRefused, type EntityName, type Put, type Revised } from '../domain/commit.ts'
import { type EventDraft, eventHash, type TextHash } from '../domain/events.ts'
import { newId, type Random } from '../domain/ids.ts'
import type { JobDraft } from '../domain/jobs.ts'
import type { Query, Steps } from './engine.ts'
import type { Shared } from './group-commit.ts'
import { commitStatements, type Head } from './commit-statements.ts'
import { type Compiler, Writer } from './statements.ts'
import { tables } from './schema.ts'

export const MAX_PUTS = 500

interface Wake {
  draft: JobDraft
  wakes: number
  runAt: number
}

/**
 * What the commits of one group write once together: the head of the event chain and the wake-ups of standing jobs.
 * A wake-up at the end of the group is as good as one in its middle: a job that was finished meanwhile is opened again.
 */
export class CommitGroup implements Shared {
  /** Read inside the transaction, at the first event: the CLI is a second writer. */
  private head: Head | undefined
  private moved = false
  private readonly wakes = new Map<string, Wake>()
  private next: Head | undefined
  private asked: JobDraft[] = []

  constructor(private readonly applier: CommitApplier) {}

  *events(drafts: EventDraft[], at: number): Steps<void> {
    this.head ??= yield* this.applier.readHead()
    this.next = yield* this.applier.appendEvents(this.next ?? this.head, drafts, at)
  }

  wake(draft: JobDraft): void {
    this.asked.push(draft)
  }

  keep(): void {
    if (this.next) {
      this.head = this.next
      this.moved = true
    }
    for (const draft of this.asked) this.merge(draft)
    this.undo()
  }

  undo(): void {
    this.next = undefined
    if (this.asked.length > 0) this.asked = []
  }

  *close(): Steps<void> {
    if (this.moved) yield this.applier.moveHead(this.head!)
    for (const { draft, wakes, runAt } of this.wakes.values()) yield* this.applier.wake(draft, wakes, runAt)
  }

  private merge(draft: JobDraft): void {
    const name = `${draft.kind} ${draft.ref}`
    const wake = this.wakes.get(name)
    if (!wake) this.wakes.set(name, { draft, wakes: 1, runAt: draft.runAt })
    else {
      wake.wakes++
      wake.runAt = Math.min(wake.runAt, draft.runAt)
    }
  }
}

export class CommitApplier {
  private readonly writers: Record<EntityName, Writer>
  private readonly sql: ReturnType<typeof commitStatements>

  constructor(
    db: Compiler,
    private readonly random: Random,
    private readonly hash: TextHash,
    private readonly written: (entity: EntityName) => void,
  ) {
    const names = Object.keys(tables) as EntityName[]
    this.writers = Object.fromEntries(names.map((name) => [name, new Writer(db, name)])) as never
    this.sql = commitStatements(db)
  }

  /** All of it, or CommitRefused before anything counts. What can be refused comes first. */
  *apply(commit: Commit, group: CommitGroup): Steps<void> {
    if (commit.fence && (yield this.sql.fence(commit.fence)).rows.length === 0)
      throw new CommitRefused('fenced', commit.fence.name)
    if (commit.finishes && (yield this.sql.finish({ ...commit.finishes, at: commit.at })).changed !== 1)
      throw new CommitRefused('lease_lost', commit.finishes.id)
    if (commit.releases) for (const holder of commit.releases) yield this.sql.release({ holder })
    if (commit.claims) for (const claim of commit.claims) yield* this.claim(claim)
    if (commit.deletes) {
      for (const gone of commit.deletes) yield* this.delete(gone)
    }
    if (commit.puts) for (const put of commit.puts) yield* this.put(put)
    if (commit.readyBatch) yield this.sql.readyBatch(commit.readyBatch)
    yield* this.revocations(commit)
    if (commit.events?.length) yield* group.events(commit.events, commit.at)
    if (commit.jobs) {
      for (const draft of commit.jobs) {
        if (draft.standing) group.wake(draft)
        else yield this.insertJob(draft, draft.runAt)
      }
    }
  }

  private *revocations({ revokeTrees, copyRevocations, settleRevocations }: Commit): Steps<void> {
    for (const tree of revokeTrees ?? [])
      if ((yield this.sql.revokeTree(tree)).changed === 0) throw new CommitRefused('stale', 'revocation')
    for (const place of copyRevocations ?? []) yield this.sql.copyRevocations(place)
    if (!settleRevocations) return
    yield settleRevocations.final
      ? this.sql.finalRevocations(settleRevocations)
      : this.sql.requeueRevocations(settleRevocations)
  }

  *readHead(): Steps<Head> {
    const [row] = (yield this.sql.head({})).rows as Array<[number, string]>
    return { seq: row![0], hash: row![1] }
  }

  moveHead(head: Head): Query {
    return this.sql.moveHead(head)
  }

  *appendEvents(head: Head, drafts: EventDraft[], at: number): Steps<Head> {
    let { seq, hash } = head
    for (const { type, partition, subject, actor, data } of drafts) {
      const event = { seq: ++seq, id: newId('evt', this.random), type, partition, subject, actor, data, at }
      hash = eventHash(hash, event, this.hash)
      yield this.sql.event({ ...event, data: JSON.stringify(data), hash })
    }
    return { seq, hash }
  }

  /** Standing jobs: asking again wakes what waits, runs, is done or dead. */
  *wake(draft: JobDraft, wakes: number, runAt: number): Steps<void> {
    const { kind, ref } = draft
    if ((yield this.sql.wake({ kind, ref, wakes, runAt })).changed === 0) yield this.insertJob(draft, runAt)
  }

  private insertJob({ kind, ref, payload }: JobDraft, runAt: number): Query {
    return this.sql.job({ id: jobId(runAt, this.random), kind, ref, payload: JSON.stringify(payload), runAt })
  }

  private *claim(claim: Claim): Steps<void> {
    if ((yield this.sql.claim(claim)).changed === 1) return
    const [row] = (yield this.sql.holder(claim)).rows as Array<[string]>
    throw new CommitRefused('taken', claim.scope, row?.[0])
  }

  private *delete(gone: NonNullable<Commit['deletes']>[number]): Steps<void> {
    if (gone.entity === 'asset') yield this.sql.deleteContent(gone)
    const { changed } = yield gone.entity === 'asset' ? this.sql.deleteAsset(gone) : this.sql.deleteRows(gone)
    if (changed !== 1) throw new CommitRefused('stale', gone.entity)
  }

  private *put({ entity, row }: Put): Steps<void> {
    this.written(entity)
    const { changed } = yield this.writers[entity].put(row as unknown as Record<string, unknown> & Revised)
    if (changed !== 1) throw new CommitRefused('stale', entity)
    if (entity === 'revocation' && row.revision === 0) yield this.sql.spreadRevocation(row)
  }
}

/** Begins with its time (45 bits of Unix ms), so that the index grows at its end: a random id costs a page write each. */
function jobId(at: number, random: Random): string {
  return newId('job', (size) => {
    const bytes = random(size)
    let rest = Math.max(0, Math.floor(at))
    for (let index = 8; index >= 0; index--) {
      bytes[index] = rest % 32
      rest = Math.floor(rest / 32)
    }
    return bytes
  })
}
