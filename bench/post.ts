/** Durable POST /v1/certificates on the compiled binary, beside the least that the same runtime does for a durable row. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Binary } from '../test/kit/binary.ts'
import { endBinary, issueBody, startBinary, untilQuiet } from './appliance.ts'
import { loadApart, type LoadPlan, type LoadResult } from './load.ts'
import { digits, median, spread, table, whole, type Effort, type Part } from './report.ts'

const CONNECTIONS = [1, 16, 64]
const KINDS = ['bare', 'respond-async', 'confirmed'] as const
type Kind = (typeof KINDS)[number]

async function startBare() {
  const dir = mkdtempSync(join(tmpdir(), 'testamur-bench-'))
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'bare-server.ts'), join(dir, 'bare.db')], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const { value } = await child.stdout.getReader().read()
  const end = async () => {
    child.kill('SIGTERM')
    await child.exited
    rmSync(dir, { recursive: true, force: true })
  }
  return { url: new TextDecoder().decode(value).trim(), end }
}

function planOf(kind: Kind, app: Binary, bareUrl: string, connections: number, quick: boolean): LoadPlan {
  const plan = {
    method: 'POST' as const,
    body: issueBody,
    connections,
    milliseconds: quick ? 1500 : 3000,
    warmUpMs: 500,
  }
  if (kind === 'bare') return { ...plan, url: bareUrl }
  const headers = {
    authorization: `Bearer ${app.key}`,
    ...(kind === 'respond-async' ? { prefer: 'respond-async' } : { prefer: 'wait=30' }),
  }
  return { ...plan, url: `${app.url}/v1/certificates`, headers }
}

type Results = Map<string, LoadResult[]>

async function measure(
  app: Binary,
  bareUrl: string,
  effort: Effort,
): Promise<{ results: Results; sustained: number[] }> {
  const results: Results = new Map()
  const sustained: number[] = []
  for (let round = 0; round < effort.rounds; round++)
    for (const connections of CONNECTIONS)
      for (const kind of KINDS) {
        const result = await loadApart(planOf(kind, app, bareUrl, connections, effort.quick))
        if (result.failures > 0)
          throw new Error(
            `${kind} at ${connections} connections is void, not all answers were 2xx: ${JSON.stringify(result.statuses)}`,
          )
        const name = `${kind} ${connections}`
        results.set(name, [...(results.get(name) ?? []), result])
        // What was put off is done before the next figure: no run pays for another.
        const { issued } = await untilQuiet(app)
        if (name === 'respond-async 64') {
          const all = Object.values(result.statuses).reduce((sum, count) => sum + count, 0)
          sustained.push((all * 1000) / ((all * 1000) / result.perSecond + issued))
        }
      }
  return { results, sustained }
}

export async function benchPost(effort: Effort): Promise<Part> {
  const bare = await startBare()
  const app = await startBinary()
  try {
    const { results, sustained } = await measure(app, bare.url, effort)
    const of = (kind: Kind, connections: number, figure: 'perSecond' | 'p50' | 'p99') =>
      results.get(`${kind} ${connections}`)!.map((result) => result[figure])
    const rows = CONNECTIONS.flatMap((connections) =>
      KINDS.map((kind) => {
        const rate = of(kind, connections, 'perSecond')
        const ratio = median(rate.map((each, round) => each / of('bare', connections, 'perSecond')[round]!))
        return [
          `${kind}, ${connections} connections`,
          `${whole(median(rate))}${spread(rate)}`,
          digits(median(of(kind, connections, 'p50')), 1),
          digits(median(of(kind, connections, 'p99')), 1),
          `${digits(ratio, 2)}x`,
        ]
      }),
    )
    const rate = median(of('respond-async', 64, 'perSecond'))
    const p99 = median(of('respond-async', 64, 'p99'))
    return {
      lines: [
        ...table([['durable POST', 'requests/s', 'p50 ms', 'p99 ms', 'to bare insert'], ...rows]),
        `64 connections until the last of them is issued on the chain: ${whole(median(sustained))} certificates/s`,
      ],
      goals: [
        {
          what: 'durable POST, respond-async, 64 connections',
          goal: '≥ 3,000/s',
          measured: `${whole(rate)}/s`,
          met: rate >= 3000,
        },
        { what: '  its p99', goal: '< 60 ms', measured: `${digits(p99, 1)} ms`, met: p99 < 60 },
      ],
    }
  } finally {
    await endBinary(app)
    await bare.end()
  }
}
