/** The compiled program as its users meet it: a process in a folder, spoken to through its command line and HTTP only. */
import { chownSync, copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A user that is nobody's: the program must not need more. Only root can become it. */
export const OTHER_USER = process.getuid?.() === 0 ? 12345 : undefined

/** The executable under test: TESTAMUR_BINARY, else dist/testamur. Nothing is built here. */
export function binaryPath(): string {
  const path = resolve(process.env.TESTAMUR_BINARY ?? 'dist/testamur')
  if (!existsSync(path))
    throw new Error(`${path} is missing: run "npm run build" first, or name another one in TESTAMUR_BINARY`)
  return path
}

/** A fresh folder that belongs to `uid`. */
export function newFolder(uid?: number): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'testamur-binary-')))
  if (uid !== undefined) chownSync(folder, uid, uid)
  return folder
}

/** Puts the executable into an empty folder: nothing of the repository is near it there. */
export function installBinary(folder: string): string {
  const copy = join(folder, 'testamur')
  copyFileSync(binaryPath(), copy)
  return copy
}

/** Time passes. The only clock of a foreign process is the real one. */
export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** Looks every few milliseconds until something is there; throws with `what` when it does not come. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  patienceMs = 30_000,
): Promise<Found> {
  const end = performance.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(`waited ${patienceMs} ms for: ${what}`)
    await pause(10)
  }
}

export interface RunOptions {
  /** Working directory. */
  dir: string
  binary?: string
  uid?: number
  /** Added to an environment that has nothing but PATH. */
  env?: Record<string, string>
  /** Put in front of the command: a namespace, a tracer. */
  wrap?: string[]
}
export interface Finished {
  code: number
  out: string
  err: string
}

