import { type Event, type EventType } from '../domain/events.ts'
import type { Scope } from '../domain/scopes.ts'
import type { Reads } from './reads.ts'
import { otherTables } from './schema.ts'
import { prepare } from './statements.ts'

const columns = otherTables.events.split(' ') as Array<keyof Event>

function asEvent(values: unknown[]): Event {
  const row = Object.fromEntries(columns.map((name, index) => [name, values[index]]))
  return { ...row, data: JSON.parse(row.data as string) } as Event
}

export class Events {
  private readonly sql: ReturnType<typeof statements>

  constructor(private readonly reads: Reads) {
    this.sql = statements(reads)
  }

  /** In order, those after `seq`; without a scope those of both partitions, which alone make an unbroken chain. */
  async after(
    scope: Scope | undefined,
    seq: number,
    limit: number,
    filter: { types?: EventType[] } = {},
  ): Promise<Event[]> {
    let query = this.reads.db.selectFrom('events').select(columns).where('seq', '>', seq).orderBy('seq').limit(limit)
    if (scope) query = query.where('partition', '=', scope.partition)
    if (filter.types) query = query.where('type', 'in', filter.types)
    return (await this.reads.values(query.compile())).map(asEvent)
  }

  /** Oldest first. The caller has checked the scope of the subject. */
  async ofSubject(subject: string): Promise<Event[]> {
    return (await this.reads.values(this.sql.ofSubject({ subject }))).map(asEvent)
  }

  /** The newest event's number and hash; 0 and '' before the first. */
  async head(): Promise<{ seq: number; hash: string }> {
    const [row] = await this.reads.values(this.sql.head({}))
    return { seq: row![0] as number, hash: row![1] as string }
  }
}

function statements({ db }: Reads) {
  return {
    ofSubject: prepare<{ subject: string }>(({ subject }) =>
      db.selectFrom('events').select(columns).where('subject', '=', subject).orderBy('seq'),
    ),
    head: prepare<object>(() => db.selectFrom('eventHead').select(['seq', 'hash'])),
  }
}
