import type { Partition } from './scopes.ts'

/** What a key may do. `admin` includes all others, `certificates:write` includes reading them. */
export const PERMISSIONS = ['certificates:read', 'certificates:write', 'templates', 'admin'] as const
export type Permission = (typeof PERMISSIONS)[number]

export interface ApiKey {
  id: string
  partition: Partition
  name: string
  /** SHA-256 of the key, lower-case hex: the key itself is shown once and never stored. */
  keyHash: string
  /** The first letters, for people to tell keys apart: `tm_live_4fT…`. */
  prefix: string
  plan: string
  permissions: Permission[]
  /** CIDR list; empty = from anywhere. */
  allowedCidrs: string[]
  expiresAt: number | null
  lastUsedAt: number | null
  revokedAt: number | null
  createdAt: number
  createdBy: string
}
