/** The kill -9 loop: careful clients, a program that dies at any moment, and the count afterwards. */
import { Database } from 'bun:sqlite'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Binary, pause } from '../kit/binary.ts'
import { Clients, Gate, randomFrom } from './clients.ts'
import { anchorFaults, batchFaults, certificateFaults, eventFaults, Records, settle } from './inspect.ts'
import { mailFaults, startMailSink, type MailSink } from './mails.ts'

export interface CrashOptions {
  kills: number
  /** Chooses what clients ask for and when the program is killed. */
  seed: number
  /** Another executable than the one under test. */
  binary?: string
  clients?: number
  /** Leaves the folder of a faulty run behind, to be looked at. */
  keep?: boolean
  /** How long it may take after the last start until everything is done. */
  settleMs?: number
}
export interface CrashReport {
  seed: number
  kills: number
  killsDuringStart: number
  acknowledged: number
  certificates: number
  replays: number
  mined: number
  /** Sent before the kill, and again after it, under the same Message-ID: allowed, and counted. */
  duplicateMails: number
  msPerKill: number
  /** Where the data is, when it was kept. */
  folder: string | null
  /** Empty when every promise was kept. */
  faults: string[]
}

/** One kill in eight comes before the program is ready: a start must survive it as well. */
const DURING_START = 1 / 8
/** A planted defect may leave a client waiting for what never comes. */
const CONFIG = '[chain]\nsync_wait = "3s"\n'
const TEMPLATE = {
  name: 'Crash',
  slug: 'crash',
  // Plain, and quick to draw: every mail brings its picture.
  design: 'swiss',
  fields: [
    { key: 'course_name', label: 'Course', type: 'text', required: true },
    { key: 'credential_id', label: 'Number', type: 'text', required: true },
  ],
  unique_by: ['recipient.email', 'fields.credential_id'],
}

/** Runs the loop in a folder of its own; says what it saw. */
export async function crashLoop(options: CrashOptions): Promise<CrashReport> {
  const { kills, seed, binary, clients: count = 6, keep = false, settleMs = 300_000 } = options
  const random = randomFrom(seed)
  const sink = await startMailSink(randomFrom(seed + 1))
  const app = new Binary({ config: `${CONFIG}${sink.config}`, ...(binary === undefined ? {} : { binary }) })
  const gate = new Gate()
  let kept = false
  try {
    const clients = new Clients(app, gate, random, await prepare(app))
    const running = clients.run(count)
    const started = performance.now()
    const killsDuringStart = await killLoop(app, gate, random, kills)
    const msPerKill = Math.round((performance.now() - started) / kills)
    await app.start()
    clients.stop()
    gate.open()
    await running
    const { faults, ...counted } = await countUp(app, clients, sink, settleMs)
    kept = keep && faults.length > 0
    const { replays } = clients
    return { seed, kills, killsDuringStart, msPerKill, replays, ...counted, folder: kept ? app.dir : null, faults }
  } finally {
    await app.discard()
    await sink.close()
    if (!kept) rmSync(app.dir, { recursive: true, force: true })
  }
}

/** Five clients in the live partition for one in the sandbox, each with the same template. */
async function prepare(app: Binary): Promise<string[]> {
  await app.start()
  const live = await app.createKey('--plan', 'enterprise', '--scope', 'admin')
  const sandbox = await app.createKey('--plan', 'enterprise', '--scope', 'admin', '--sandbox')
  for (const key of [live, sandbox]) {
    app.key = key
    const { status, text } = await app.api('POST', '/v1/templates', TEMPLATE)
    if (status !== 201) throw new Error(`the template was not made: ${text}`)
  }
  await app.kill()
  return [live, live, live, live, live, sandbox]
}

async function killLoop(app: Binary, gate: Gate, random: () => number, kills: number): Promise<number> {
  let duringStart = 0
  for (let kill = 0; kill < kills; kill++) {
    app.spawn()
    if (random() < DURING_START) {
      duringStart++
      await pause(random() * 250)
    } else {
      await app.ready()
      gate.open()
      await pause(20 + random() * 400)
    }
    gate.close()
    await app.kill()
  }
  return duringStart
}

async function countUp(app: Binary, clients: Clients, sink: MailSink, settleMs: number) {
  const records = new Records(app)
  try {
    const faults = await settle(records, settleMs)
    await clients.repeat(0.2)
    const { faults: anchoring, mined } = await anchorFaults(app, records)
    const { surprises, wishes } = clients
    faults.push(...surprises, ...certificateFaults(records, wishes), ...batchFaults(records, wishes))
    faults.push(...anchoring, ...eventFaults(records))
    const [certificates] = records.all<{ n: number }>('select count(*) as n from certificates')
    const acknowledged = wishes.filter(({ answer }) => answer).length
    const mailing = mailFaults(records, sink)
    faults.push(...mailing.faults)
    if ((await app.stop()) !== 0) faults.push('the program did not stop in order after the last start')
    for (const file of ['testamur.db', 'chain.db']) faults.push(...damage(join(app.dataDir, file)))
    return { faults, mined, certificates: certificates!.n, acknowledged, duplicateMails: mailing.duplicateMails }
  } finally {
    records.close()
  }
}

function damage(path: string): string[] {
  const db = new Database(path, { readonly: true })
  const row = db.query<{ integrity_check: string }, []>('pragma integrity_check').get()
  db.close()
  return row?.integrity_check === 'ok' ? [] : [`${path} is damaged: ${row?.integrity_check}`]
}
