import type { Permission } from './api-keys.ts'

/** Live rows and sandbox rows never meet: every owned row has a partition, every read takes a Scope. */
export type Partition = 'live' | 'test'
export const PARTITIONS: readonly Partition[] = ['live', 'test']

/** Who asks, and in which partition. `actor` is an id (`key_…`, `usr_…`) or `system`. */
export interface Scope {
  partition: Partition
  actor: string
}

/** What a caller may do; made by the door from a key or a session, decided by `mayDo` alone. */
export interface Caller extends Scope {
  permissions: Permission[]
}
