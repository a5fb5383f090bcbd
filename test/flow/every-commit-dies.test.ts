import { describe, expect, test } from 'bun:test'
import { createBatch } from '../../src/actions/batches.ts'
import { correctCertificate, revokeCertificate } from '../../src/actions/certificates.ts'
import { id } from 'ethers/hash'
import type { Commit } from '../../src/domain/commit.ts'
import { startTestAppliance, type TestAppliance } from '../kit/appliance.ts'

/** Topics of the registry's events. */
const ANCHORED = id('Anchored(bytes32,address)')
const REVOKED = id('Revoked(bytes32,uint8,address)')

class Died extends Error {}

/** Lets the n-th commit of the jobs die, before it is written or just after, as a crash would. */
function dieAt(app: TestAppliance, nth: number, when: 'before' | 'after') {
  const commit = app.store.commit.bind(app.store)
  let count = 0
  let died = false
  app.store.commit = async (value: Commit) => {
    if (++count !== nth || died) return commit(value)
    died = true
    if (when === 'after') await commit(value)
    throw new Died(`commit ${nth} died ${when} it was written`)
  }
  return {
    get died() {
      return died
    },
    get count() {
      return count
    },
    restore: () => (app.store.commit = commit),
  }
}

/** Everything that happens to certificates, with one death on the way; then all must be as if nothing had happened. */
async function live(nth: number, when: 'before' | 'after') {
  const app = await startTestAppliance()
  try {
    // Issued once per person: a batch that is read again must meet its own rows and not refuse them.
    const template = await app.template(app.live, { unique_by: ['recipient.email'] })
    const { certificate: single } = await app.issue(template)
    const { certificate: corrected } = await app.issue(template, {
      recipient: { name: 'Wrong', email: 'corrected@example.org' },
    })
    await app.settle()
    const change = {
      recipient: { name: 'Corrected' },
      fields: {},
      issuedOn: null,
      expiresAt: undefined,
      metadata: undefined,
    }
    await correctCertificate(app.context, app.live, corrected.id, { ...change, reason: 'misspelt', notify: true })
    await revokeCertificate(app.context, app.live, single.id, { reason: null, notify: true })
    const rows = Array.from({ length: 56 }, (_, number) => ({
      name: `Person ${number}`,
      email: number === 5 ? 'broken' : `p${number}@example.org`,
      fields: { course_name: 'Course', completion_date: '2026-03-01' },
    }))
    const batch = await createBatch(app.context, app.live, {
      templateId: template,
      rows,
      notify: true,
      hold: null,
      network: null,
      source: 'api',
    })
    const death = dieAt(app, nth, when)
    for (let round = 0; round < 8; round++) {
      await app.settle()
      await app.store.jobs.voidLeases()
      app.clock.advance(120_000)
    }
    death.restore()
    return { died: death.died, count: death.count, facts: await factsOf(app, batch.id, [single.id, corrected.id]) }
  } finally {
    await app.close()
  }
}

async function factsOf(app: TestAppliance, batchId: string, ids: string[]) {
  const batch = (await app.store.batches.findAny(batchId))!
  const batchIds = await app.store.certificates.idsOfBatch(batchId)
  const all = await app.store.certificates.many([...ids, ...batchIds])
  const mails = await app.store.mails.list(app.live, {}, { limit: 100 })
  const transactions = await app.store.transactions.list({ limit: 100 })
  const logs = (await app.node.request('eth_getLogs', [{ fromBlock: '0x0', toBlock: 'latest' }])) as Array<{
    topics: string[]
  }>
  const height = Number(await app.node.request('eth_blockNumber', []))
  const anchored = logs.filter(({ topics }) => topics[0] === ANCHORED).map(({ topics }) => topics[1]!)
  const jobs = await app.store.jobs.list({ state: 'open', limit: 100 })
  return {
    statuses: all.map(({ certificate }) => certificate.status).sort(),
    versions: all.map(({ version }) => version.version).sort(),
    batch: { status: batch.status, completed: batch.completed, failed: batch.failed },
    errors: (await app.store.batches.errors(batchId, 10)).map(({ index }) => index),
    mails: mails.map(({ status, kind }) => `${kind} ${status}`).sort(),
    open: transactions.filter(({ state }) => state !== 'final').length,
    // One block per transaction: sending anything twice would show here.
    sentTwice: height - transactions.length,
    anchoredTwice: anchored.length - new Set(anchored).size,
    notAnchored: transactions.filter(({ kind, data }) => kind === 'anchor' && !anchored.includes(data)).length,
    revoked: logs.filter(({ topics }) => topics[0] === REVOKED).length,
    jobs: jobs.map(({ kind }) => kind).filter((kind) => kind !== 'sweep'),
    revocations: await app.store.revocations.openCount(),
  }
}

describe('whichever commit of the background work dies', () => {
  test('before it was written or after: nothing is lost, nothing happens twice', async () => {
    const calm = await live(Infinity, 'before')
    expect(calm.facts).toMatchObject({
      batch: { status: 'completed', completed: 55, failed: 1 },
      open: 0,
      jobs: [],
      revocations: 0,
    })
    for (const when of ['before', 'after'] as const) {
      for (let nth = 1; nth <= calm.count; nth++) {
        const { died, facts } = await live(nth, when)
        expect({ nth, when, died, facts }).toEqual({ nth, when, died: true, facts: calm.facts })
      }
    }
  }, 300_000)
})
