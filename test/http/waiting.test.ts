/** How long an answer waits for the chain, and what it says when the chain is slower. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { patienceOf, Waiter } from '../../src/http/wait.ts'
import type { Store } from '../../src/store/store.ts'
import { requestFor, TEMPLATE } from '../kit/appliance.ts'
import { ManualSchedule, startHttp, type TestHttp } from '../kit/http.ts'

let http: TestHttp
beforeAll(async () => {
  http = await startHttp()
  await http.api('POST', '/v1/templates', { key: http.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
})
afterAll(() => http.close())
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
const waiting = async () => {
  while (http.schedule.count === 0) await turn()
}
const post = (headers: Record<string, string> = {}, more: object = {}) =>
  http.api('POST', '/v1/certificates', { body: { ...requestFor('apm'), ...more }, headers })

describe('POST /v1/certificates', () => {
  beforeEach(() => expect(http.schedule.count).toBe(0))

  test('waits until the chain has confirmed', async () => {
    const answering = post()
    await waiting()
    await http.appliance.settle()
    const { json, status } = await answering
    expect(status).toBe(201)
    expect(json).toMatchObject({ status: 'issued', blockchain: { network: 'embedded', confirmed: true } })
    expect(json.blockchain.transaction_hash).toMatch(/^0x[0-9a-f]{64}$/)
  })

  test('says pending when the time is over first; the certificate is issued all the same', async () => {
    const answering = post()
    await waiting()
    http.schedule.elapse()
    const { json, status } = await answering
    expect(status).toBe(201)
    expect(json).toMatchObject({
      status: 'pending',
      blockchain: { confirmed: false, transaction_hash: null },
      mail: { status: 'waiting' },
    })
    await http.appliance.settle()
    expect((await http.api('GET', `/v1/certificates/${json.id}`)).json.status).toBe('issued')
  })

  test('does not wait where that is wished, and says so', async () => {
    const answer = await post({ Prefer: 'respond-async' })
    expect(answer.json.status).toBe('pending')
    expect(answer.headers.get('preference-applied')).toBe('respond-async')
    expect((await post({ Prefer: 'wait=0' })).headers.get('preference-applied')).toBe('wait=0')
    expect((await post({ Prefer: 'wait=61' })).json.error.field).toBe('Prefer')
  })

  test('does not wait for what is held', async () => {
    const { json } = await post({}, { hold: 30 })
    expect(json).toMatchObject({ status: 'held', held_until: expect.stringMatching(/^2026-/) })
  })

  test('is answered at once when the program stops', async () => {
    const own = await startHttp()
    await own.api('POST', '/v1/templates', { key: own.keys.admin, body: { ...TEMPLATE, slug: 'apm' } })
    const answering = own.api('POST', '/v1/certificates', { body: requestFor('apm') })
    while (own.schedule.count === 0) await turn()
    own.server.endWaits()
    expect((await answering).json.status).toBe('pending')
    expect((await own.api('POST', '/v1/certificates', { body: requestFor('apm') })).json.status).toBe('pending')
    await own.close()
  })
})

test('a correction waits for its new version; the history holds both', async () => {
  const { json } = await http.api('POST', '/v1/certificates', { body: requestFor('apm'), chain: true })
  const body = { recipient: { name: 'Maria Anderson' }, fields: { credential_id: 'PM-2' }, reason: 'Misspelt.' }
  const corrected = await http.api('PATCH', `/v1/certificates/${json.id}`, { body, chain: true })
  expect(corrected.json).toMatchObject({
    id: json.id,
    version: 2,
    pending_version: null,
    recipient: { name: 'Maria Anderson' },
  })
  const full = await http.api('GET', `/v1/certificates/${json.id}`)
  expect(
    full.json.history.map(({ version, reason }: { version: number; reason: string }) => [version, reason]),
  ).toEqual([
    [1, null],
    [2, 'Misspelt.'],
  ])
  expect(full.json.fields).toEqual({ ...requestFor('apm').fields, credential_id: 'PM-2' })
})

describe('the waiter', () => {
  const fake = () => {
    const listeners = new Set<(commit: object) => void>()
    const store = { onCommit: (listener: (commit: object) => void) => listeners.add(listener) } as unknown as Store
    const put = (id: string) => {
      for (const listener of listeners) listener({ at: 0, puts: [{ entity: 'certificate', row: { id } }] })
    }
    const schedule = new ManualSchedule()
    return { waiter: new Waiter(store, schedule.schedule), put, schedule }
  }

  test('hears a commit that comes while it looks', async () => {
    const { waiter, put } = fake()
    let looks = 0
    const found = await waiter.until('cert_1', 1000, async () => {
      looks++
      if (looks === 1) put('cert_1')
      return looks === 2 ? 'there' : undefined
    })
    expect([found, looks]).toEqual(['there', 2])
  })

  test('looks once more when the time is over, and keeps nothing', async () => {
    const { waiter, schedule } = fake()
    let looks = 0
    const result = waiter.until('cert_1', 1000, async () => void looks++)
    await turn()
    schedule.elapse()
    expect(await result).toBeUndefined()
    expect([looks, schedule.count]).toEqual([2, 0])
  })

  test('sleeps again when what it heard of was not it', async () => {
    const { waiter, put, schedule } = fake()
    let looks = 0
    const result = waiter.until('cert_1', 1000, async () => {
      // A waiter that spins would never get here again to be stopped.
      if (++looks > 10) schedule.elapse()
      return undefined
    })
    await turn()
    put('cert_1')
    await turn()
    await turn()
    expect(looks).toBe(2)
    schedule.elapse()
    await result
  })

  test('is not woken by other certificates', async () => {
    const { waiter, put, schedule } = fake()
    let looks = 0
    const result = waiter.until('cert_1', 1000, async () => void looks++)
    await turn()
    put('cert_2')
    await turn()
    expect(looks).toBe(1)
    schedule.elapse()
    await result
  })
})

test('Prefer is read as RFC 7240 writes it', () => {
  const cases: Array<[string | null, number]> = [
    [null, 9],
    ['wait=5', 5000],
    ['WAIT = "7"', 7000],
    ['return=minimal, wait=3', 3000],
    ['respond-async, wait=3', 0],
    ['handling=lenient', 9],
  ]
  for (const [header, milliseconds] of cases) expect(patienceOf(header, 9).milliseconds).toBe(milliseconds)
  for (const bad of ['wait=61', 'wait=-1', 'wait=', 'wait=1.5']) expect(() => patienceOf(bad, 9)).toThrow('0 to 60')
})
