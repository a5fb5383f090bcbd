import { addApiKey, apiKeyCommand, endApiKey, type ApiKeyBody } from '../actions/api-keys.ts'
import { PERMISSIONS } from '../domain/api-keys.ts'
import { apiKeyShape } from '../domain/api-keys-decide.ts'
import { isoSeconds } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import { readShape } from '../domain/shape.ts'
import type { Scope } from '../domain/scopes.ts'
import type { AppContext } from './app-context.ts'
import { EXIT, type Command } from './context.ts'

/** Whoever may write the data folder may do everything. */
const OPERATOR: Scope = { partition: 'live', actor: 'cli' }

const create: Command<AppContext> = {
  name: 'keys create',
  summary: 'make an API key and print it, once',
  description: [
    'Prints the key alone on standard output; it is not stored and cannot be shown again. Works while the server runs.',
    `Scopes: ${PERMISSIONS.join(', ')}. Without --scope: certificates:read and certificates:write.`,
  ],
  flags: [
    { name: 'name', value: 'NAME', required: true, summary: 'what uses it, for people' },
    { name: 'sandbox', summary: 'a tm_test_ key, which sees the sandbox only' },
    { name: 'plan', value: 'PLAN', summary: 'rate and batch limits (default: standard)' },
    { name: 'scope', value: 'SCOPE', many: true, summary: 'what it may do; may be given more than once' },
    { name: 'expires', value: 'DAY', summary: 'last day (2027-12-31) or moment on which it works' },
    { name: 'allow', value: 'CIDR', many: true, summary: 'where it may be used from (default: anywhere)' },
    { name: 'json', summary: 'print {"id", "key", …}' },
  ],
  positionals: [],
  run(context, given) {
    const config = context.loadConfig(given.value('config'))
    const scopes = given.values('scope')
    const body = {
      name: given.value('name'),
      sandbox: given.has('sandbox'),
      ...(given.has('plan') ? { plan: given.value('plan') } : {}),
      ...(scopes.length ? { scopes } : {}),
      ...(given.has('expires') ? { expires_at: given.value('expires') } : {}),
      allowed_cidrs: given.values('allow'),
    }
    const [problem] = readShape(body, apiKeyShape)
    if (problem) return refuse(context, problem.message)
    return context.withRecords(config, async (records) => {
      try {
        const { apiKey, key } = await addApiKey(records, OPERATOR, apiKeyCommand(records, body as ApiKeyBody))
        context.print(
          given.has('json')
            ? JSON.stringify({ id: apiKey.id, key, name: apiKey.name, sandbox: apiKey.partition === 'test' })
            : key,
        )
        return EXIT.done
      } catch (error) {
        if (error instanceof AppError) return refuse(context, error.message)
        throw error
      }
    })
  },
}

async function refuse(context: AppContext, message: string): Promise<number> {
  context.printError(`testamur: ${message}`)
  return EXIT.usage
}

const list: Command<AppContext> = {
  name: 'keys list',
  summary: 'list API keys, without the keys themselves',
  flags: [{ name: 'json', summary: 'print a JSON array' }],
  positionals: [],
  async run(context, given) {
    const config = context.loadConfig(given.value('config'))
    const keys = (await context.withRecordsToRead(config, ({ store }) => store.apiKeys.list(OPERATOR))) ?? []
    const rows = keys.map((key) => ({
      id: key.id,
      name: key.name,
      key: `${key.prefix}…`,
      plan: key.plan,
      scopes: key.permissions.join(' '),
      created: isoSeconds(key.createdAt),
      last_used: key.lastUsedAt === null ? null : isoSeconds(key.lastUsedAt),
      expires: key.expiresAt === null ? null : isoSeconds(key.expiresAt),
      revoked: key.revokedAt === null ? null : isoSeconds(key.revokedAt),
    }))
    if (given.has('json')) context.print(JSON.stringify(rows, null, 2))
    else if (rows.length === 0) context.printError('no API keys yet; "testamur keys create --name NAME" makes one')
    else for (const line of table(rows)) context.print(line)
    return EXIT.done
  },
}

/** Columns as wide as their longest cell. */
function table(rows: Array<Record<string, string | null>>): string[] {
  const names = Object.keys(rows[0]!)
  const cells = [
    names.map((name) => name.replace('_', ' ').toUpperCase()),
    ...rows.map((row) => names.map((name) => row[name] ?? '-')),
  ]
  const widths = names.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

const revoke: Command<AppContext> = {
  name: 'keys revoke',
  summary: 'end an API key for good',
  flags: [],
  positionals: [{ name: 'ID', required: true }],
  run(context, given) {
    const config = context.loadConfig(given.value('config'))
    return context.withRecords(config, async (records) => {
      try {
        const key = await endApiKey(records, OPERATOR, given.positionals[0]!)
        context.printError(`revoked ${key.id} (${key.name})`)
        return EXIT.done
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        context.printError(`testamur: ${error.message} "testamur keys list" shows them.`)
        return EXIT.failed
      }
    })
  },
}

export const keyCommands = [create, list, revoke]
