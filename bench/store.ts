/** What a durable commit costs: `bun bench/store.ts [folder]` prints microseconds per commit for several group sizes. */
import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commit } from '../src/domain/commit.ts'
import { diskStore, issueCommit, nextNumber } from '../test/kit/store.ts'

const ROUNDS = 5
const COMMITS = 6000
const CREDENTIAL = JSON.stringify({ credential: 'x'.repeat(2600) })
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!

const commits = (standing: boolean): Commit[] =>
  Array.from({ length: COMMITS }, () => {
    const commit = issueCommit({ key: `key-${nextNumber()}`, credential: { credential: CREDENTIAL } })
    if (standing) return commit
    const job = { kind: 'send-mail' as const, ref: commit.id, payload: { mailId: commit.id }, runAt: 1 }
    return { ...commit, jobs: [job] }
  })

async function round(group: number, standing: boolean): Promise<number> {
  const dir = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'testamur-bench-'))
  const store = await diskStore(dir, { maxGroup: group })
  const work = commits(standing)
  await store.commit(work.pop()!)
  const begin = performance.now()
  for (let from = 0; from < work.length; from += group)
    await Promise.all(work.slice(from, from + group).map((commit) => store.commit(commit)))
  const took = performance.now() - begin
  await store.close()
  rmSync(dir, { recursive: true })
  return (took * 1000) / work.length
}

/** The floor: one bare durable insert of the same size. */
function bare(group: number): number {
  const dir = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'testamur-bench-'))
  const db = new Database(join(dir, 'bare.db'), { create: true })
  db.run('pragma journal_mode = WAL; pragma synchronous = FULL; create table t (id text primary key, body text) strict')
  const insert = db.query('insert into t values (?, ?)')
  const begin = performance.now()
  for (let from = 0; from < COMMITS; from += group)
    db.transaction(() => {
      for (let index = from; index < from + group; index++) insert.run(`key-${nextNumber()}`, CREDENTIAL)
    }).immediate()
  const took = performance.now() - begin
  db.close()
  rmSync(dir, { recursive: true })
  return (took * 1000) / COMMITS
}

for (const group of [1, 16, 64, 256]) {
  const rows: Record<'plain' | 'standing' | 'bare', number[]> = { plain: [], standing: [], bare: [] }
  for (let index = 0; index < ROUNDS; index++) {
    rows.plain.push(await round(group, false))
    rows.standing.push(await round(group, true))
    rows.bare.push(bare(group))
  }
  const [plain, standing, floor] = [median(rows.plain), median(rows.standing), median(rows.bare)]
  console.log(
    `group ${String(group).padStart(3)}: certificate+version+claim+event+job ${plain.toFixed(1)} µs a commit ` +
      `(${standing.toFixed(1)} µs with a standing job); bare insert ${floor.toFixed(1)} µs; ratio ${(plain / floor).toFixed(1)}`,
  )
}
