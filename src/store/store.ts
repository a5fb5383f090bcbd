/** The only door to the data. Reads return domain rows, one class per noun; the one write is commit(). */
import type { Commit } from '../domain/commit.ts'
import type { TextHash } from '../domain/events.ts'
import type { Random } from '../domain/ids.ts'
import { Accounts } from './accounts.ts'
import { Anchors, Registries } from './anchors.ts'
import { ApiKeys } from './api-keys.ts'
import { Assets, Designs } from './assets.ts'
import { Batches } from './batches.ts'
import { Certificates } from './certificates.ts'
import { CommitApplier, CommitGroup, MAX_PUTS } from './commit.ts'
import type { Engine } from './engine.ts'
import { Events } from './events.ts'
import { GroupCommit } from './group-commit.ts'
import { Jobs } from './jobs.ts'
import { Leases, Sequences } from './leases.ts'
import { Mails } from './mails.ts'
import { Reads } from './reads.ts'
import { Reanchors } from './reanchors.ts'
import { Revocations } from './revocations.ts'
import { Claims, IdempotentAnswers, Instance, StatusLists, VisitCounts } from './settings.ts'
import { compiler } from './statements.ts'
import { Sweep, type Swept } from './sweep.ts'
import { Templates } from './templates.ts'
import { Transactions } from './transactions.ts'
import { VisitDays } from './visit-days.ts'
import type { Write } from './write.ts'

export interface StoreParts {
  engine: Engine
  random: Random
  hash: TextHash
  /** Commits that share one transaction at most: a big group blocks the loop. */
  maxGroup?: number
  /** Runs after the database is closed. */
  closed?: () => void
}

export interface Activity {
  /** Transaction bodies that were answered, and the transactions they shared. */
  commits: number
  transactions: number
  /** Bodies that wait for the next transaction. */
  waiting: number
}

export class Store {
  readonly apiKeys: ApiKeys
  readonly templates: Templates
  readonly assets: Assets
  readonly designs: Designs
  readonly certificates: Certificates
  readonly batches: Batches
  readonly registries: Registries
  readonly anchors: Anchors
  readonly revocations: Revocations
  readonly transactions: Transactions
  readonly accounts: Accounts
  readonly reanchors: Reanchors
  readonly statusLists: StatusLists
  readonly mails: Mails
  readonly events: Events
  readonly idempotentAnswers: IdempotentAnswers
  readonly claims: Claims
  readonly visits: VisitCounts
  readonly visitDays: VisitDays
  readonly instance: Instance
  readonly jobs: Jobs
  readonly leases: Leases
  readonly sequences: Sequences
  private readonly reads: Reads
  private readonly group: GroupCommit<CommitGroup>
  private readonly applier: CommitApplier
  private readonly sweeper: Sweep
  private readonly listeners = new Set<(commit: Commit) => void>()
  private closing: Promise<void> | undefined

  constructor(private readonly parts: StoreParts) {
    const { engine, random, hash, maxGroup } = parts
    const db = compiler(engine.dialect)
    const reads = new Reads(engine, db)
    this.reads = reads
    this.applier = new CommitApplier(db, random, hash, (entity) => reads.forget(entity))
    this.group = new GroupCommit(engine, () => new CommitGroup(this.applier), maxGroup)
    const write: Write = (body) => this.group.write(body)
    this.apiKeys = new ApiKeys(reads, write)
    this.templates = new Templates(reads)
    this.assets = new Assets(reads)
    this.designs = new Designs(reads)
    this.certificates = new Certificates(reads)
    this.batches = new Batches(reads)
    this.registries = new Registries(reads)
    this.anchors = new Anchors(reads)
    this.revocations = new Revocations(reads)
    this.transactions = new Transactions(reads)
    this.accounts = new Accounts(reads)
    this.reanchors = new Reanchors(reads)
    this.statusLists = new StatusLists(reads)
    this.mails = new Mails(reads)
    this.events = new Events(reads)
    this.idempotentAnswers = new IdempotentAnswers(reads)
    this.claims = new Claims(reads)
    this.visits = new VisitCounts(reads)
    this.visitDays = new VisitDays(reads)
    this.instance = new Instance(reads)
    this.jobs = new Jobs(engine, write, db)
    this.leases = new Leases(write, db)
    this.sequences = new Sequences(engine, write, db)
    this.sweeper = new Sweep(reads, write)
  }

  /**
   * All of it or none of it; durable when the promise resolves. CommitRefused when something moved underneath,
   * StoreUnavailable when the disk is full, read-only or locked.
   */
  async commit(commit: Commit): Promise<void> {
    if (commit.puts && commit.puts.length > MAX_PUTS)
      throw new RangeError(`a commit holds at most ${MAX_PUTS} puts, not ${commit.puts.length}`)
    await this.group.write((group) => this.applier.apply(commit, group))
    for (const listener of this.listeners) {
      try {
        listener(commit)
      } catch (error) {
        reportError(error) // what is stored is stored, whoever stumbles over hearing of it
      }
    }
  }

  /** Called for every commit once it is durable: a hint to look at the rows. Answers how to stop listening. */
  onCommit(listener: (commit: Commit) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Counters of this process, no data: the one thing here that needs no waiting. */
  readonly activity = (): Activity => {
    const { bodies, transactions } = this.group.counts
    return { commits: bodies, transactions, waiting: this.group.waitingCount }
  }

  async sweep(now: number): Promise<Swept> {
    return this.sweeper.sweep(now)
  }

  /** Everything in the sandbox that is not shared; see Sweep.wipe. */
  async wipe(partition: 'test'): Promise<{ certificates: number }> {
    const wiped = await this.sweeper.wipe(partition)
    this.reads.forget()
    this.designs.forget()
    return wiped
  }

  /** A consistent copy in a file that must not exist yet, while writing goes on. */
  async backup(file: string): Promise<void> {
    await this.parts.engine.backup(file)
  }

  /** After an erasure: what was overwritten leaves the log too. False while another reader is in the way: ask again. */
  async compact(): Promise<boolean> {
    return this.parts.engine.compact()
  }

  /** Gives back what only speeds up reading: for quiet times. */
  relax(): void {
    this.reads.forget()
    this.designs.forget()
    this.parts.engine.relax()
  }

  /** Answers what waits, folds the log into the file, and lets go of the folder. Later writes are refused. */
  async close(): Promise<void> {
    this.closing ??= (async () => {
      await this.group.close()
      await this.parts.engine.close()
      this.parts.closed?.()
    })()
    await this.closing
  }
}
