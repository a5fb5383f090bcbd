import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fresh } from '../../src/domain/commit.ts'
import type { NetworkFacts } from '../../src/domain/network-facts.ts'
import { BUILT_IN_NETWORKS } from '../../src/domain/networks.ts'
import { laneOf } from '../../src/domain/transactions-decide.ts'
import { closeAnchor } from '../../src/jobs/close-anchor.ts'
import { exposition, metricsDoor, type MetricFamily } from '../../src/http/metrics.ts'
import { collectMetrics, countIssued } from '../../src/wire-metrics.ts'
import { knownFacts } from '../../src/wire-status.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { readExposition } from '../kit/exposition.ts'

const gauge = (samples: MetricFamily['samples']): MetricFamily => ({ name: 'x', help: 'h', type: 'gauge', samples })

describe('the text format', () => {
  test('labels and help are escaped, whole numbers beyond 2^53 keep their digits', () => {
    const odd = 'a"b\\c\nd,e}f=g'
    const text = exposition([
      {
        name: 'x_total',
        help: 'one\ntwo \\ three',
        type: 'counter',
        samples: [{ labels: { a: odd, b: '' }, value: 1.5 }],
      },
      { name: 'y', help: 'h', type: 'gauge', samples: [{ value: '12345678901234567890' }] },
    ])
    const families = readExposition(text)
    expect(families.get('x_total')!.samples).toEqual([
      { name: 'x_total', labels: { a: odd, b: '' }, value: 1.5 } as never,
    ])
    expect(text).toContain('# HELP x_total one\\ntwo \\\\ three\n')
    expect(text).toContain('\ny 12345678901234567890\n')
  })

  test('a family without samples is left out', () => expect(exposition([gauge([])])).toBe('\n'))

  test('the reader of these tests refuses what a scraper refuses', () => {
    for (const bad of [
      'x 1\n',
      '# TYPE x gauge\nx 1\n',
      '# HELP x h\n# TYPE x gauge\nx 1',
      '# HELP x h\n# TYPE x counter\nx 1\n',
      '# HELP x_total h\n# TYPE x_total gauge\nx_total 1\n',
      '# HELP x h\n# TYPE x gauge\nx{a="1"} 1\nx{a="1"} 2\n',
      '# HELP x h\n# TYPE x gauge\nx{a="b"c"} 1\n',
      '# HELP x h\n# TYPE x gauge\nx null\n',
      '# HELP x h\n# TYPE x gauge\ny 1\n',
    ])
      expect(() => readExposition(bad)).toThrow()
  })
})

