import type { Partition } from './scopes.ts'

/** One published BitstringStatusListCredential; numbers are unique over both partitions. */
export interface StatusList {
  number: number
  partition: Partition
  /** The signed credential, JSON text. */
  credential: string
  /** Bits that are set. */
  revoked: number
  updatedAt: number
}
