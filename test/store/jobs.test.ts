import { describe, expect, test } from 'bun:test'
import { isId } from '../../src/domain/ids.ts'
import type { JobDraft } from '../../src/domain/jobs.ts'
import { memoryStore } from '../kit/store.ts'

const mailJob = (ref: string, runAt = 1000): JobDraft => ({ kind: 'send-mail', ref, payload: { mailId: ref }, runAt })
const sweepJob = (runAt: number): JobDraft => ({ kind: 'sweep', ref: 'all', payload: {}, runAt, standing: true })
const opened = async (...jobs: JobDraft[]) => {
  const store = await memoryStore()
  await store.commit({ at: 1, jobs })
  return store
}
const only = async (store: Awaited<ReturnType<typeof memoryStore>>) => (await store.jobs.list({ limit: 1 }))[0]!

describe('taking', () => {
  test('the oldest due jobs of the kinds asked for, each to one worker, until the lease runs out', async () => {
    const store = await opened(mailJob('late', 3000), mailJob('b', 1100), mailJob('a', 1000), sweepJob(1))
    expect(await store.jobs.take(['issue-rows'], 9999, 1)).toEqual([])
    expect(await store.jobs.take(['send-mail'], 999, 100)).toEqual([])
    const [a] = await store.jobs.take(['send-mail'], 2000, 100)
    expect(a).toMatchObject({
      ref: 'a',
      kind: 'send-mail',
      payload: { mailId: 'a' },
      attempt: 1,
      wakes: 0,
      failures: 0,
    })
    expect((await store.jobs.take(['send-mail'], 2000, 100, 9)).map(({ ref }) => ref)).toEqual(['b'])
    expect(await store.jobs.take(['send-mail'], 2099, 100, 9)).toEqual([])
    const again = await store.jobs.take(['send-mail', 'sweep'], 2100, 100, 9)
    expect(again.map(({ ref, attempt }) => [ref, attempt])).toEqual([
      ['all', 1],
      ['a', 2],
      ['b', 2],
    ])
  })

  test('a hundred askers at once get a job each, no job twice', async () => {
    const store = await opened(...Array.from({ length: 60 }, (_, index) => mailJob(`m${index}`)))
    const taken = await Promise.all(Array.from({ length: 100 }, () => store.jobs.take(['send-mail'], 2000, 1000)))
    expect(new Set(taken.flat().map(({ id }) => id)).size).toBe(60)
    expect(taken.flat().length).toBe(60)
  })

  test('nextDue says when something can be taken: due, or its lease over', async () => {
    const store = await opened(mailJob('a', 1000), mailJob('b', 5000))
    expect(await store.jobs.nextDue(['issue-rows'])).toBeUndefined()
    expect(await store.jobs.nextDue(['send-mail', 'sweep'])).toBe(1000)
    const [a] = await store.jobs.take(['send-mail'], 1000, 500)
    expect(await store.jobs.nextDue(['send-mail'])).toBe(1500)
    await store.commit({ at: 1, finishes: a! })
    expect(await store.jobs.nextDue(['send-mail'])).toBe(5000)
  })

  test('at start all leases are void', async () => {
    const store = await opened(mailJob('a'))
    await store.jobs.take(['send-mail'], 1000, 1_000_000)
    await store.jobs.voidLeases()
    expect((await store.jobs.take(['send-mail'], 1000, 1)).length).toBe(1)
  })
})

describe('ending', () => {
  test('a plain job is done once: asking again, also afterwards, changes nothing', async () => {
    const store = await opened(mailJob('a'), mailJob('a', 5))
    const [job] = await store.jobs.take(['send-mail'], 1000, 500)
    await store.commit({ at: 1234, finishes: job!, jobs: [mailJob('a', 5)] })
    await store.commit({ at: 1300, jobs: [mailJob('a', 5)] })
    expect(await only(store)).toMatchObject({ state: 'done', doneAt: 1234, runAt: 1000, leaseUntil: 0 })
    expect(await store.jobs.counts()).toEqual([{ kind: 'send-mail', state: 'done', count: 1 }])
  })

  test('who lost the lease can neither finish, retry nor put off the job', async () => {
    const store = await opened(mailJob('a'))
    const [slow] = await store.jobs.take(['send-mail'], 1000, 10)
    const [quick] = await store.jobs.take(['send-mail'], 1010, 10)
    const error = await store.commit({ at: 1, finishes: slow! }).catch((refused) => refused)
    expect(error).toMatchObject({ refusal: 'lease_lost', what: slow!.id })
    expect(await store.jobs.retry(slow!, 'no', 1)).toBe(false)
    expect(await store.jobs.reschedule(slow!, 1, 1)).toBe(false)
    await store.commit({ at: 1, finishes: quick! })
    expect(await store.commit({ at: 1, finishes: quick! }).catch((refused) => refused)).toMatchObject({
      refusal: 'lease_lost',
    })
  })

  test('a failure is counted and tried again later; without a time it is dead until somebody revives it', async () => {
    const store = await opened(mailJob('a'))
    const [first] = await store.jobs.take(['send-mail'], 1000, 500)
    expect(await store.jobs.retry(first!, 'relay down', 3000)).toBe(true)
    expect(await only(store)).toMatchObject({ state: 'open', runAt: 3000, failures: 1, lastError: 'relay down' })
    expect(await store.jobs.take(['send-mail'], 2999, 500)).toEqual([])
    const [second] = await store.jobs.take(['send-mail'], 3000, 500)
    expect(second!.failures).toBe(1)
    await store.jobs.retry(second!, 'refused', undefined)
    expect(await only(store)).toMatchObject({ state: 'dead', failures: 2, lastError: 'refused' })
    expect(await store.jobs.nextDue(['send-mail'])).toBeUndefined()
    expect(await store.jobs.revive(second!.id, 4000)).toBe(true)
    expect(await store.jobs.revive(second!.id, 4000)).toBe(false)
    expect((await store.jobs.take(['send-mail'], 4000, 500))[0]).toMatchObject({ failures: 0, attempt: 3 })
  })

  test('putting off is no failure', async () => {
    const store = await opened(sweepJob(1000))
    const [job] = await store.jobs.take(['sweep'], 1000, 500)
    await store.jobs.retry(job!, 'once', 1000)
    const [again] = await store.jobs.take(['sweep'], 1000, 500)
    expect(await store.jobs.reschedule(again!, 9000, 1001)).toBe(true)
    expect(await only(store)).toMatchObject({ state: 'open', runAt: 9000, failures: 0, leaseUntil: 0, lastError: null })
  })
})

