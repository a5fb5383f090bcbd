/** The main thread's side of the renderer: a queue before one worker, which is replaced when it dies, hangs or rests. */
import {
  RenderRefused,
  RenderUnavailable,
  type FontFace,
  type InspectedFont,
  type NormalizedImage,
  type PdfFacts,
  type RenderAsset,
  type RenderJob,
  type Renderer,
} from '../domain/ports.ts'
import type { DesignProblem } from '../domain/designs.ts'
import { assetIdsOf } from './assets-of.ts'
import type { AssetName, PlainJob, RenderAnswer, RenderOpen, RenderTask } from './worker-messages.ts'

export interface RenderClientOptions {
  /** Makes the worker of src/worker.ts; given by wire.ts, because its address resolves only at the root of src. */
  spawn: () => Worker
  schedule: (milliseconds: number, wake: () => void) => () => void
  /** The worker ends when nothing was asked for so long: fonts and WebAssembly hold some hundred megabytes. */
  idleMs: number
  /** A job that takes longer is refused, and its worker ended. */
  limitMs: number
  /** Jobs that may wait; one more is told that there are too many. */
  waiting: number
}

interface Pending {
  prepare: () => Promise<RenderTask>
  /** Of a job with assets. */
  job?: RenderJob
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}
class WorkerDied extends Error {}

/** Names of assets that are remembered: some hundred bytes each. */
const MAX_NAMES = 10_000
/** What ended a worker once may have been chance (memory); twice, it is the job. */
const LIVES = 2

export class RenderClient implements Renderer {
  readonly #options: RenderClientOptions
  readonly #queue: Pending[] = []
  #busy = false
  #closed = false
  #connection: Connection | null = null
  #cancelRest = () => {}
  /** Scope and id of an asset → its content; an asset never changes. */
  readonly #names = new Map<string, string>()

  constructor(options: RenderClientOptions) {
    this.#options = options
  }

  check(job: RenderJob): Promise<DesignProblem[]> {
    return this.#draw(job, (plain) => ({ kind: 'check', job: plain }))
  }
  svg(job: RenderJob, href?: Record<string, string>): Promise<{ svg: string; problems: DesignProblem[] }> {
    return this.#draw(job, (plain) => ({ kind: 'svg', job: plain, href: href ?? null }))
  }
  raster(job: RenderJob, { width, format }: { width: number; format: 'png' | 'jpeg' | 'webp' }): Promise<Uint8Array> {
    return this.#draw(job, (plain) => ({ kind: 'raster', job: plain, width, format }))
  }
  pdf(job: RenderJob, facts: PdfFacts): Promise<Uint8Array> {
    return this.#draw(job, (plain) => ({ kind: 'pdf', job: plain, facts }))
  }
  fonts(): Promise<FontFace[]> {
    return this.#ask({ kind: 'fonts' })
  }
  inspectFont(bytes: Uint8Array): Promise<InspectedFont> {
    return this.#ask({ kind: 'inspect-font', bytes })
  }
  normalizeImage(bytes: Uint8Array, maxPixels: number): Promise<NormalizedImage> {
    return this.#ask({ kind: 'normalize-image', bytes, maxPixels })
  }
  credentialOf(pdf: Uint8Array): Promise<Uint8Array | null> {
    return this.#ask({ kind: 'credential-of', pdf })
  }
  /** Ends the worker; what waits is told so. */
  close(): void {
    this.#closed = true
    this.#cancelRest()
    this.#end('the renderer is closed')
    for (const pending of this.#queue.splice(0)) pending.reject(new RenderUnavailable('the renderer is closed'))
  }
  /** Whether a worker is held now. */
  get awake(): boolean {
    return this.#connection !== null
  }

  #ask<T>(task: RenderTask): Promise<T> {
    return this.#enqueue<T>({ prepare: async () => task })
  }
  #draw<T>(job: RenderJob, make: (plain: PlainJob) => RenderTask): Promise<T> {
    return this.#enqueue<T>({ job, prepare: async () => make(await this.#plain(job)) })
  }
  #enqueue<T>(given: Pick<Pending, 'prepare' | 'job'>): Promise<T> {
    if (this.#closed) return Promise.reject(new RenderUnavailable('the renderer is closed'))
    if (this.#queue.length >= this.#options.waiting)
      return Promise.reject(new RenderUnavailable('too many drawings are waiting; try again in a moment'))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ ...given, resolve: resolve as (result: unknown) => void, reject })
      void this.#work()
    })
  }

  /** One job after the other: whatever ends the worker is then known to be the job it was at. */
  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    this.#cancelRest()
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const pending = next
      await this.#perform(pending).then(pending.resolve, pending.reject)
    }
    this.#busy = false
    this.#restLater()
  }

  async #perform(pending: Pending): Promise<unknown> {
    const task = await pending.prepare()
    for (let life = 1; ; life++) {
      try {
        return await this.#once(task, pending.job)
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error
        if (this.#closed) throw new RenderUnavailable('the renderer is closed')
        if (life === LIVES) throw new RenderRefused('this cannot be drawn: the program that draws breaks on it')
      }
    }
  }

  async #once(task: RenderTask, job: RenderJob | undefined): Promise<unknown> {
    const connection = (this.#connection ??= this.#connect())
    const names = 'job' in task ? task.job.assets : []
    const answer = await connection.ask(task, await this.#bytes(job, names, connection), this.#options)
    const full = answer.needs
      ? await connection.ask(task, await this.#bytes(job, names, connection, answer.needs), this.#options)
      : answer
    if (full.needs) throw new RenderUnavailable('the pictures of this design do not fit into memory')
    if (full.error?.fatal) this.#end('the worker broke')
    if (full.error?.refused) throw new RenderRefused(full.error.message)
    if (full.error) throw new Error(`the renderer failed: ${full.error.message}`)
    return full.result
  }

  /** The assets that this worker has not been given in its life, or that it asks for again. */
  async #bytes(job: RenderJob | undefined, names: AssetName[], connection: Connection, again: string[] = []) {
    const assets: RenderAsset[] = []
    for (const { id, sha256 } of names) {
      if (connection.given.has(sha256) && !again.includes(sha256)) continue
      const asset = await job?.asset(id)
      if (!asset) continue
      connection.given.add(sha256)
      assets.push(asset)
    }
    return assets
  }

  async #plain({ asset, ...job }: RenderJob): Promise<PlainJob> {
    const assets: AssetName[] = []
    for (const id of assetIdsOf(job.design)) {
      const key = asset.scope === undefined ? null : `${asset.scope} ${id}`
      const sha256 = (key !== null && this.#names.get(key)) || (await asset(id))?.sha256
      if (sha256 === undefined) continue
      if (this.#names.size >= MAX_NAMES) this.#names.clear()
      if (key !== null) this.#names.set(key, sha256)
      assets.push({ id, sha256 })
    }
    return { ...job, assets }
  }

  #connect(): Connection {
    const connection = new Connection(this.#options.spawn(), () => {
      if (this.#connection === connection) this.#connection = null
    })
    return connection
  }
  #end(reason: string): void {
    this.#connection?.end(new WorkerDied(reason))
    this.#connection = null
  }
  #restLater(): void {
    if (this.#closed || this.#connection === null) return
    this.#cancelRest = this.#options.schedule(this.#options.idleMs, () => {
      if (!this.#busy) this.#end('the worker is resting')
    })
  }
}

