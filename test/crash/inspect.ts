/** After the last start: what was promised, against what the database, the chain and the event log hold. */
import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { treeOf } from '../../src/domain/anchors-decide.ts'
import { firstBrokenEvent, type Event } from '../../src/domain/events.ts'
import { fromHex, toHex } from '../../src/domain/ids.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { until, type Binary } from '../kit/binary.ts'
import { sha256 } from '../kit/store.ts'
import { anchoredRoots, minedTransactions, type MinedTransaction } from './chain.ts'
import type { Wish } from './clients.ts'

type Row = Record<string, never>

/** A view of the database beside the running program. */
export class Records {
  private readonly db: Database
  constructor(app: Binary) {
    this.db = new Database(join(app.dataDir, 'testamur.db'), { readonly: true })
  }
  all<Found = Row>(sql: string): Found[] {
    return this.db.query<Found, []>(sql).all()
  }
  close(): void {
    this.db.close()
  }
}

const UNDER_WAY: Record<string, string> = {
  certificates: `certificates where status in ('held', 'pending')`,
  versions: `certificate_versions where confirmed_at is null`,
  anchors: `anchors where state not in ('confirmed', 'failed') or recorded < size`,
  transactions: `transactions where state in ('queued', 'signed', 'mined')`,
  revocations: `revocations where state <> 'final'`,
  batches: `batches where status <> 'completed'`,
  mails: `mails where status = 'queued'`,
}