test('ids of jobs sort by the time for which they were asked, and no two are alike', async () => {
  const store = await opened(...[7, 1e12, 1e12 + 1, 1e12].map((runAt, index) => mailJob(`m${index}`, runAt)))
  const jobs = (await store.jobs.list({ limit: 9 })).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  expect(jobs.map(({ runAt }) => runAt)).toEqual([7, 1e12, 1e12, 1e12 + 1])
  expect(jobs.every(({ id }) => isId('job', id))).toBe(true)
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(4)
})

describe('standing jobs', () => {
  test('asking again moves the time nearer and never further away', async () => {
    const store = await opened(sweepJob(5000))
    await store.commit({ at: 1, jobs: [sweepJob(7000)] })
    expect(await only(store)).toMatchObject({ runAt: 5000, wakes: 1 })
    await store.commit({ at: 1, jobs: [sweepJob(2000)] })
    expect(await only(store)).toMatchObject({ runAt: 2000, wakes: 2 })
  })

  test('woken while it runs, it runs again at once when it ends', async () => {
    const store = await opened(sweepJob(1000))
    const [job] = await store.jobs.take(['sweep'], 1000, 500)
    await store.commit({ at: 1100, jobs: [sweepJob(1100)] })
    expect(await store.jobs.take(['sweep'], 1100, 500)).toEqual([])
    await store.commit({ at: 1200, finishes: job! })
    expect(await only(store)).toMatchObject({ state: 'open', runAt: 1200, leaseUntil: 0, doneAt: null })
    const [again] = await store.jobs.take(['sweep'], 1200, 500)
    await store.commit({ at: 1300, finishes: again! })
    expect(await only(store)).toMatchObject({ state: 'done', doneAt: 1300 })
  })

  test('woken in the same turn in which it ends, in either order, it runs again', async () => {
    for (const order of [0, 1]) {
      const store = await opened(sweepJob(1000))
      const [job] = await store.jobs.take(['sweep'], 1000, 500)
      const both = [
        () => store.commit({ at: 1200, finishes: job! }),
        () => store.commit({ at: 1200, jobs: [sweepJob(1200)] }),
      ]
      await Promise.all(order ? both.reverse().map((each) => each()) : both.map((each) => each()))
      expect((await store.jobs.take(['sweep'], 1200, 500)).length).toBe(1)
    }
  })

  test('woken while it runs and put off, it runs at once', async () => {
    const store = await opened(sweepJob(1000))
    const [job] = await store.jobs.take(['sweep'], 1000, 500)
    await store.commit({ at: 1100, jobs: [sweepJob(1100)] })
    await store.jobs.reschedule(job!, 99_000, 1200)
    expect(await only(store)).toMatchObject({ runAt: 1200 })
  })

  test('asking wakes what is done and what is dead, at the time asked for, without its failures', async () => {
    const store = await opened(sweepJob(1000))
    const [job] = await store.jobs.take(['sweep'], 1000, 500)
    await store.commit({ at: 1100, finishes: job! })
    await store.commit({ at: 1, jobs: [sweepJob(4000)] })
    expect(await only(store)).toMatchObject({ state: 'open', runAt: 4000, doneAt: null })
    const [again] = await store.jobs.take(['sweep'], 4000, 500)
    await store.jobs.retry(again!, 'broken', undefined)
    await store.commit({ at: 1, jobs: [sweepJob(8000)] })
    expect(await only(store)).toMatchObject({ state: 'open', runAt: 8000, failures: 0 })
  })

  test('wake-ups of one group are one statement, those of refused commits none', async () => {
    const store = await opened(sweepJob(9000))
    const commits = [8000, 7000, 6000].map((runAt) => store.commit({ at: 1, jobs: [sweepJob(runAt)] }))
    const refused = store.commit({ at: 1, jobs: [sweepJob(10)], finishes: { id: 'job_none', attempt: 1, wakes: 0 } })
    await Promise.allSettled([...commits, refused])
    expect(await only(store)).toMatchObject({ runAt: 6000, wakes: 3 })
  })
})

test('the list is paged by time and filtered by state', async () => {
  const store = await opened(...Array.from({ length: 7 }, (_, index) => mailJob(`m${index}`, 1000 + (index % 3))))
  const seen: string[] = []
  let after: { runAt: number; id: string } | undefined
  for (;;) {
    const page = await store.jobs.list({ state: 'open', limit: 3, after })
    seen.push(...page.map(({ ref }) => ref))
    after = page.at(-1)
    if (page.length < 3) break
  }
  expect(seen.toSorted()).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6'])
  expect(await store.jobs.list({ state: 'dead', limit: 3 })).toEqual([])
})
