/** Cold start to the first answers, and what the process holds in memory when nothing happens. */
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { binaryPath, newFolder, pause } from '../test/kit/binary.ts'
import { endBinary, freePort, issueBody, memoryOf, startBinary, untilQuiet } from './appliance.ts'
import { loadApart } from './load.ts'
import { digits, median, table, whole, type Effort, type Part } from './report.ts'

/** The status of one GET, or undefined where nobody listens yet. A client of its own: fetch keeps connections. */
function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (text.length < 12) return
      socket.destroy()
      resolve(Number(text.slice(9, 12)))
    })
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(undefined))
  })
}

async function untilOk(port: number, path: string, begin: number): Promise<number> {
  for (;;) {
    if ((await statusOf(port, path)) === 200) return performance.now() - begin
    if (performance.now() - begin > 20_000) throw new Error(`no 200 from ${path} in 20 seconds`)
    await pause(1)
  }
}

/** One start in this folder: milliseconds from the spawn to the first 200 of both addresses. */
async function oneStart(folder: string): Promise<{ live: number; ready: number }> {
  const port = await freePort()
  const begin = performance.now()
  const child = Bun.spawn([binaryPath(), 'serve'], {
    cwd: folder,
    env: {
      PATH: '/usr/bin:/bin',
      TESTAMUR_SERVER__LISTEN: `127.0.0.1:${port}`,
      TESTAMUR_DATA__DIR: join(folder, 'data'),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    const live = await untilOk(port, '/livez', begin)
    const ready = await untilOk(port, '/readyz', begin)
    return { live, ready }
  } finally {
    child.kill('SIGTERM')
    await child.exited
  }
}

async function measureStarts(runs: number) {
  const first: Array<{ live: number; ready: number }> = []
  const second: typeof first = []
  for (let run = 0; run < runs; run++) {
    const folder = newFolder()
    first.push(await oneStart(folder))
    second.push(await oneStart(folder))
    rmSync(folder, { recursive: true, force: true })
  }
  return { first, second }
}

/** Five seconds after the start, and ten seconds after a thousand certificates were issued and mailed. */
async function measureMemory() {
  const app = await startBinary()
  try {
    await pause(5_000)
    const fresh = memoryOf(app.pid)
    const headers = { authorization: `Bearer ${app.key}`, prefer: 'respond-async' }
    let issued = 0
    while (issued < 1000) {
      const plan = {
        url: `${app.url}/v1/certificates`,
        method: 'POST',
        headers,
        body: issueBody,
        connections: 8,
      } as const
      const { statuses, failures } = await loadApart({ ...plan, milliseconds: 200, warmUpMs: 0 })
      if (failures > 0) throw new Error('issuing failed')
      issued += statuses[201] ?? 0
    }
    await untilQuiet(app)
    await pause(10_000)
    return { fresh, worked: memoryOf(app.pid), issued }
  } finally {
    await endBinary(app)
  }
}

export async function benchStart({ quick }: Effort): Promise<Part> {
  const { first, second } = await measureStarts(quick ? 3 : 7)
  const { fresh, worked, issued } = await measureMemory()
  const row = (what: string, values: number[]) => [what, whole(median(values)), values.map(whole).join(' ')]
  const live = first.map((each) => each.live)
  const memory = Math.max(fresh.resident, worked.resident)
  return {
    lines: [
      ...table([
        ['cold start, ms', 'median', 'each run'],
        row('first start, /livez answers 200', live),
        row(
          'first start, /readyz answers 200 (registries deployed)',
          first.map((each) => each.ready),
        ),
        row(
          'second start, /livez',
          second.map((each) => each.live),
        ),
        row(
          'second start, /readyz',
          second.map((each) => each.ready),
        ),
      ]),
      '',
      ...table([
        ['memory when idle, MB', 'resident', 'of it anonymous'],
        ['5 s after the start', whole(fresh.resident), whole(fresh.anonymous)],
        [`10 s after ${whole(issued)} certificates`, whole(worked.resident), whole(worked.anonymous)],
      ]),
    ],
    goals: [
      {
        what: 'cold start to the first 200',
        goal: '< 300 ms',
        measured: `${whole(median(live))} ms`,
        met: median(live) < 300,
      },
      {
        what: 'idle memory (the larger of both)',
        goal: '< 120 MB',
        measured: `${digits(memory, 0)} MB`,
        met: memory < 120,
      },
    ],
  }
}