/** What is still to be done, by kind; empty when everything has come to rest. */
export function underWay(records: Records): Record<string, number> {
  const counts = Object.entries(UNDER_WAY).map(([name, from]): [string, number] => [
    name,
    records.all<{ n: number }>(`select count(*) as n from ${from}`)[0]!.n,
  ])
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

/** Waits until nothing is under way; the fault when it does not come to rest. */
export async function settle(records: Records, patienceMs: number): Promise<string[]> {
  const rest = () => Object.keys(underWay(records)).length === 0
  try {
    await until('everything to come to rest', rest, patienceMs)
    return []
  } catch {
    return [`does not come to rest: ${JSON.stringify(underWay(records))}`]
  }
}

interface Certificate {
  id: string
  status: string
  batchId: string | null
  batchIndex: number | null
  number: string
  anchorId: string | null
  mails: number
}

const CERTIFICATES = `
  select c.id, c.status, c.batch_id as batchId, c.batch_index as batchIndex, v.anchor_id as anchorId,
    v.fields ->> 'credential_id' as number,
    (select count(*) from mails m where m.certificate_id = c.id and m.kind = 'issued') as mails
  from certificates c join certificate_versions v on v.certificate_id = c.id and v.version = 1`

/** Every acknowledged certificate is there, finished, and once; nobody got one that nobody asked for. */
export function certificateFaults(records: Records, wishes: Wish[]): string[] {
  const certificates = records.all<Certificate>(CERTIFICATES)
  const byNumber = Map.groupBy(certificates, ({ number }) => number)
  const faults: string[] = []
  for (const { key, numbers, answer, refusedFor, revoked } of wishes) {
    const expected = revoked ? 'revoked' : 'issued'
    for (const [index, number] of numbers.entries()) {
      const found = byNumber.get(number) ?? []
      const [first] = found
      if (!answer && !refusedFor) continue
      if (!first) faults.push(`lost: ${key} was acknowledged, ${number} does not exist`)
      else if (first.status !== expected)
        faults.push(`lost: ${number} (${first.id}) is ${first.status}, not ${expected}`)
      if (!first || !answer) continue
      if (first.batchId === null ? first.id !== answer.id : first.batchId !== answer.id || first.batchIndex !== index)
        faults.push(`lost: ${key} was acknowledged as ${answer.id}, ${number} is ${first.id}`)
    }
    if (refusedFor && byNumber.get(numbers[0]!)?.[0]?.id !== refusedFor)
      faults.push(`lost: ${key} was refused because of ${refusedFor}, which does not exist`)
  }
  for (const [number, found] of byNumber)
    if (found.length > 1) faults.push(`duplicate certificate: ${number} is ${found.map(({ id }) => id).join(', ')}`)
  const wished = new Set(wishes.flatMap(({ numbers }) => numbers))
  for (const { id, number, mails } of certificates) {
    if (!wished.has(number)) faults.push(`nobody asked for ${id} (${number})`)
    if (mails === 0) faults.push(`no mail: ${id}`)
  }
  return faults
}

/** Every row of an acknowledged batch was sound, so all are counted as done and none as failed. */
export function batchFaults(records: Records, wishes: Wish[]): string[] {
  const batches = records.all<{ id: string; total: number; completed: number; failed: number }>(
    'select id, total, completed, failed from batches',
  )
  const byId = new Map(batches.map((batch) => [batch.id, batch]))
  return wishes
    .filter(({ path, answer }) => path.endsWith('/batch') && answer)
    .flatMap(({ key, answer, numbers }) => {
      const batch = byId.get(answer!.id)
      if (!batch) return [`lost: ${key} was acknowledged as ${answer!.id}, which does not exist`]
      const { total, completed, failed } = batch
      const right = total === numbers.length && completed === total && failed === 0
      return right ? [] : [`batch ${batch.id} of ${numbers.length} rows says ${completed} completed, ${failed} failed`]
    })
}

interface Anchor {
  id: string
  registryId: string
  address: string
  root: string
  fillers: string
  size: number
  transactionHash: string
}

const ANCHORS = `select a.id, a.registry_id as registryId, lower(r.address) as address, a.root, a.fillers, a.size,
    a.transaction_hash as transactionHash
  from anchors a join registries r on r.id = a.registry_id where a.root is not null`

/** Each root is on the chain once, by one transaction; each version stands in one tree, at one place. */
export async function anchorFaults(app: Binary, records: Records): Promise<{ faults: string[]; mined: number }> {
  const faults: string[] = []
  const mined = await minedTransactions(app)
  const anchors = records.all<Anchor>(ANCHORS)
  for (const address of new Set(anchors.map((anchor) => anchor.address))) {
    const roots = await anchoredRoots(app, address)
    for (const anchor of anchors.filter((each) => each.address === address)) {
      const times = roots.get(anchor.root) ?? 0
      if (times !== 1) faults.push(`duplicate anchor: root ${anchor.root} was anchored ${times} times`)
      roots.delete(anchor.root)
    }
    for (const root of roots.keys()) faults.push(`unknown anchor: ${root} is on the chain and in no row`)
  }
  const leaves = records.all<{ anchorId: string; leaf: string; place: number }>(
    'select anchor_id as anchorId, leaf, leaf_index as place from certificate_versions where anchor_id is not null order by anchor_id, leaf_index',
  )
  const trees = Map.groupBy(leaves, ({ anchorId }) => anchorId)
  for (const { id, root, fillers, size } of anchors) {
    const tree = trees.get(id) ?? []
    if (tree.length !== size || tree.some(({ place }, index) => place !== index))
      faults.push(`tree ${id} has ${tree.length} leaves where ${size} were sealed`)
    else if (
      toHex(
        treeOf(
          tree.map(({ leaf }) => fromHex(leaf)),
          fillers,
          serverHash,
        ).root,
      ) !== root
    )
      faults.push(`tree ${id} does not lead to its root`)
  }
  return { faults: [...faults, ...transactionFaults(records, mined)], mined: mined.length }
}

/** The contract swallows a second anchor of the same root in silence, so transactions are counted too. */
function transactionFaults(records: Records, mined: MinedTransaction[]): string[] {
  const faults: string[] = []
  const rows = records.all<{ id: string; key: string; hash: string | null; state: string }>(
    'select id, key, hash, state from transactions',
  )
  const attempts = records.all<{ hash: string; id: string }>(
    'select hash, transaction_id as id from transaction_attempts',
  )
  const operationOf = new Map(attempts.map(({ hash, id }) => [hash, id]))
  const perOperation = Map.groupBy(mined, ({ hash }) => operationOf.get(hash) ?? `unknown transaction ${hash}`)
  for (const { id, key, state } of rows) {
    const times = perOperation.get(id)?.length ?? 0
    if (times !== 1 && state === 'final') faults.push(`duplicate anchor: ${key} was mined ${times} times`)
    perOperation.delete(id)
  }
  for (const name of perOperation.keys()) faults.push(`duplicate anchor: ${name} belongs to no operation`)
  const perInput = Map.groupBy(mined, ({ to, input }) => `${to} ${input}`)
  for (const [input, same] of perInput)
    if (same.length > 1) faults.push(`duplicate anchor: ${same.length} transactions say ${input.slice(0, 120)}`)
  if (new Set(rows.map(({ key }) => key)).size !== rows.length) faults.push('duplicate anchor: a key has two rows')
  return faults
}

/** The event log is unbroken, and tells of everything once. */
export function eventFaults(records: Records): string[] {
  const events = records
    .all<Omit<Event, 'data'> & { data: string }>('select * from events order by seq')
    .map((event): Event => ({ ...event, data: JSON.parse(event.data) }))
  const faults: string[] = []
  const broken = firstBrokenEvent(events, sha256)
  if (broken !== undefined) faults.push(`the event log is broken at ${broken}`)
  const [head] = records.all<{ seq: number; hash: string }>('select seq, hash from event_head')
  if (head!.seq !== events.length || head!.hash !== (events.at(-1)?.hash ?? ''))
    faults.push('the head of the event log is not its last event')
  for (const type of ['certificate.created', 'certificate.issued', 'certificate.revoked', 'batch.completed']) {
    const told = events.filter((event) => event.type === type).map(({ subject }) => subject)
    if (new Set(told).size !== told.length) faults.push(`${type} was told more than once of the same thing`)
  }
  const [created] = records.all<{ n: number }>('select count(*) as n from certificates')
  if (events.filter(({ type }) => type === 'certificate.created').length !== created!.n)
    faults.push('certificates and their events do not agree')
  return faults
}
