/**
 * The load generator, a process of its own: keep-alive HTTP/1.1 over plain sockets, because a full client would cost more
 * than the server it measures. `bun bench/load.ts '<LoadPlan as JSON>'` prints a LoadResult as JSON.
 */

export interface LoadPlan {
  url: string
  method: 'GET' | 'POST'
  headers?: Record<string, string>
  /** `{n}` becomes a number that never comes twice. */
  body?: string
  connections: number
  /** Measured time; what comes before `warmUpMs` is not counted. */
  milliseconds: number
  warmUpMs: number
  /** Every request from another client address, for a server that trusts this machine as a proxy. */
  spreadAddresses?: boolean
}
export interface LoadResult {
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  answers: number
  /** Answers by status. */
  statuses: Record<string, number>
  /** Answers that were not 2xx: one makes the figures void. */
  failures: number
}

const HEADER_END = '\r\n\r\n'
const run = Date.now().toString(36)

/** One connection asks, waits, asks again. */
class Client {
  private text = ''
  private needed = -1
  private status = 0
  private sentAt = 0

  constructor(
    private readonly request: () => string,
    private readonly answered: (status: number, milliseconds: number) => boolean,
    readonly over: () => void,
  ) {}

  send(socket: Bun.Socket<Client>) {
    this.sentAt = performance.now()
    socket.write(this.request())
  }

  hear(socket: Bun.Socket<Client>, bytes: Buffer) {
    this.text += bytes.toString('latin1')
    if (this.needed < 0) {
      const end = this.text.indexOf(HEADER_END)
      if (end < 0) return
      const head = this.text.slice(0, end)
      this.status = Number(head.slice(9, 12))
      this.needed = end + HEADER_END.length + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    }
    if (this.text.length < this.needed) return
    this.text = ''
    this.needed = -1
    if (this.answered(this.status, performance.now() - this.sentAt)) this.send(socket)
    else socket.end()
  }
}

function requestText(plan: LoadPlan): () => string {
  const { pathname, search, host } = new URL(plan.url)
  const fixed = Object.entries(plan.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${plan.method} ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n${fixed.join('')}`
  let count = 0
  return () => {
    const n = ++count
    const from = plan.spreadAddresses ? `X-Forwarded-For: 10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}\r\n` : ''
    if (plan.body === undefined) return `${head}${from}\r\n`
    const body = plan.body.replaceAll('{n}', `${run}-${n}`)
    return `${head}${from}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}${HEADER_END}${body}`
  }
}

export async function load(plan: LoadPlan): Promise<LoadResult> {
  const { hostname, port } = new URL(plan.url)
  const next = requestText(plan)
  const statuses: Record<string, number> = {}
  const latencies: number[] = []
  const begin = performance.now()
  const from = begin + plan.warmUpMs
  const until = from + plan.milliseconds
  let last = from
  const answered = (status: number, milliseconds: number) => {
    const now = performance.now()
    statuses[status] = (statuses[status] ?? 0) + 1
    if (now >= from && now <= until) {
      latencies.push(milliseconds)
      last = now
    }
    return now < until
  }
  const one = () =>
    new Promise<void>((resolve, reject) => {
      void Bun.connect<Client>({
        hostname,
        port: Number(port),
        data: new Client(next, answered, resolve),
        socket: {
          open: (socket) => socket.data.send(socket),
          data: (socket, bytes) => socket.data.hear(socket, bytes),
          close: (socket) => socket.data.over(),
          error: (_socket, error) => reject(error),
          connectError: (_socket, error) => reject(error),
        },
      })
    })
  await Promise.all(Array.from({ length: plan.connections }, one))
  latencies.sort((left, right) => left - right)
  const at = (part: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0
  const failures = Object.entries(statuses).reduce((sum, [status, n]) => sum + (status.startsWith('2') ? 0 : n), 0)
  return {
    perSecond: (latencies.length * 1000) / (last - from || 1),
    p50: at(0.5),
    p99: at(0.99),
    answers: latencies.length,
    statuses,
    failures,
  }
}

/** The same in a process of its own: client and server must not share an event loop. */
export async function loadApart(plan: LoadPlan): Promise<LoadResult> {
  const child = Bun.spawn([process.execPath, import.meta.path, JSON.stringify(plan)], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('the load generator failed')
  return JSON.parse(text) as LoadResult
}

if (import.meta.main) console.log(JSON.stringify(await load(JSON.parse(process.argv[2]!) as LoadPlan)))
