import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createBatch } from '../../src/actions/batches.ts'
import { runDue } from '../../src/jobs/loop.ts'
import { startRealNode, type RealNode } from '../kit/real-node.ts'

let node: RealNode
beforeAll(async () => {
  node = await startRealNode()
})
afterAll(() => node.close())

const HOUR = 3_600_000
const BATCHES = 4
const EACH = 2_500

test('10,000 certificates taken while no node answers for an hour are anchored within a minute of its return', async () => {
  const { app, door } = node
  const template = await node.ready()
  const before = await node.chain().nonce('latest')
  door.shut = true
  const began = app.clock.now()
  const ids: string[] = []
  for (let index = 0; index < BATCHES; index++) {
    const rows = Array.from({ length: EACH }, (_, row) => ({
      name: `Recipient ${row}`,
      email: `r${index}-${row}@example.org`,
      fields: { course_name: 'Statistics', completion_date: '2026-03-03' },
    }))
    const command = { templateId: template, notify: false, hold: null, network: null, source: 'api', rows }
    ids.push((await createBatch(app.context, app.live, command)).id)
    while (app.clock.now() < began + ((index + 1) * HOUR) / BATCHES) {
      await runDue(app.context)
      app.clock.advance(30_000)
    }
  }
  for (const id of ids) expect((await app.store.batches.findAny(id))!.rowsDone).toBe(1)
  expect((await app.store.transactions.laneStates())[0]!.hold).toBe('unreachable')
  const [collecting] = await app.store.anchors.list({ state: 'collecting', limit: 5 })
  expect(collecting!.size).toBe(EACH * (BATCHES - 1))

  door.shut = false
  const back = app.clock.now()
  let done = false
  while (!done && app.clock.now() - back < 60_000) {
    await runDue(app.context)
    await node.anvil.request('anvil_mine', ['0x1'])
    app.clock.advance(1_000)
    const batches = await Promise.all(ids.map((id) => app.store.batches.findAny(id)))
    done = batches.every((batch) => batch!.completed === EACH)
  }
  expect(done).toBe(true)
  // The first batch was sealed when the node had just gone; all that came later waited in one tree.
  expect((await node.chain().nonce('latest')) - before).toBe(2)
  expect((await app.store.transactions.laneStates())[0]!.hold).toBeNull()
}, 120_000)
