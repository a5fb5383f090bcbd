/** What a child is told on its command line, and what it says at its end. */

/** Where a child dies by SIGKILL. */
export const DEATHS = [
  'after-enqueue',
  'after-sign-before-persist',
  'after-persist-before-send',
  'before-send',
  'after-send',
  'after-send-persisted',
  'mined-before-record',
  'after-bump-persist',
  'after-final-before-next',
] as const
export type Death = (typeof DEATHS)[number]

export interface Job {
  /** The product's manager, or what most software does with plain ethers. */
  strategy: 'testamur' | 'send and wait' | 'nonce manager'
  /** Its data folder. */
  dir: string
  urls: string[]
  contract: string
  /** 0x and 64 hex digits each. */
  roots: string[]
  /** Gives up after so long, and says how far it came. */
  seconds: number
  /** Index of the development key. */
  key: number
  confirmations: number
  finalityTag: boolean
  legacyFees: boolean
  capGwei: number
  bumpAfterMs: number
  rebroadcastMs: number
  lookAgainMs: number
  maxInFlight: number
  timeoutMs: number
  /** The chain is not asked whether a root is there already: its memory would hide that something is sent twice. */
  blind: boolean
  dieAt: Death | null
  /** Roots that somebody asks to cancel as soon as they are signed. */
  cancel: string[]
  /** Looks once at everything that is final, as it is done every day. */
  audit: boolean
  /** So many times faster than the wall does the child's clock run: holds of minutes are then seen to their end. */
  speed: number
  /** When it ran right; Unix milliseconds. */
  epoch: number
  /** So many milliseconds behind: somebody has set it. */
  clockBehind: number
  /** A registry is to be deployed as well. */
  deploy: boolean
  /** Ids that are to be revoked in one transaction, 64 hex digits each. */
  revoke: string[]
}

export interface Report {
  /** Transactions by state; for plain ethers `done` and `open`. */
  states: Record<string, number>
  attempts: number
  /** Anchors by state. */
  anchors: Record<string, number>
  /** hold of each lane that has one. */
  holds: Record<string, string>
  notes: string[]
  /** Addresses of what was deployed. */
  deployed: string[]
  /** Highest block that holds one of them; 0 = none. */
  highest: number
}
