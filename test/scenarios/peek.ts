/** A look into a child's database from outside, while it works. */
import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../kit/binary.ts'

/** The rows, or none while there is no database yet. */
export function peek<Row>(dir: string, query: string): Row[] {
  const path = join(dir, 'testamur.db')
  if (!existsSync(path)) return []
  const db = new Database(path, { readonly: true })
  try {
    return db.query<Row, []>(query).all()
  } catch {
    return [] // the tables are just being made
  } finally {
    db.close()
  }
}

export const attemptsIn = (dir: string) =>
  peek<{ n: number }>(dir, 'select count(*) as n from transaction_attempts')[0]?.n ?? 0
export const inState = (dir: string, ...states: string[]) =>
  peek<{ state: string }>(dir, 'select state from transactions').filter(({ state }) => states.includes(state)).length
export const holdIn = (dir: string) =>
  peek<{ hold: string }>(dir, 'select hold from lanes where hold is not null')[0]?.hold

/** Bounded: what does not come is reported with its name. */
export const eventually = (what: string, look: () => Promise<boolean> | boolean, patienceMs = 15_000) =>
  until(what, look, patienceMs)
/** The same where a planted defect or a naive program may never get there. */
export const perhaps = (look: () => Promise<boolean> | boolean, patienceMs: number) =>
  until('', look, patienceMs).catch(() => false)
