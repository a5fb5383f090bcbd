/** The renderer's worker as the program uses it: it hangs, dies, rests, is full, and the main thread goes on. */
import { afterEach, describe, expect, test } from 'bun:test'
import { RenderRefused, RenderUnavailable, type RenderJob } from '../../src/domain/ports.ts'
import { RenderClient, type RenderClientOptions } from '../../src/render/client.ts'
import type { RenderAnswer, RenderCommand } from '../../src/render/worker-messages.ts'
import { asset, CREDENTIAL, facts, jobOf, page, text } from '../kit/drawings.ts'
import { plain, png } from '../kit/pictures.ts'

/** Wakes when the test says. */
class Schedule {
  readonly waiting: Array<{ milliseconds: number; wake: () => void }> = []
  readonly at = (milliseconds: number, wake: () => void) => {
    const one = { milliseconds, wake }
    this.waiting.push(one)
    return () => {
      const index = this.waiting.indexOf(one)
      if (index !== -1) this.waiting.splice(index, 1)
    }
  }
  /** The one that was asked for with so many milliseconds. */
  async run(milliseconds: number) {
    const find = () => this.waiting.find((one) => one.milliseconds === milliseconds)
    for (let turn = 0; turn < 100 && !find(); turn++) await Promise.resolve()
    const found = find()
    if (!found) throw new Error(`nothing waits for ${milliseconds} ms`)
    this.waiting.splice(this.waiting.indexOf(found), 1)
    found.wake()
  }
}

type Answering = (command: RenderCommand, post: (answer: Omit<RenderAnswer, 'id'>) => void, self: FakeWorker) => void
/** A worker without a thread. */
class FakeWorker extends EventTarget {
  ended = false
  readonly commands: RenderCommand[] = []
  constructor(readonly answering: Answering) {
    super()
  }
  postMessage(message: RenderCommand | { task: 'render' }) {
    if (message.task === 'render') return
    const command = message as RenderCommand
    this.commands.push(command)
    const post = (answer: Omit<RenderAnswer, 'id'>) =>
      this.dispatchEvent(new MessageEvent('message', { data: { id: command.id, ...answer } }))
    queueMicrotask(() => this.answering(command, post, this))
  }
  terminate() {
    this.ended = true
  }
}

const LIMIT = 20_000
const IDLE = 30_000
const clients: RenderClient[] = []
function open(answering: Answering | null, more: Partial<RenderClientOptions> = {}) {
  const schedule = new Schedule()
  const workers: FakeWorker[] = []
  let spawned = 0
  const spawn = () => {
    spawned++
    if (answering === null) return new Worker(new URL('../../src/worker.ts', import.meta.url).href)
    const worker = new FakeWorker(answering)
    workers.push(worker)
    return worker as unknown as Worker
  }
  const client = new RenderClient({ spawn, schedule: schedule.at, idleMs: IDLE, limitMs: LIMIT, waiting: 3, ...more })
  clients.push(client)
  return { client, schedule, workers, spawned: () => spawned }
}
afterEach(() => clients.splice(0).forEach((client) => client.close()))
/** What a promise was refused with. Bun's own `rejects` waits without letting workers speak. */
const errorOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('it was done'),
    (error: Error) => error,
  )
const good: Answering = (_, post) => post({ result: [] })

describe('a real worker', () => {
  test('draws, inspects and reads back', async () => {
    const { client, schedule, spawned } = open(null)
    expect(spawned()).toBe(0)
    const job = jobOf(page([text(), { id: 'i', kind: 'image', asset: 'asset_a', x: 0, y: 0, width: 9, height: 9 }]), {
      assets: { asset_a: asset(png(4, 4, plain), 'image/png') },
    })
    const [problems, pdf, { svg }, picture] = await Promise.all([
      client.check(job),
      client.pdf(job, facts()),
      client.svg(job, { asset_a: '/files/a.png' }),
      client.raster(job, { width: 200, format: 'webp' }),
    ])
    expect(problems).toEqual([])
    expect(Buffer.from((await client.credentialOf(pdf))!).equals(CREDENTIAL)).toBe(true)
    expect(svg).toContain('href="/files/a.png"')
    expect(picture.length).toBeGreaterThan(100)
    expect((await client.fonts()).length).toBeGreaterThan(20)
    expect(await client.normalizeImage(png(9, 9, plain), 5)).toMatchObject({ width: 5, height: 5 })
    expect(await errorOf(client.inspectFont(new Uint8Array(40)))).toBeInstanceOf(RenderRefused)
    expect((await errorOf(client.credentialOf(new Uint8Array(40)))).message).toMatch('no PDF')
    await client.fonts()
    expect(spawned()).toBe(1)
    await schedule.run(IDLE)
    expect(client.awake).toBe(false)
    expect(await client.check(job)).toEqual([])
    expect(spawned()).toBe(2)
  })
  test('that takes too long is ended: its job is refused, the next one is drawn', async () => {
    const { client, schedule, spawned } = open(null)
    await client.fonts()
    const slow = client.raster(jobOf(page([text()])), { width: 4_000, format: 'webp' })
    await schedule.run(LIMIT)
    expect((await errorOf(slow)).message).toMatch(/longer than 20 seconds/)
    expect((await client.fonts()).length).toBeGreaterThan(20)
    expect(spawned()).toBe(2)
  })
})

