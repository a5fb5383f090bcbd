import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createBatch } from '../../src/actions/batches.ts'
import { correctCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { recordVisits } from '../../src/actions/visits.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

const NAME = 'Canaria Zwitscher'
const ADDRESS = 'canary-4711@example.org'
const NUMBER = 'CANARY-0815'
const CANARIES = [NAME, 'Canaria', ADDRESS, 'canary-4711', NUMBER]

let app: TestAppliance
const logged: string[] = []
beforeAll(async () => {
  app = await startTestAppliance({ onDisk: true })
  const log = (fields: Record<string, unknown>, message: string) => void logged.push(JSON.stringify(fields) + message)
  app.context.log = { info: log, warn: log, error: log }
  const template = await app.template(app.live, { unique_by: ['recipient.email', 'fields.credential_id'] })
  const recipient = { name: NAME, email: ADDRESS }
  const fields = { course_name: 'Course', completion_date: '2026-03-01', credential_id: NUMBER }
  const { certificate } = await app.issue(template, { recipient, fields })
  await app.settle()
  await app.issue(template, { recipient, fields }).catch((error: unknown) => logged.push(String(error)))
  const change = {
    recipient: { name: `${NAME} II` },
    fields: {},
    issuedOn: null,
    expiresAt: undefined,
    metadata: undefined,
  }
  await correctCertificate(app.context, app.live, certificate.id, { ...change, reason: 'name', notify: true })
  await app.settle()
  const visit = { certificateId: certificate.id, kind: 'view', referrer: 'linkedin.com', channel: null } as const
  await recordVisits(app.context, [{ ...visit, unique: true, told: true, location: null }])
  await revokeCertificate(app.context, app.live, certificate.id, { reason: 'error', notify: true })
  const rows = [
    { name: NAME, email: `2${ADDRESS}`, fields },
    { name: NAME, email: 'broken address', fields },
  ]
  await createBatch(app.context, app.live, {
    templateId: template,
    rows,
    notify: true,
    hold: null,
    network: null,
    source: 'api',
  })
  await app.settle()
})
afterAll(() => app.close())

const holds = (text: string) => CANARIES.filter((canary) => text.includes(canary))

describe('personal data', () => {
  test('is in no event', async () => {
    const events = await app.store.events.after(undefined, 0, 1000)
    expect(events.length).toBeGreaterThan(10)
    expect(holds(JSON.stringify(events))).toEqual([])
  })

  test('is in no log line', () => {
    expect(logged.length).toBeGreaterThan(2)
    expect(holds(logged.join('\n').replace(/already_issued.*/g, ''))).toEqual([])
  })

  test('is not on the chain: neither in its file nor in its log', () => {
    const files = readdirSync(app.dir).filter((name) => name.startsWith('chain.db'))
    expect(files).toContain('chain.db')
    for (const file of files) expect(holds(readFileSync(join(app.dir, file), 'latin1'))).toEqual([])
  })

  test('is in no claim and in no job: what is unique is kept as an HMAC', async () => {
    const jobs = await app.store.jobs.list({ limit: 500 })
    expect(holds(JSON.stringify(jobs))).toEqual([])
  })

  test('is found where it must be, so the search is able to find it', () => {
    const database = ['testamur.db', 'testamur.db-wal']
      .map((name) => readFileSync(join(app.dir, name), 'latin1'))
      .join('')
    expect(holds(database)).toEqual(CANARIES)
  })
})
