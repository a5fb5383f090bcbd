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

export class Reads {
  constructor(
    private readonly engine: Engine,
    readonly db: Compiler,
  ) {}

  async one<Name extends EntityName>(entity: Name, query: Query): Promise<Row<Name> | undefined> {
    const [values] = await this.engine.read(query)
    return values && readers[entity](values)
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
