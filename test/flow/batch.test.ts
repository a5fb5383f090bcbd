import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createBatch, dryRunBatch, readBatch } from '../../src/actions/batches.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

let app: TestAppliance
beforeAll(async () => {
  app = await startTestAppliance()
})
afterAll(() => app.close())

const row = (number: number, more: Record<string, unknown> = {}) => ({
  name: `Person ${number}`,
  email: `person${number}@example.org`,
  fields: { course_name: 'Course', completion_date: '2026-03-01', credential_id: `C-${number}` },
  ...more,
})
const command = (templateId: string, rows: unknown[]) => ({
  templateId,
  rows,
  notify: true,
  hold: null,
  network: null,
  source: 'api',
})

describe('a batch', () => {
  test('issues its good rows in one transaction and names each bad one', async () => {
    const rows: unknown[] = Array.from({ length: 230 }, (_, number) => row(number))
    rows[3] = row(3, { email: 'no address' })
    rows[7] = 'not even an object'
    rows[120] = row(120, { fields: { course_name: 'Course', completion_date: '2026-02-30' } })
    rows[121] = row(121, { fields: { completion_date: '2026-03-01' } })
    rows[122] = row(122, { nmae: 'typo' })
    const before = await app.store.transactions.list({ limit: 500 })
    const batch = await createBatch(app.context, app.live, command(await app.template(), rows))
    await app.settle()
    const read = await readBatch(app.context, app.live, batch.id)
    expect(read).toMatchObject({ status: 'completed', total: 230, completed: 225, failed: 5 })
    const errors = await app.store.batches.errors(batch.id, 100)
    expect(errors.map(({ index, field }) => [index, field])).toEqual([
      [3, 'email'],
      [7, 'row'],
      [120, 'fields.completion_date'],
      [121, 'fields.course_name'],
      [122, 'nmae'],
    ])
    expect(await app.store.certificates.idsOfBatch(batch.id)).toHaveLength(225)
    expect((await app.store.transactions.list({ limit: 500 })).length - before.length).toBe(1)
    expect(await app.store.batches.rows(batch.id, 10)).toEqual([])
  })

  test('with nothing good in it is completed all the same', async () => {
    const batch = await createBatch(app.context, app.live, command(await app.template(), [{}, 1, null]))
    await app.settle()
    expect(await readBatch(app.context, app.live, batch.id)).toMatchObject({
      status: 'completed',
      completed: 0,
      failed: 3,
    })
  })

  test('of a template that issues once per person refuses the second row of a person, and the dry run says so before', async () => {
    const template = await app.template(app.live, { unique_by: ['recipient.email'] })
    await app.issue(template, { recipient: { name: 'Early', email: 'early@example.org' } })
    const rows = [row(1), row(2, { email: 'PERSON1@example.org' }), row(3, { email: 'early@example.org' })]
    const dry = await dryRunBatch(app.context, app.live, command(template, rows))
    expect(dry.map(({ index, code }) => [index, code])).toEqual([
      [1, 'duplicate_row'],
      [2, 'already_issued'],
    ])
    const batch = await createBatch(app.context, app.live, command(template, rows))
    await app.settle()
    expect(await readBatch(app.context, app.live, batch.id)).toMatchObject({ completed: 1, failed: 2 })
  })

  test('that is held issues nothing before its time', async () => {
    const template = await app.template(app.live, { hold_minutes: 5 })
    const batch = await createBatch(app.context, app.live, command(template, [row(1), row(2)]))
    await app.settle()
    const [id] = await app.store.certificates.idsOfBatch(batch.id)
    expect((await app.store.certificates.find(app.live, id!))!.certificate.status).toBe('held')
    expect(await readBatch(app.context, app.live, batch.id)).toMatchObject({ status: 'completed', completed: 2 })
    app.clock.advance(5 * 60_000)
    await app.settle()
    expect((await app.store.certificates.find(app.live, id!))!.certificate.status).toBe('issued')
  })
})
