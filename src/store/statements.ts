/** Kysely is a typed compiler only, and compiles each statement once: compiling costs five times as much as running. */
import {
  CamelCasePlugin,
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Entities, EntityName, Revised } from '../domain/commit.ts'
import type { Engine, Query } from './engine.ts'
import { type Schema, type Table, tables } from './schema.ts'

export type Compiler = Kysely<Schema>

export const compiler = (dialect: Engine['dialect']): Compiler =>
  new Kysely<Schema>({
    plugins: [new CamelCasePlugin()],
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => (dialect === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter()),
      createIntrospector: (db) => (dialect === 'sqlite' ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
      createQueryCompiler: () => (dialect === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
    },
  })

/** Stands for a value that comes later. */
class Slot {
  constructor(readonly name: string) {}
}

/**
 * Compiles once and answers the query for given values. What `build` reads from its argument are places, not values:
 * it may pass them on and must not look at them.
 */
export function prepare<Values extends object>(build: (values: Values) => Compilable): (values: Values) => Query {
  const { sql, parameters } = build(new Proxy({} as Values, { get: (_, name) => new Slot(name as string) })).compile()
  return (values) => ({
    sql,
    parameters: parameters.map((value) => (value instanceof Slot ? values[value.name as keyof Values] : value)),
  })
}

/** Lists of every length would be a statement each: the last value is repeated up to a power of two. */
export function padded<Value>(values: readonly Value[]): Value[] {
  const last = values.at(-1)
  if (last === undefined) return []
  const size = 2 ** Math.ceil(Math.log2(values.length))
  return [...values, ...Array<Value>(size - values.length).fill(last)]
}

export const columnsOf = <Name extends EntityName>(entity: Name): Array<keyof (Entities[Name] & Revised) & string> =>
  [...tables[entity].columns, 'revision'] as never

/** Values in the order of `columnsOf` become a row; JSON text becomes what it says. */
function reader<Name extends EntityName>(entity: Name) {
  const columns = columnsOf(entity) as string[]
  const json = columns.map((column) => tables[entity].json.has(column))
  return (values: unknown[], from = 0): Entities[Name] & Revised => {
    const row: Record<string, unknown> = {}
    for (let index = 0; index < columns.length; index++) {
      const value = values[from + index]
      row[columns[index]!] = json[index] && typeof value === 'string' ? JSON.parse(value) : value
    }
    return row as never
  }
}
export const readers = Object.fromEntries(
  Object.keys(tables).map((entity) => [entity, reader(entity as EntityName)]),
) as unknown as { [Name in EntityName]: (values: unknown[], from?: number) => Entities[Name] & Revised }

/** Insert and update of one entity, ready to be filled. */
export class Writer {
  private readonly insertSql: string
  private readonly updateSql: string
  private readonly changing: string[]
  private readonly table: Table<never>

  constructor(db: Compiler, entity: EntityName) {
    this.table = tables[entity] as unknown as Table<never>
    const { columns, key, fixed } = this.table as unknown as Table<Record<string, unknown>>
    this.changing = columns.filter((column) => !key.includes(column) && !fixed.has(column))
    const any = db as unknown as Kysely<Record<string, Record<string, unknown>>>
    const nothing = (names: string[]) => Object.fromEntries(names.map((name) => [name, 0]))
    this.insertSql = any
      .insertInto(this.table.table)
      .values(nothing([...columns, 'revision']))
      .onConflict((conflict) => conflict.doNothing())
      .compile().sql
    this.updateSql = any
      .updateTable(this.table.table)
      .set(nothing([...this.changing, 'revision']))
      .where((e) => e.and(nothing([...key, 'revision'])))
      .compile().sql
  }

  /** Changes one row, or none when it is not as it was read. */
  put(row: Record<string, unknown> & Revised): Query {
    const next = row.revision + 1
    if (row.revision === 0) return { sql: this.insertSql, parameters: [...this.values(row, this.table.columns), next] }
    return {
      sql: this.updateSql,
      parameters: [...this.values(row, this.changing), next, ...this.values(row, this.table.key), row.revision],
    }
  }

  private values(row: Record<string, unknown>, columns: string[]): unknown[] {
    const { json } = this.table
    return columns.map((column) => {
      const value = row[column] ?? null
      return json.size > 0 && value !== null && json.has(column) ? JSON.stringify(value) : value
    })
  }
}
