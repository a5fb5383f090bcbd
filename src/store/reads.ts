/** The shape all nouns share: a prepared query and how its values become rows. */
import { type RawBuilder, sql } from 'kysely'
import type { CurrentCertificate } from '../domain/certificates.ts'
import type { Entities, EntityName, Revised } from '../domain/commit.ts'
import type { Engine, Query } from './engine.ts'
import { columnsOf, type Compiler, readers } from './statements.ts'

export type Row<Name extends EntityName> = Entities[Name] & Revised

/** Where a page of a list goes on: `next` towards older rows, `prev` towards newer ones. */
export interface Page {
  limit: number
  cursor?: { createdAt: number; id: string }
  direction?: 'next' | 'prev'
}

/** Rows of one kind that are kept at most. */
const MAX_KEPT = 500

export class Reads {
  private readonly rows = new Map<EntityName, Map<string, object>>()
  private mark: number | undefined

  constructor(
    private readonly engine: Engine,
    readonly db: Compiler,
  ) {}

  async one<Name extends EntityName>(entity: Name, query: Query): Promise<Row<Name> | undefined> {
    const [values] = await this.engine.read(query)
    return values && readers[entity](values)
  }

  /** One row that every request asks for: kept, frozen, until this or another program writes to its table. */
  async kept<Name extends EntityName>(entity: Name, query: Query): Promise<Row<Name> | undefined> {
    const mark = this.engine.foreignMark()
    if (mark === undefined) return this.one(entity, query)
    if (mark !== this.mark) this.rows.clear()
    this.mark = mark
    const rows = this.rows.get(entity) ?? new Map<string, object>()
    const name = `${query.parameters.join('\n')}\n${query.sql}`
    const known = rows.get(name) as Row<Name> | undefined
    if (known) return known
    const found = await this.one(entity, query)
    if (!found) return undefined
    if (rows.size >= MAX_KEPT) rows.clear()
    this.rows.set(entity, rows.set(name, deepFreeze(found)))
    return found
  }

  /** Rows of this kind are being written, or of every kind. */
  forget(entity?: EntityName): void {
    if (entity === undefined) this.rows.clear()
    else this.rows.delete(entity)
  }

  async many<Name extends EntityName>(entity: Name, query: Query): Promise<Array<Row<Name>>> {
    const read = readers[entity]
    return (await this.engine.read(query)).map((values) => read(values))
  }

  values(query: Query): Promise<unknown[][]> {
    return this.engine.read(query)
  }

  /** Rows of a certificate joined with one of its versions, selected with `pairColumns`. */
  async pairs(query: Query): Promise<RevisedCertificate[]> {
    return (await this.engine.read(query)).map((values) => ({
      certificate: readers.certificate(values),
      version: readers.certificateVersion(values, certificateWidth),
    }))
  }
}

/** Shared rows must not be changed by whoever reads them. */
export function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (member !== null && typeof member === 'object') deepFreeze(member)
  return Object.freeze(value)
}

/** A certificate and a version of it, both ready to be put. */
export interface RevisedCertificate extends CurrentCertificate {
  certificate: Row<'certificate'>
  version: Row<'certificateVersion'>
}

const certificateWidth = columnsOf('certificate').length
export const pairColumns = [
  ...columnsOf('certificate').map((column) => `certificates.${column}` as const),
  ...columnsOf('certificateVersion').map((column) => `certificateVersions.${column}` as const),
]

/** Turns a page's rows round when they were read towards newer ones: answers are always newest first. */
export const newestFirst = <Item>(items: Item[], page: Page): Item[] =>
  page.direction === 'prev' ? items.reverse() : items

/** The condition that leaves out what the pages before have shown; all rows without a cursor. */
export function beyond(page: Page, table: string): RawBuilder<boolean> {
  if (!page.cursor) return sql<boolean>`true`
  const place = sql`(${sql.ref(`${table}.createdAt`)}, ${sql.ref(`${table}.id`)})`
  const cursor = sql`(${page.cursor.createdAt}, ${page.cursor.id})`
  return page.direction === 'prev' ? sql<boolean>`${place} > ${cursor}` : sql<boolean>`${place} < ${cursor}`
}

export const towards = (page: Page): 'asc' | 'desc' => (page.direction === 'prev' ? 'asc' : 'desc')
