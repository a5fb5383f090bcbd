/** The HTTP door over a whole appliance in this process: requests go in, responses come out, time stands still. */
import { publishedAccounts } from '../../src/actions/accounts.ts'
import { addApiKey } from '../../src/actions/api-keys.ts'
import type { ApiKey, Permission } from '../../src/domain/api-keys.ts'
import type { Partition } from '../../src/domain/scopes.ts'
import { DEFAULT_LIMITS, type Asset, type Health, type HttpContext } from '../../src/http/context.ts'
import type { Surface } from '../../src/http/route.ts'
import { createHttp, type Fetch, type HttpServer } from '../../src/http/server.ts'
import { knownFacts } from '../../src/wire-status.ts'
import { unlikeDocument } from './openapi.ts'
import { startTestAppliance, type TestAppliance, type TestApplianceOptions } from './appliance.ts'

/** Waits that end when the test says so. */
export class ManualSchedule {
  private readonly waiting = new Set<() => void>()
  readonly schedule = (_milliseconds: number, wake: () => void) => {
    this.waiting.add(wake)
    return () => void this.waiting.delete(wake)
  }
  /** The wait that began first is over, for good. */
  next() {
    const [wake] = this.waiting
    if (!wake) throw new Error('nobody waits')
    this.waiting.delete(wake)
    wake()
  }
  get count() {
    return this.waiting.size
  }
  /** All that wait are over. */
  elapse() {
    for (const wake of [...this.waiting]) wake()
  }
}

export interface LogLine {
  level: string
  fields: object
  message: string
}

export interface ApiOptions {
  key?: string | null
  body?: unknown
  /** Sent as it is. */
  raw?: BodyInit
  headers?: Record<string, string>
  address?: string
  /** Run jobs until the answer is there: certificates become issued while it waits. */
  chain?: boolean
}
export interface ApiAnswer {
  status: number
  headers: Headers
  text: string
  // oxlint-disable-next-line no-explicit-any
  json: any
}

export interface TestHttp {
  appliance: TestAppliance
  context: HttpContext
  server: HttpServer
  schedule: ManualSchedule
  log: LogLine[]
  health: { value: Health }
  /** Thrown by whoever asks for the time: something inside is broken. */
  fault: { error: Error | undefined }
  /** Keys by what they may do. */
  keys: Record<'admin' | 'issuer' | 'reader' | 'designer' | 'sandbox', string>
  makeKey(more: {
    permissions?: Permission[]
    partition?: Partition
    plan?: string
    allowedCidrs?: string[]
    expiresAt?: number
  }): Promise<{ key: string; apiKey: ApiKey }>
  fetch: Fetch
  /**
   * A request to the listener with all surfaces; the issuer's key unless another one (or null for none) is given.
   * Throws when the answer is not what the OpenAPI document says.
   */
  api(method: string, path: string, options?: ApiOptions): Promise<ApiAnswer>
  close(): Promise<void>
}

export const ALL_SURFACES: Surface[] = ['common', 'public', 'private']

const files: Record<string, Asset> = {
  'certificate.js': { bytes: Buffer.from('start()'), type: 'text/javascript; charset=utf-8', hash: 'ab'.repeat(32) },
  'verify.html': {
    bytes: Buffer.from(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'" /><script type="application/json" id="saved-from">null</script>`,
    ),
    type: 'text/html; charset=utf-8',
    hash: 'ef'.repeat(32),
  },
  'certificate.css': { bytes: Buffer.from('body{}'), type: 'text/css; charset=utf-8', hash: 'cd'.repeat(32) },
}

export async function startHttp(
  options: TestApplianceOptions & { context?: Partial<HttpContext> } = {},
): Promise<TestHttp> {
  const appliance = await startTestAppliance(options)
  const schedule = new ManualSchedule()
  const log: LogLine[] = []
  const write = (level: string) => (fields: object, message: string) => void log.push({ level, fields, message })
  const health = { value: { ready: true, degraded: false, checks: { database: 'ok' } } as Health }
  const fault: TestHttp['fault'] = { error: undefined }
  const now = () => {
    if (fault.error) throw fault.error
    return appliance.clock.now()
  }
  const published = publishedAccounts(await appliance.store.accounts.all())
  const context: HttpContext = {
    ...appliance.context,
    clock: { now },
    log: { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') },
    chainRpc: async () => ({ status: 200, body: '{"jsonrpc":"2.0","id":1,"result":"0x1"}' }),
    pageRpcUrls: () => [],
    headOf: () => undefined,
    networkFacts: async () =>
      new Map(appliance.context.chains.all().map((chain) => [chain.network, knownFacts(chain)])),
    accounts: () => published,
    earlierKeys: () => [],
    health: () => health.value,
    trustedProxies: [],
    embedOrigins: ['*'],
    limits: { ...DEFAULT_LIMITS, unauthenticatedPerMinute: 0, publicPerMinute: 0 },
    schedule: schedule.schedule,
    assets: (name) => files[name],
    ...options.context,
  }
  const server = createHttp(context)
  const fetch = server.serve(ALL_SURFACES)
  const makeKey: TestHttp['makeKey'] = ({ permissions, partition = 'live', plan, allowedCidrs, expiresAt }) =>
    addApiKey(
      appliance.context,
      { partition: 'live', actor: 'system' },
      {
        name: 'test',
        partition,
        plan: plan ?? 'enterprise',
        permissions: permissions ?? ['admin'],
        expiresAt: expiresAt ?? null,
        allowedCidrs: allowedCidrs ?? [],
      },
    )
  const secret = async (permissions: Permission[], partition: Partition = 'live') =>
    (await makeKey({ permissions, partition })).key
  const keys = {
    admin: await secret(['admin']),
    issuer: await secret(['certificates:read', 'certificates:write']),
    reader: await secret(['certificates:read']),
    designer: await secret(['templates']),
    sandbox: await secret(['admin'], 'test'),
  }
  const api: TestHttp['api'] = async (method, path, asked = {}) => {
    const request = requestOf(method, path, { key: keys.issuer, ...asked })
    const answering = fetch(request, { remoteAddress: asked.address ?? '203.0.113.7' })
    if (asked.chain) await workUntil(answering, appliance)
    const answer = await answerOf(await answering)
    const problems = unlikeDocument(request, answer)
    if (problems.length) throw new Error(`${method} ${path} → ${answer.status}: ${problems.join('; ')}\n${answer.text}`)
    return answer
  }
  const close = () => appliance.close()
  return { appliance, context, server, schedule, log, health, fault, keys, makeKey, fetch, api, close }
}

/** Jobs run beside the request, as they do in the program. */
async function workUntil(answering: Promise<unknown>, { settle }: TestAppliance) {
  let over = false
  void answering.finally(() => (over = true)).catch(() => undefined)
  for (let round = 0; !over && round < 1000; round++) {
    await settle()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export const HOST = 'http://certs.example.edu'

export function requestOf(method: string, path: string, { key, body, raw, headers = {} }: ApiOptions): Request {
  const sent = new Headers(headers)
  if (key) sent.set('Authorization', `Bearer ${key}`)
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  if (content !== undefined && !sent.has('Content-Type')) sent.set('Content-Type', 'application/json')
  if (sent.get('Content-Type') === '') sent.delete('Content-Type')
  const address = path.startsWith('http') ? path : `${HOST}${path}`
  return new Request(address, { method, headers: sent, ...(content === undefined ? {} : { body: content }) })
}

export async function answerOf(response: Response): Promise<ApiAnswer> {
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  }
}
