import type { ActionContext } from '../actions/context.ts'
import type { Commit } from '../domain/commit.ts'
import type { JobKind, LeasedJob } from '../domain/jobs.ts'
import type { Chains, Mailer } from '../domain/ports.ts'
import type { Breathe } from './pace.ts'

export interface JobLog {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** What a job holds beside an action: the gateways to the outside. */
export interface JobContext extends ActionContext {
  chains: Chains
  mailer: Mailer
  /** Creation code of a registry with this DID, owner and operator; 0x-hex. */
  deployData: (did: string, owner: string, operator: string) => string
  /** Registry addresses given in the configuration, by network. */
  givenRegistries: Record<string, string>
  /** Who is to own a live registry that is deployed, by network; our own account where none is named. */
  registryOwners: Record<string, string>
  /** Name of this process among those that share the database. */
  node: string
  /** When this process began: what was queued before may have been sent by an earlier life. */
  startedAt: number
  /** Long work calls it between its pieces: requests come first. */
  breathe: Breathe
  /** Called when no job ran for some seconds: memory that work has taken can be given back. */
  rest: () => void
  log: JobLog
}

/**
 * How a job ended. A commit joins the one that finishes it; `again` is the moment at which it runs again without
 * having failed. Anything thrown is a failure: tried again with a growing delay, dead after the kind's attempts.
 */
export interface Outcome {
  commit?: Omit<Commit, 'finishes'>
  again?: number
}

export type Handler<Kind extends JobKind> = (context: JobContext, job: LeasedJob<Kind>) => Promise<Outcome>
