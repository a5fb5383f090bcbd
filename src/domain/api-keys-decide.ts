/** Keys `tm_live_…`/`tm_test_…`: 30 base62 letters (178 bits) and a checksum, so that a typo is refused without a read. */
import { PERMISSIONS, type ApiKey, type Permission } from './api-keys.ts'
import { fresh, type Commit, type Revised } from './commit.ts'
import { newId, type Random } from './ids.ts'
import type { Caller, Partition, Scope } from './scopes.ts'
import type { Shape } from './shape.ts'

export const apiKeyShape: Shape = {
  name: { kind: 'text', max: 100, required: true, doc: 'What uses it, for people.', example: 'lms' },
  sandbox: { kind: 'boolean', doc: 'true makes a tm_test_ key, which sees the sandbox only.' },
  plan: { kind: 'text', max: 40, doc: 'Rate and batch limits. Default standard.', example: 'professional' },
  scopes: {
    kind: 'list',
    of: { kind: 'choice', of: PERMISSIONS },
    min: 1,
    max: 4,
    doc: 'Default certificates:read and certificates:write.',
  },
  expires_at: { kind: 'text', max: 40, format: 'moment', nullable: true },
  allowed_cidrs: {
    kind: 'list',
    of: { kind: 'text', max: 50 },
    max: 50,
    nullable: true,
    doc: 'Where it may be used from; everywhere when empty.',
  },
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const CRC = Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})
/** CRC-32 (IEEE) of ASCII text. */
function crc32(text: string): number {
  let value = 0xffffffff
  for (let index = 0; index < text.length; index++) value = CRC[(value ^ text.charCodeAt(index)) & 255]! ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

/** Six base62 letters over everything before the last underscore. */
export function checksum(head: string): string {
  let rest = crc32(head)
  let letters = ''
  for (let index = 0; index < 6; index++) {
    letters = ALPHABET[rest % 62] + letters
    rest = Math.floor(rest / 62)
  }
  return letters
}

/** A new secret key; the caller stores only its SHA-256. */
export function newKey(partition: Partition, random: Random): string {
  let letters = ''
  while (letters.length < 30)
    for (const byte of random(40)) if (byte < 248 && letters.length < 30) letters += ALPHABET[byte % 62] // 248: no bias
  const head = `tm_${partition}_${letters}`
  return `${head}_${checksum(head)}`
}

/** Right form and right checksum; says nothing about whether it exists. */
export const isKey = (text: string) =>
  /^tm_(live|test)_[0-9A-Za-z]{30}_[0-9A-Za-z]{6}$/.test(text) && checksum(text.slice(0, -7)) === text.slice(-6)

export interface ApiKeyCommand {
  name: string
  partition: Partition
  plan: string
  permissions: Permission[]
  expiresAt: number | null
  allowedCidrs: string[]
}

export function createApiKey(
  scope: Scope,
  command: ApiKeyCommand,
  keyHash: string,
  prefix: string,
  now: number,
  random: Random,
): { apiKey: ApiKey; commit: Commit } {
  const apiKey: ApiKey = {
    id: newId('key', random),
    ...command,
    keyHash,
    prefix,
    lastUsedAt: null,
    revokedAt: null,
    createdAt: now,
    createdBy: scope.actor,
  }
  const { id: subject, partition } = apiKey
  const data = { plan: command.plan, scopes: command.permissions.join(' ') }
  const commit: Commit = {
    at: now,
    puts: [{ entity: 'apiKey', row: fresh(apiKey) }],
    events: [{ type: 'api_key.created', partition, subject, actor: scope.actor, data }],
  }
  return { apiKey, commit }
}

export function revokeApiKey(scope: Scope, apiKey: ApiKey & Revised, now: number): Commit {
  const { id: subject, partition } = apiKey
  return {
    at: now,
    puts: [{ entity: 'apiKey', row: { ...apiKey, revokedAt: now } }],
    events: [{ type: 'api_key.revoked', partition, subject, actor: scope.actor, data: {} }],
  }
}

/** Why this key opens nothing now, or undefined. */
export function keyRefusal(apiKey: ApiKey, now: number): string | undefined {
  if (apiKey.revokedAt !== null) return 'This API key was revoked.'
  if (apiKey.expiresAt !== null && apiKey.expiresAt <= now) return 'This API key has expired.'
  return undefined
}

/** THE authorisation function: deny unless the caller has the permission itself, `admin`, or writes what it wants to read. */
export const mayDo = ({ permissions }: Pick<Caller, 'permissions'>, needed: Permission): boolean =>
  permissions.includes('admin') ||
  permissions.includes(needed) ||
  (needed === 'certificates:read' && permissions.includes('certificates:write'))
