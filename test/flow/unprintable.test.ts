/** Nothing is signed that cannot be printed: the real layout decides, before anything is stored. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { createBatch, dryRunBatch } from '../../src/actions/batches.ts'
import { correctCertificate } from '../../src/actions/certificates.ts'
import { prepareIssue } from '../../src/actions/certificates-issue.ts'
import { SAMPLES } from '../../src/domain/designs-samples.ts'
import { AppError } from '../../src/domain/errors.ts'
import { issueCommand } from '../../src/domain/issue-request.ts'
import { RenderRefused, RenderUnavailable } from '../../src/domain/ports.ts'
import { requestFor, startTestAppliance, type TestAppliance } from '../kit/appliance.ts'
import { RealRenderer } from '../kit/real-renderer.ts'

/** An Egyptian bird: no font here has it. */
const BIRD = '\u{13142}'
const NAME = {
  ...{ id: 'name', kind: 'text', name: 'Name', x: 20, y: 60, width: 257, height: 20 },
  ...{ text: '{{recipient.name}}', font: 'noto-serif', size: 40, minSize: 14, color: '#112233' },
}
const COURSE = {
  ...NAME,
  id: 'course',
  name: 'Course',
  y: 90,
  text: 'Course: {{course_name}} ({{recipient.name}})',
  minSize: 8,
}
const ID = { ...NAME, id: 'id', name: 'Number', y: 190, width: 70, size: 10, minSize: 6, text: '{{certificate.id}}' }
const QR = { id: 'qr', kind: 'qr', x: 250, y: 170, width: 30, height: 30 }
const DESIGN = { page: { width: 297, height: 210 }, elements: [NAME, COURSE, ID, QR] }

let it: TestAppliance
let renderer: RealRenderer
let template: string
beforeAll(async () => {
  renderer = new RealRenderer()
  it = await startTestAppliance({ renderer })
  template = await it.template(it.live, { design: DESIGN })
})
afterAll(() => it.close())
beforeEach(() => void (renderer.checked.length = 0))

const called = (name: string, fields: object = {}) => ({
  recipient: { name, email: 'maria@example.org' },
  fields: { ...requestFor(template).fields, ...fields },
})
async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it was not refused')
}
const certificates = async () => (await it.store.certificates.list(it.live, {}, { limit: 500 }, it.clock.now())).length

describe('a certificate that cannot be printed', () => {
  test('for want of letters is refused by field, letter and cure, and nothing is stored', async () => {
    const before = await certificates()
    const error = await refusal(it.issue(template, called(`Maria ${BIRD}`)))
    expect([error.code, error.extras.field]).toEqual(['invalid_request', 'recipient.name'])
    expect(error.extras.details![0]!.code).toBe('missing_letters')
    expect(error.message).toContain('(U+13142)')
    expect(error.message).toContain('upload a font')
    expect(await certificates()).toBe(before)
  })

  test('for want of room is refused with the element and its smallest size', async () => {
    const error = await refusal(it.issue(template, called('Maximiliane '.repeat(16).trim())))
    expect(error.extras.details!.map(({ field, code }) => [field, code])).toContainEqual([
      'recipient.name',
      'does_not_fit',
    ])
    expect(error.message).toContain('into "Name" on the certificate even at 14 points')
  })

  test('for its field names the field, though the name stands in the same line', async () => {
    const error = await refusal(it.issue(template, called('Maria', { course_name: `Birds ${BIRD}` })))
    expect(error.extras.field).toBe('fields.course_name')
    const long = await refusal(it.issue(template, called('Maria', { course_name: 'Birds and '.repeat(30) })))
    expect(long.extras.field).toBe('fields.course_name')
  })

  test('is refused by the dry run too, with the same words', async () => {
    const command = issueCommand({ ...requestFor(template), ...called(`Maria ${BIRD}`) })
    const [dry, real] = [prepareIssue(it.context, it.live, command), it.issue(template, called(`Maria ${BIRD}`))]
    expect((await refusal(dry)).message).toBe((await refusal(real)).message)
  })

  test('is refused as a correction; the certificate stays as it was', async () => {
    const { certificate } = await it.issue(template, called('Maria'))
    await it.settle()
    const none = { fields: {}, issuedOn: null, expiresAt: undefined, metadata: undefined, reason: 'x', notify: false }
    const error = await refusal(
      correctCertificate(it.context, it.live, certificate.id, { ...none, recipient: { name: BIRD } }),
    )
    expect(error.extras.field).toBe('recipient.name')
    expect((await it.store.certificates.find(it.live, certificate.id))?.certificate.latestVersion).toBe(1)
  })

  test('stays alone in a batch: its row says why, all others are issued', async () => {
    const rows = ['Ada', `B ${BIRD}`, 'Carl', 'Dora '.repeat(40).trim()].map((name, index) => ({
      ...{ name, email: `r${index}@example.org`, fields: requestFor(template).fields },
    }))
    const command = { ...{ templateId: template, notify: false, hold: null, network: null }, rows, source: 'api' }
    const dry = await dryRunBatch(it.context, it.live, command)
    const batch = await createBatch(it.context, it.live, command)
    await it.settle()
    const errors = await it.store.batches.errors(batch.id, 10)
    expect(errors.map(({ index, code, field }) => [index, code, field])).toEqual([
      [1, 'missing_letters', 'recipient.name'],
      [3, 'does_not_fit', 'recipient.name'],
    ])
    expect(dry.map(({ index, code, field, message }) => ({ index, code, field, message }))).toEqual(
      errors.map(({ index, code, field, message }) => ({ index, code, field, message })),
    )
    expect((await it.store.batches.find(it.live, batch.id))?.completed).toBe(2)
  })
})

