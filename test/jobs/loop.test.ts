import { afterEach, expect, test } from 'bun:test'
import { createBatch } from '../../src/actions/batches.ts'
import { startJobs, type JobLoop } from '../../src/jobs/loop.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

let app: TestAppliance
let loop: JobLoop
afterEach(async () => {
  await loop.stop()
  await app.close()
})

const batchOf = (names: string[]) =>
  names.map((name) => ({
    name,
    email: `${name}@example.org`,
    fields: { course_name: 'A', completion_date: '2026-03-03' },
  }))

test('a lane with one place takes the next job when the one before ends, without another hint', async () => {
  app = await startTestAppliance()
  const templateId = await app.template()
  const command = { templateId, notify: false, hold: null, network: null, source: 'api' }
  const ids: string[] = []
  for (const names of [['a', 'b'], ['c'], ['d']])
    ids.push((await createBatch(app.context, app.live, { ...command, rows: batchOf(names) })).id)
  const completed = new Promise<void>((resolve) => {
    const left = new Set(ids)
    app.store.onCommit((commit) => {
      for (const { type, subject } of commit.events ?? []) if (type === 'batch.completed') left.delete(subject)
      if (left.size === 0) resolve()
    })
  })
  loop = startJobs(app.context)
  await completed
  for (const id of ids) expect((await app.store.batches.findAny(id))!.status).toBe('completed')
})

test('what was taken while the loop is told to stop runs to its end before it has stopped', async () => {
  app = await startTestAppliance()
  const { jobs } = app.store
  const [taken, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const take = jobs.take.bind(jobs)
  let open = 0
  jobs.take = async (...asked) => {
    const found = await take(...asked)
    open += found.length
    taken.resolve()
    await goOn.promise
    return found
  }
  const reschedule = jobs.reschedule.bind(jobs)
  jobs.reschedule = async (...given) => {
    const done = await reschedule(...given)
    open--
    return done
  }
  const now = app.clock.now()
  // An hourly job comes again: it ends by being put off.
  await app.store.commit({ at: now, jobs: [{ kind: 'sweep', ref: 'x', payload: {}, runAt: now, standing: true }] })
  loop = startJobs(app.context)
  await taken.promise
  expect(open).toBe(1)
  const stopped = loop.stop()
  goOn.resolve()
  await stopped
  expect(open).toBe(0)
})
