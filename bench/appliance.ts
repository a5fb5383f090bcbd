/** The compiled binary in a fresh folder, with a key without limits and a template, spoken to from outside only. */
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { Binary, pause, type BinaryOptions } from '../test/kit/binary.ts'

const TEMPLATE = {
  name: 'Advanced Project Management',
  slug: 'apm',
  fields: [
    { key: 'course_name', label: 'Course', type: 'text', required: true },
    { key: 'completion_date', label: 'Completed', type: 'date', required: true },
    { key: 'credential_id', label: 'Number', type: 'text' },
  ],
}
/** The body of the product's own example; `{n}` makes each another person. */
export const issueBody = JSON.stringify({
  template_id: 'apm',
  recipient: { name: 'Maria Andersson {n}', email: 'maria.{n}@example.org' },
  fields: { course_name: 'Advanced Project Management', completion_date: '2026-03-03', credential_id: 'PM-{n}' },
})

/** The load comes from one machine and says it stands for many: visitors are limited by address. */
const AS_PROXY = { TESTAMUR_SERVER__TRUSTED_PROXIES: '127.0.0.1' }

export async function startBinary(options: BinaryOptions = {}): Promise<Binary> {
  const app = new Binary({ env: AS_PROXY, ...options })
  await app.start()
  app.key = await app.createKey('--plan', 'enterprise', '--scope', 'admin')
  const { status, text } = await app.api('POST', '/v1/templates', TEMPLATE)
  if (status !== 201) throw new Error(`the template was not made: ${text}`)
  return app
}

export async function endBinary(app: Binary): Promise<void> {
  await app.stop()
  rmSync(app.dir, { recursive: true, force: true })
}

async function isEmpty(app: Binary, path: string): Promise<boolean> {
  const { status, json, text } = await app.api('GET', path)
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`)
  return json.data.length === 0
}

/** Until nothing waits for the chain any more, nor for its mail. Milliseconds each took from now. */
export async function untilQuiet(app: Binary): Promise<{ issued: number; mailed: number }> {
  const begin = performance.now()
  while (!(await isEmpty(app, '/v1/certificates?status=pending&limit=1'))) await pause(50)
  const issued = performance.now() - begin
  while (!(await isEmpty(app, '/v1/mails?status=queued&limit=1'))) await pause(100)
  return { issued, mailed: performance.now() - begin }
}

export const chainHeight = async (app: Binary) => Number(await app.rpc<string>('eth_blockNumber'))

/** Transactions in the blocks above this height, as the chain itself tells them. */
export async function transactionsSince(app: Binary, height: number): Promise<number> {
  let count = 0
  for (let block = (await chainHeight(app)) - 1; block >= height; block--) {
    const number = `0x${(block + 1).toString(16)}`
    const { transactions } = await app.rpc<{ transactions: unknown[] }>('eth_getBlockByNumber', [number, false])
    count += transactions.length
  }
  return count
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Megabytes that a process holds: all of it, and without the pages of the executable file itself. */
export function memoryOf(pid: number): { resident: number; anonymous: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024
  return { resident: of('VmRSS'), anonymous: of('RssAnon') }
}