/** One worker, and the one question it is at. */
class Connection {
  /** SHA-256 of the assets it was given. */
  readonly given = new Set<string>()
  readonly #worker: Worker
  readonly #onDeath: () => void
  #waiting: { id: number; resolve: (answer: RenderAnswer) => void; reject: (error: Error) => void } | null = null
  #lastId = 0
  #dead = false

  constructor(worker: Worker, onDeath: () => void) {
    this.#worker = worker
    this.#onDeath = onDeath
    const die = () => this.end(new WorkerDied('the worker ended'))
    worker.addEventListener('message', (event: MessageEvent<RenderAnswer>) => {
      if (event.data.id === this.#waiting?.id) this.#waiting.resolve(event.data)
    })
    worker.addEventListener('error', (event) => {
      event.preventDefault() // else it counts as an error of the main thread
      die()
    })
    worker.addEventListener('close', die)
    worker.postMessage({ task: 'render', id: 0 } satisfies RenderOpen)
  }

  async ask(
    task: RenderTask,
    assets: RenderAsset[],
    { schedule, limitMs }: Pick<RenderClientOptions, 'schedule' | 'limitMs'>,
  ): Promise<RenderAnswer> {
    if (this.#dead) throw new WorkerDied('the worker ended')
    const { promise, resolve, reject } = Promise.withResolvers<RenderAnswer>()
    const id = ++this.#lastId
    this.#waiting = { id, resolve, reject }
    const seconds = Math.round(limitMs / 1_000)
    const late = () => this.end(new RenderRefused(`this takes longer than ${seconds} seconds to draw: make it simpler`))
    const cancel = schedule(limitMs, late)
    this.#worker.postMessage({ id, task, assets })
    try {
      return await promise
    } finally {
      cancel()
      if (this.#waiting?.id === id) this.#waiting = null
    }
  }

  end(reason: Error): void {
    if (this.#dead) return
    this.#dead = true
    this.#worker.terminate()
    this.#waiting?.reject(reason)
    this.#onDeath()
  }
}