describe('a worker that dies', () => {
  test('once is replaced, and the job drawn', async () => {
    let deaths = 0
    const { client, spawned } = open((command, post, self) => {
      if (deaths++ === 0) self.dispatchEvent(new Event('close'))
      else good(command, post, self)
    })
    expect(await client.check(jobOf(page([])))).toEqual([])
    expect(spawned()).toBe(2)
  })
  test('twice at the same job refuses this job alone', async () => {
    const { client, workers } = open(({ task }, post, self) => {
      if (task.kind === 'inspect-font')
        self.dispatchEvent(new ErrorEvent('error', { message: 'killed', cancelable: true }))
      else post({ result: [] })
    })
    const font = client.inspectFont(new Uint8Array(4))
    const after = client.check(jobOf(page([])))
    expect(await errorOf(font)).toBeInstanceOf(RenderRefused)
    expect(await after).toEqual([])
    expect(workers.map(({ ended }) => ended)).toEqual([true, true, false])
  })
  test('broken by a job, is not used again', async () => {
    const { client, workers } = open(({ task }, post) =>
      post(task.kind === 'fonts' ? { error: { refused: true, message: 'too large', fatal: true } } : { result: [] }),
    )
    expect((await errorOf(client.fonts())).message).toBe('too large')
    expect(await client.check(jobOf(page([])))).toEqual([])
    expect(workers.map(({ ended }) => ended)).toEqual([true, false])
  })
  test('a fault of ours is no refusal', async () => {
    const { client } = open((_, post) => post({ error: { refused: false, message: 'x is undefined', fatal: false } }))
    const error = await errorOf(client.fonts())
    expect(error.message).toBe('the renderer failed: x is undefined')
    expect(error).not.toBeInstanceOf(RenderRefused)
  })
})

describe('assets', () => {
  const file = asset(png(4, 4, plain), 'image/png')
  const design = page([{ id: 'i', kind: 'image', asset: 'asset_a', x: 0, y: 0, width: 9, height: 9 }])
  const counted = () => {
    const asked: string[] = []
    const job = jobOf(design, { asset: async (id) => (asked.push(id), id === 'asset_a' ? file : undefined) })
    return { job, asked }
  }
  test('are sent once in the life of a worker, and again to the next', async () => {
    const { client, workers, schedule } = open(good)
    const { job } = counted()
    for (let round = 0; round < 3; round++) await client.check(job)
    await client.fonts()
    await schedule.run(IDLE)
    await client.check(job)
    expect(workers.map(({ commands }) => commands.map(({ assets }) => assets.length))).toEqual([[1, 0, 0, 0], [1]])
  })
  test('are asked for once where it is said whose they are, and never found in another scope', async () => {
    const { client, workers } = open(good)
    const of = (scope: string | undefined, found: boolean) => {
      const asked: string[] = []
      const source: RenderJob['asset'] = async (id) => {
        asked.push(id)
        return found ? file : undefined
      }
      if (scope !== undefined) source.scope = scope
      return { asked, job: jobOf(design, { asset: source }) }
    }
    const [live, sandbox, unsaid] = [of('live', true), of('test', false), of(undefined, true)]
    for (const { job } of [live, live, sandbox, unsaid, unsaid]) await client.check(job)
    expect([live, sandbox, unsaid].map(({ asked }) => asked.length)).toEqual([2, 1, 2]) // the first for its name, then its bytes
    const named = workers[0]!.commands.map(({ task }) => ('job' in task ? task.job.assets.length : 0))
    expect(named).toEqual([1, 1, 0, 1, 1])
  })
  test('the worker let go of are sent again', async () => {
    let held = true
    const { client, workers } = open(({ assets }, post) => {
      if (assets.length > 0) held = true
      post(held ? { result: [] } : { needs: [file.sha256] })
    })
    const { job } = counted()
    await client.check(job)
    held = false
    expect(await client.check(job)).toEqual([])
    expect(workers[0]!.commands.map(({ assets }) => assets.length)).toEqual([1, 0, 1])
  })
  test('that never fit are no endless loop', async () => {
    const { client } = open((_, post) => post({ needs: [file.sha256] }))
    expect(await errorOf(client.check(counted().job))).toBeInstanceOf(RenderUnavailable)
  })
  test('that cannot be fetched fail their job alone', async () => {
    const { client } = open(good)
    const job = jobOf(design, { asset: () => Promise.reject(new Error('the database is away')) })
    expect((await errorOf(client.check(job))).message).toBe('the database is away')
    expect(await client.check(counted().job)).toEqual([])
  })
})

describe('what waits', () => {
  test('is drawn in its order, one at a time, and one too many is told so', async () => {
    const posts: Array<() => void> = []
    const { client, workers } = open((_, post) => void posts.push(() => post({ result: [] })))
    const drawn: number[] = []
    const ask = (number: number) => client.check(jobOf(page([]))).then(() => void drawn.push(number))
    const all = [0, 1, 2, 3].map(ask)
    const tooMany = errorOf(client.fonts())
    for (let round = 0; round < 4; round++) {
      while (posts.length === 0) await Promise.resolve()
      expect(workers[0]!.commands).toHaveLength(round + 1)
      posts.shift()!()
    }
    await Promise.all(all)
    expect((await tooMany).message).toMatch(/too many/)
    expect(drawn).toEqual([0, 1, 2, 3])
  })
  test('is told when the program stops', async () => {
    const { client, workers } = open(() => {})
    const all = [client.fonts(), client.fonts()].map((one) => one.catch((error: unknown) => error))
    while (!workers[0]?.commands.length) await Promise.resolve()
    client.close()
    for (const answer of await Promise.all(all)) expect(answer).toBeInstanceOf(RenderUnavailable)
    expect(workers[0]!.ended).toBe(true)
    expect(await errorOf(client.fonts())).toBeInstanceOf(RenderUnavailable)
  })
})