test.each(Object.keys(SAMPLES) as Array<keyof typeof SAMPLES>)('the name "%s" can be printed', async (sample) => {
  const { name, language } = SAMPLES[sample]
  const { certificate } = await it.issue(template, { recipient: { name, email: 'x@example.org', language } })
  expect(certificate.status).toBe('pending')
})

describe('asking the renderer', () => {
  test('many rows are one or two questions, and what is known is not asked again', async () => {
    const names = Array.from({ length: 50 }, (_, index) => called(`Person number ${index}`))
    await Promise.all(names.map((each) => it.issue(template, each)))
    expect(renderer.checked.length).toBeLessThanOrEqual(2)
    const asked = renderer.checked.flat()
    expect(asked.filter((id) => id.endsWith('/name'))).toHaveLength(50)
    // The number and the code look alike on all of them: they were found fine before.
    expect(asked.filter((id) => id.endsWith('/id') || id.endsWith('/qr'))).toHaveLength(0)
    renderer.checked.length = 0
    await it.issue(template, called('Person number 7'))
    expect(renderer.checked).toEqual([])
  })

  test('a design that shows nothing of the row is asked about once', async () => {
    const other = await it.template(it.live, { slug: 'plain', design: { ...DESIGN, elements: [QR] } })
    await it.issue(other, called('Maria'))
    renderer.checked.length = 0
    await it.issue(other, called(BIRD))
    expect(renderer.checked).toEqual([])
  })

  test('an id for which only wide letters would have no room is still issued', async () => {
    const tight = { ...ID, width: 54, size: 8, minSize: 8 }
    const other = await it.template(it.live, { slug: 'tight', design: { ...DESIGN, elements: [tight, QR] } })
    await it.issue(other, called('Maria'))
    expect(renderer.checked.length).toBe(3)
  })

  test('without an answer nothing is issued: 503, and the same request is fine a little later', async () => {
    const before = await certificates()
    const real = renderer.check.bind(renderer)
    renderer.check = () => Promise.reject(new RenderUnavailable('too much'))
    const error = await refusal(it.issue(template, called('Nobody yet')))
    expect([error.code, error.status, error.extras.retryAfter]).toEqual(['unavailable', 503, 2])
    expect(await certificates()).toBe(before)
    renderer.check = real
    await it.issue(template, called('Nobody yet'))
    expect(await certificates()).toBe(before + 1)
  })

  test('one row that breaks the layout is refused alone, though others were asked with it', async () => {
    const real = renderer.check.bind(renderer)
    renderer.check = (job) =>
      Object.values(job.values).includes('Breaker') ? Promise.reject(new RenderRefused('it breaks')) : real(job)
    const names = ['Gustav', 'Breaker', 'Hedda']
    const made = await Promise.allSettled(names.map((name) => it.issue(template, called(name))))
    renderer.check = real
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const { reason } = made[1] as PromiseRejectedResult
    expect([reason.status, reason.extras.field]).toEqual([400, 'template_id'])
  })

  test('a batch waits for a renderer that is busy, and loses no row', async () => {
    const rows = ['Eva', 'Finn'].map((name) => ({
      name,
      email: `${name}@example.org`,
      fields: requestFor(template).fields,
    }))
    const command = { ...{ templateId: template, notify: false, hold: null, network: null }, rows, source: 'api' }
    const batch = await createBatch(it.context, it.live, command)
    const real = renderer.check.bind(renderer)
    let refusals = 0
    renderer.check = (job) => (refusals++ < 1 ? Promise.reject(new RenderUnavailable('too much')) : real(job))
    await it.settle()
    it.clock.advance(3_600_000)
    await it.settle()
    renderer.check = real
    const found = await it.store.batches.find(it.live, batch.id)
    expect([refusals > 1, found?.status, found?.completed, found?.failed]).toEqual([true, 'completed', 2, 0])
  })
})

describe('a design of one’s own', () => {
  test('whose own words do not fit is refused when the template is made, not when it issues', async () => {
    const loud = {
      ...NAME,
      id: 'title',
      text: 'Certificate of extraordinary attendance',
      width: 20,
      size: 40,
      minSize: 40,
    }
    const error = await refusal(it.template(it.live, { slug: 'loud', design: { ...DESIGN, elements: [QR, loud] } }))
    expect([error.extras.field, error.extras.details![0]!.code]).toEqual(['design.elements[1]', 'does_not_fit'])
  })
})