function spawn(argv: string[], { dir, binary = binaryPath(), uid, env, wrap = [] }: RunOptions) {
  const become = uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  return Bun.spawn([...wrap, ...become, binary, ...argv], {
    cwd: dir,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

/** Runs a command to its end. */
export async function runBinary(argv: string[], options: RunOptions): Promise<Finished> {
  const child = spawn(argv, options)
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  return { code: await child.exited, out, err }
}

export type LogLine = Record<string, unknown> & { message?: string; level?: string }

export interface BinaryOptions extends Partial<RunOptions> {
  /** More of the configuration file, after [server], [data] and [log]. */
  config?: string
  /** Flags of `serve`. */
  flags?: string[]
}

/** The program ended, or did not become ready, where it should have served. */
export class DidNotStart extends Error {
  override name = 'DidNotStart'
  constructor(code: number | null, out: string, err: string) {
    super(`testamur serve ended with ${code} before it was ready:\n${err}${out}`.slice(0, 4_000))
  }
}

/** One life of the process. */
class Life {
  readonly child
  readonly ended: Promise<number>
  out = ''
  err = ''
  private readonly read: Promise<unknown>

  constructor(argv: string[], options: RunOptions) {
    this.child = spawn(argv, options)
    const collect = async (stream: ReadableStream<Uint8Array>, take: (text: string) => void) => {
      const decoder = new TextDecoder()
      for await (const bytes of stream) take(decoder.decode(bytes, { stream: true }))
    }
    this.read = Promise.all([
      collect(this.child.stdout, (text) => (this.out += text)),
      collect(this.child.stderr, (text) => (this.err += text)),
    ])
    this.ended = this.child.exited.then(async (code) => {
      await this.read
      return code
    })
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  async end(signal: NodeJS.Signals): Promise<number> {
    if (!this.isOver) this.child.kill(signal)
    return this.ended
  }

  lines(): LogLine[] {
    return this.out
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as LogLine)
  }
}

const TOML = (dir: string, port: number, more: string) =>
  `[server]\nlisten = "127.0.0.1:${port}"\n[data]\ndir = ${JSON.stringify(join(dir, 'data'))}\n[log]\nformat = "json"\n${more}`

/** A running `testamur serve` in its folder; the port it got at first stays its port. */
export class Binary {
  readonly dir: string
  readonly dataDir: string
  readonly configFile: string
  private readonly options: RunOptions
  private readonly lives: Life[] = []
  private port = 0
  /** Sent as the bearer of every request of api(). */
  key = ''
  url = ''

  constructor(private readonly given: BinaryOptions = {}) {
    this.dir = given.dir ?? newFolder(given.uid)
    this.dataDir = join(this.dir, 'data')
    this.configFile = join(this.dir, 'testamur.toml')
    const { binary, uid, env, wrap } = given
    this.options = {
      dir: this.dir,
      ...(binary ? { binary } : {}),
      ...(uid ? { uid } : {}),
      ...(env ? { env } : {}),
      ...(wrap ? { wrap } : {}),
    }
    this.writeConfig()
  }

  private writeConfig() {
    writeFileSync(this.configFile, TOML(this.dir, this.port, this.given.config ?? ''))
  }

  private get life(): Life {
    return this.lives.at(-1)!
  }
  get pid(): number {
    return this.life.child.pid
  }
  /** Exit code, once it has ended by itself. */
  get ended(): Promise<number> {
    return this.life.ended
  }

  /** The process only; ready() waits for it. */
  spawn(): void {
    this.lives.push(new Life(['serve', '--config', this.configFile, ...(this.given.flags ?? [])], this.options))
  }

  /** Until /readyz answers 200. Throws DidNotStart. */
  async ready(): Promise<void> {
    const { life } = this
    await until(
      'the program to be ready',
      async () => {
        if (life.isOver) throw new DidNotStart(await life.ended, life.out, life.err)
        const line = life.lines().find(({ message }) => message === 'listening')
        if (!line) return false
        this.url = String(line.url)
        const answer = await fetch(`${this.url}/readyz`).catch(() => undefined)
        await answer?.arrayBuffer()
        return answer?.status === 200
      },
      60_000,
    ).catch(async (error: unknown) => {
      await life.end('SIGKILL')
      throw error instanceof DidNotStart ? error : new DidNotStart(null, `${life.out}\n${String(error)}`, life.err)
    })
    if (this.port !== 0) return
    this.port = Number(new URL(this.url).port)
    this.writeConfig()
  }

  async start(): Promise<this> {
    this.spawn()
    await this.ready()
    return this
  }

  /** SIGTERM; the exit code. */
  stop(): Promise<number> {
    return this.life.end('SIGTERM')
  }
  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.life.end('SIGKILL')
  }
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }
  /** For the end of a test: also when it never came up. */
  async discard(): Promise<void> {
    if (this.lives.length > 0) await this.kill()
  }

  /** Log lines of this life, or of all. */
  logs(all = false): LogLine[] {
    return (all ? this.lives : this.lives.slice(-1)).flatMap((life) => life.lines())
  }
  /** What all lives wrote to standard output and error. */
  output(): string {
    return this.lives.map(({ out, err }) => out + err).join('')
  }
  /** Standard output of this life. */
  printed(): string {
    return this.life.out
  }

  /** Another command with the same configuration. */
  run(argv: string[], options: Partial<RunOptions> = {}): Promise<Finished> {
    return runBinary([...argv, '--config', this.configFile], { ...this.options, ...options })
  }

  /** A new API key. */
  async createKey(...flags: string[]): Promise<string> {
    const { code, out, err } = await this.run(['keys', 'create', '--name', 'test', ...flags])
    if (code !== 0) throw new Error(`keys create ended with ${code}: ${err}`)
    return out.trim()
  }

  /** A request with the key of `this.key`, unless another is given. */
  async api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }

  /** The embedded chain's public RPC. */
  async rpc<Result>(method: string, params: unknown[] = []): Promise<Result> {
    const [result] = await this.rpcBatch([[method, params]])
    return result as Result
  }

  /** Up to 20 questions in one request. */
  async rpcBatch(calls: Array<[method: string, params: unknown[]]>): Promise<unknown[]> {
    const body = calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }))
    const { json } = await this.api('POST', '/chain/rpc', body)
    return (json as Array<{ result?: unknown; error?: { message: string } }>).map(({ result, error }) => {
      if (error) throw new Error(error.message)
      return result
    })
  }

  /** Text of a file below the data folder, as bytes in Latin-1. */
  dataFile(name: string): string {
    const path = join(this.dataDir, name)
    return existsSync(path) ? readFileSync(path, 'latin1') : ''
  }
}

export interface ApiAnswer {
  status: number
  headers: Headers
  text: string
  /** Its shape is the contract's; each test says what it expects of it. */
  json: any
}