describe('the door', () => {
  const door = metricsDoor(async () => [gauge([{ value: 1 }])])
  const ask = (path: string, method = 'GET', of = door) =>
    of(new Request(`http://127.0.0.1:9090${path}`, { method }), { remoteAddress: '' })

  test('answers at /metrics and nowhere else', async () => {
    const answer = await ask('/metrics?x=1')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    expect(readExposition(await answer.text()).get('x')!.samples[0]!.value).toBe(1)
    for (const path of ['/', '/metrics/', '/v1/system', '/admin', '/livez']) expect((await ask(path)).status).toBe(404)
  })

  test('takes GET and HEAD', async () => {
    expect(await (await ask('/metrics', 'HEAD')).text()).toBe('')
    const refused = await ask('/metrics', 'POST')
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('says 503, and not why, when the numbers cannot be read', async () => {
    const broken = metricsDoor(() => Promise.reject(new Error('secret /path')))
    const answer = await ask('/metrics', 'GET', broken)
    expect(answer.status).toBe(503)
    expect(await answer.text()).not.toContain('secret')
  })
})

describe('the numbers of an appliance', () => {
  const polygon = BUILT_IN_NETWORKS.find(({ name }) => name === 'polygon')!
  let app: TestAppliance
  let issued: ReturnType<typeof countIssued>
  let facts: Map<string, NetworkFacts>
  beforeAll(async () => {
    app = await startTestAppliance({ networks: [polygon] })
    issued = countIssued(app.store)
    const endpoint = { failures: 0, lastError: null, downUntil: 0, latencyMs: 250 }
    facts = new Map<string, NetworkFacts>([
      ['embedded', knownFacts(app.chain)],
      [
        'polygon',
        {
          ...{ ...knownFacts(app.chain), network: 'polygon', embedded: false, askedAt: 1, feeCap: '1000000000000' },
          ...{ balance: '123456789012345678901', anchorGas: 60_000 },
          fees: { base: '30000000000', tip: '0', maxFee: '60000000000', legacy: false },
          endpoints: [
            { ...endpoint, host: 'a.example', state: 'failing', head: 5, requests: 10, errors: 4 },
            { ...endpoint, host: 'a.example', state: 'ok', head: 7, requests: 1, errors: 0 },
            { ...endpoint, host: 'b.example', state: 'untried', head: null, latencyMs: null, requests: 0, errors: 0 },
          ],
        },
      ],
    ])
  })
  afterAll(() => app.close())

  const collect = async () => {
    const context = { actions: app.context, facts: async () => facts, issued: issued.count, startedAt: 1000 }
    return readExposition(exposition(await collectMetrics(context)))
  }
  const value = (families: Awaited<ReturnType<typeof collect>>, name: string, labels: Record<string, string> = {}) =>
    families
      .get(name)
      ?.samples.find((sample) => Object.entries(labels).every(([label, text]) => sample.labels[label] === text))?.value

  test('endpoints by host, once each', async () => {
    const families = await collect()
    const a = { network: 'polygon', host: 'a.example' }
    expect(value(families, 'testamur_rpc_endpoint_up', a)).toBe(1)
    expect(value(families, 'testamur_rpc_endpoint_up', { host: 'b.example' })).toBeUndefined()
    expect(value(families, 'testamur_rpc_endpoint_head_block', a)).toBe(7)
    expect(value(families, 'testamur_rpc_endpoint_latency_seconds', a)).toBe(0.25)
    expect(value(families, 'testamur_rpc_requests_total', a)).toBe(11)
    expect(value(families, 'testamur_rpc_errors_total', a)).toBe(4)
    expect(families.get('testamur_rpc_requests_total')!.type).toBe('counter')
  })

  test('money in wei, of networks where something is paid', async () => {
    const families = await collect()
    expect(families.get('testamur_wallet_balance_wei')!.samples).toEqual([
      expect.objectContaining({
        labels: { network: 'polygon', account: app.chain.account },
        value: 123456789012345678901,
      }),
    ])
    expect(value(families, 'testamur_wallet_transactions_left', { network: 'polygon' })).toBeGreaterThan(68_000)
    expect(value(families, 'testamur_spent_wei_24h', { network: 'polygon' })).toBe(0)
  })

  test('what waits, since when, and what was issued', async () => {
    const before = await collect()
    expect(value(before, 'testamur_anchor_lag_seconds', { network: 'embedded' })).toBe(0)
    await app.issue(await app.template())
    app.clock.advance(42_000)
    const waiting = await collect()
    expect(value(waiting, 'testamur_anchor_lag_seconds', { network: 'embedded' })).toBe(42)
    expect(value(waiting, 'testamur_certificates_waiting', { network: 'embedded' })).toBe(1)
    expect(value(waiting, 'testamur_oldest_job_age_seconds')).toBeGreaterThanOrEqual(42)
    expect(value(waiting, 'testamur_queue_depth', { kind: 'close-anchor', state: 'open' })).toBe(1)
    expect(value(waiting, 'testamur_certificates_issued_total')).toBe(0)
    await app.settle()
    const after = await collect()
    expect(value(after, 'testamur_anchor_lag_seconds', { network: 'embedded' })).toBe(0)
    expect(value(after, 'testamur_certificates_waiting', { network: 'embedded' })).toBe(0)
    expect(value(after, 'testamur_certificates_issued_total')).toBe(1)
  })

  test('the lag of a tree that was begun is that of its first certificate', async () => {
    const { certificate } = await app.issue(await app.template())
    app.clock.advance(10_000)
    const [job] = await app.store.jobs.take(['close-anchor'], app.clock.now(), 1000)
    await closeAnchor(app.context, job as never)
    await app.store.jobs.reschedule(job!, app.clock.now(), app.clock.now())
    app.clock.advance(5_000)
    expect(value(await collect(), 'testamur_anchor_lag_seconds', { network: 'embedded' })).toBe(15)
    expect(value(await collect(), 'testamur_transactions_open', { network: 'embedded', state: 'queued' })).toBe(1)
    await app.settle()
    expect((await app.store.certificates.findAnywhere(certificate.id))!.certificate.status).toBe('issued')
  })

  test('a hold, by reason', async () => {
    const { account } = app.chain
    const row = { id: laneOf(137, account), network: 'polygon', account, hold: 'no_funds' as const, detail: 'Send it.' }
    await app.store.commit({ at: 1, puts: [{ entity: 'lane', row: fresh({ ...row, heldSince: 1, updatedAt: 1 }) }] })
    const families = await collect()
    expect(value(families, 'testamur_lane_hold', { network: 'polygon', reason: 'no_funds' })).toBe(1)
    expect(value(families, 'testamur_lane_hold', { network: 'polygon', reason: 'fee_above_cap' })).toBe(0)
    expect(value(families, 'testamur_warnings', { network: 'polygon' })).toBe(1)
  })

  test('no name, mail address or certificate stands in any line', async () => {
    const { certificate } = await app.issue(await app.template())
    const context = { actions: app.context, facts: async () => facts, issued: issued.count, startedAt: 1000 }
    const text = exposition(await collectMetrics(context))
    for (const secret of [certificate.id, 'Maria', 'maria@', 'cert_']) expect(text).not.toContain(secret)
  })
})
