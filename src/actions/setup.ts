/** The one-time link with which the first administrator gets in: printed at start, good for 30 minutes and one use. */
import type { ApiKey } from '../domain/api-keys.ts'
import { createApiKey, newKey } from '../domain/api-keys-decide.ts'
import { CommitRefused, fresh } from '../domain/commit.ts'
import { AppError } from '../domain/errors.ts'
import { toHex } from '../domain/ids.ts'
import type { ActionContext } from './context.ts'

type SetupContext = Pick<ActionContext, 'store' | 'clock' | 'random' | 'textHash'>

const NAME = 'admin_setup'
const VALID_MS = 30 * 60_000
const TOKEN = /^[0-9a-f]{64}$/

interface Setup {
  /** SHA-256 of the token. */
  hash: string
  until: number
  usedAt: number | null
}

/** A new link's token; an earlier one that was not used stops working. Undefined once an administrator is set up. */
export async function openSetup(context: SetupContext): Promise<string | undefined> {
  const stored = await context.store.instance.get(NAME)
  if (stored && (JSON.parse(stored.value) as Setup).usedAt !== null) return undefined
  const token = toHex(context.random(32))
  const now = context.clock.now()
  const setup: Setup = { hash: context.textHash(token), until: now + VALID_MS, usedAt: null }
  const row = { name: NAME, value: JSON.stringify(setup) }
  await context.store.commit({
    at: now,
    puts: [{ entity: 'instanceValue', row: stored ? { ...row, revision: stored.revision } : fresh(row) }],
  })
  return token
}

/** Is this link good now? Looking at it does not use it up: previews of links would. */
export async function checkSetup(context: SetupContext, token: string): Promise<void> {
  await readSetup(context, token)
}

/** Uses the link up and makes an administrator's key. */
export async function redeemSetup(context: SetupContext, token: string): Promise<{ apiKey: ApiKey; key: string }> {
  const { row, setup } = await readSetup(context, token)
  const now = context.clock.now()
  const key = newKey('live', context.random)
  const command = {
    name: 'Administrator',
    partition: 'live' as const,
    plan: 'enterprise',
    permissions: ['admin' as const],
    expiresAt: null,
    allowedCidrs: [],
  }
  const { apiKey, commit } = createApiKey(
    { partition: 'live', actor: 'setup' },
    command,
    context.textHash(key),
    key.slice(0, 12),
    now,
    context.random,
  )
  const used = { ...row, value: JSON.stringify({ ...setup, usedAt: now }) }
  try {
    await context.store.commit({ ...commit, puts: [...(commit.puts ?? []), { entity: 'instanceValue', row: used }] })
  } catch (error) {
    if (error instanceof CommitRefused && error.refusal === 'stale') throw gone()
    throw error
  }
  return { apiKey, key }
}

const gone = () => new AppError('setup_link_used', undefined)

async function readSetup(context: SetupContext, token: string) {
  const row = TOKEN.test(token) ? await context.store.instance.get(NAME) : undefined
  if (!row) throw new AppError('not_found')
  const setup = JSON.parse(row.value) as Setup
  if (setup.hash !== context.textHash(token)) throw new AppError('not_found')
  if (setup.usedAt !== null || setup.until <= context.clock.now()) throw gone()
  return { row, setup }
}
