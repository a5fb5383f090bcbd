/** What visitors and verifiers ask for: the page of a certificate and its credential file. */
import { endBinary, issueBody, startBinary, untilQuiet } from './appliance.ts'
import { loadApart } from './load.ts'
import { digits, median, spread, table, whole, type Effort, type Part } from './report.ts'

export async function benchRead({ rounds, quick }: Effort): Promise<Part> {
  const app = await startBinary()
  try {
    const { json } = await app.api('POST', '/v1/certificates', JSON.parse(issueBody), { prefer: 'wait=30' })
    await untilQuiet(app)
    const targets = [
      ['certificate page', `/${json.id}`, { accept: 'text/html', 'user-agent': 'curl/8' }],
      ['credential file', `/${json.id}.json`, {}],
      ['API, whole record', `/v1/certificates/${json.id}`, { authorization: `Bearer ${app.key}` }],
    ] as const
    const rows: string[][] = [['GET, 32 connections', 'requests/s', 'p50 ms', 'p99 ms']]
    for (const [what, path, headers] of targets) {
      const results = []
      for (let round = 0; round < rounds; round++) {
        const plan = {
          url: `${app.url}${path}`,
          method: 'GET',
          headers,
          connections: 32,
          spreadAddresses: true,
        } as const
        const result = await loadApart({ ...plan, milliseconds: quick ? 1000 : 2000, warmUpMs: 300 })
        if (result.failures > 0) throw new Error(`${path} is void: ${JSON.stringify(result.statuses)}`)
        results.push(result)
      }
      const rate = results.map((each) => each.perSecond)
      rows.push([
        what,
        `${whole(median(rate))}${spread(rate)}`,
        digits(median(results.map((each) => each.p50)), 1),
        digits(median(results.map((each) => each.p99)), 1),
      ])
    }
    return { lines: table(rows), goals: [] }
  } finally {
    await endBinary(app)
  }
}
