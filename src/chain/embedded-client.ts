/** The main thread's side of the embedded chain: the same `request` over messages to a worker, which is replaced when it dies. */
import type { Clock } from '../domain/clock.ts'
import { ChainRefused, ChainUnavailable } from '../domain/ports.ts'
import type { Answer, Command, OpenCommand } from './embedded-messages.ts'

export interface EmbeddedClientOptions {
  /** Path of the chain's file. */
  file: string
  /** Goes into the first block, at most 32 bytes. */
  installation: string
  clock: Clock
  /** Makes the worker of src/worker.ts; given by wire.ts, because its address resolves only at the root of src. */
  spawn: () => Worker
  /**
   * The worker ends when nobody asked for so long, and is started again by the next question: its memory is that of the
   * whole EVM. Without it the worker stays.
   */
  idle?: { milliseconds: number; schedule: (milliseconds: number, wake: () => void) => () => void }
}

type CommandBody = Command extends infer Each ? (Each extends Command ? Omit<Each, 'id' | 'now'> : never) : never
interface Waiting {
  resolve: (result: unknown) => void
  reject: (error: Error) => void
}

/** One worker and the questions it has not answered yet. */
class Connection {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #dead = false

  constructor(worker: Worker, onDeath: () => void) {
    this.#worker = worker
    const die = () => {
      this.end('the embedded chain stopped unexpectedly')
      onDeath()
    }
    worker.addEventListener('message', (event: MessageEvent<Answer>) => this.#settle(event.data))
    worker.addEventListener('error', die)
    worker.addEventListener('close', die)
  }

  get isBusy(): boolean {
    return this.#waiting.size > 0
  }

  /** ChainRefused: the chain's no. ChainUnavailable: a fault of the chain or the end of the worker. */
  ask(body: CommandBody | Omit<OpenCommand, 'id' | 'now'>, now: number): Promise<unknown> {
    if (this.#dead) return Promise.reject(new ChainUnavailable('the embedded chain is closed'))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ ...body, id, now })
    })
  }

  /** What was asked is unknown from now on: it may have happened or not. */
  end(reason: string): void {
    if (this.#dead) return
    this.#dead = true
    this.#worker.terminate()
    for (const waiting of this.#waiting.values()) waiting.reject(new ChainUnavailable(reason))
    this.#waiting.clear()
  }

  #settle({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (!error) waiting?.resolve(result)
    else if (error.refused) waiting?.reject(new ChainRefused(error.message, error.code, error.data))
    else waiting?.reject(new ChainUnavailable(error.message))
  }
}

export class EmbeddedClient {
  readonly #options: EmbeddedClientOptions
  #connection: Promise<Connection> | null = null
  #closed = false
  #cancelRest = () => {}
  /** The last worker's way to its end: the file has one owner at a time. */
  #resting: Promise<unknown> = Promise.resolve()

  private constructor(options: EmbeddedClientOptions) {
    this.#options = options
  }

  /** Starts the worker and waits until the chain is open; throws with the file's name when it cannot be. */
  static async open(options: EmbeddedClientOptions): Promise<EmbeddedClient> {
    const client = new EmbeddedClient(options)
    await client.#connected()
    return client
  }

  /** EIP-1193, as a node answers. */
  request(method: string, params: unknown[]): Promise<unknown> {
    return this.#ask({ kind: 'request', method, params })
  }
  /** A consistent copy of the chain's file under a new name, for a backup. */
  async copyTo(path: string): Promise<void> {
    await this.#ask({ kind: 'copy', path })
  }
  /** Finishes the block in the making, closes the file, ends the worker. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#cancelRest()
    await this.#resting
    const connection = await this.#connection?.catch(() => null)
    if (!connection) return
    await connection.ask({ kind: 'close' }, this.#options.clock.now()).catch(() => null) // a dead worker is closed too
    connection.end('the embedded chain is closed')
  }

  async #ask(body: CommandBody): Promise<unknown> {
    if (this.#closed) throw new ChainUnavailable('the embedded chain is closed')
    const connection = await this.#connected()
    try {
      return await connection.ask(body, this.#options.clock.now())
    } finally {
      this.#restLater(connection)
    }
  }

  #restLater(connection: Connection): void {
    const { idle } = this.#options
    if (!idle || connection.isBusy || this.#closed) return
    this.#cancelRest()
    this.#cancelRest = idle.schedule(idle.milliseconds, () => {
      if (connection.isBusy || this.#closed) return
      this.#connection = null
      this.#resting = connection
        .ask({ kind: 'close' }, this.#options.clock.now())
        .catch(() => null)
        .then(() => connection.end('the embedded chain is resting'))
    })
  }

  #connected(): Promise<Connection> {
    if (this.#connection) return this.#connection
    const attempt = this.#connect(() => {
      if (this.#connection === attempt) this.#connection = null // the next question starts a new worker
    })
    this.#connection = attempt
    attempt.catch(() => {
      if (this.#connection === attempt) this.#connection = null
    })
    return attempt
  }
  async #connect(onDeath: () => void): Promise<Connection> {
    const { file, installation, clock, spawn } = this.#options
    await this.#resting
    const connection = new Connection(spawn(), onDeath)
    try {
      await connection.ask({ task: 'embedded-chain', file, installation }, clock.now())
    } catch (error) {
      connection.end('the embedded chain is closed')
      throw error
    }
    return connection
  }
}
