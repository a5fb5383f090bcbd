/** Small things that are found by their one key. */
import type { Reads, Row } from './reads.ts'
import { columnsOf, padded, prepare } from './statements.ts'

export class IdempotentAnswers {
  private readonly query: ReturnType<typeof prepare<{ apiKeyId: string; keyHash: string }>>

  constructor(private readonly reads: Reads) {
    const from = () => reads.db.selectFrom('idempotentAnswers').select(columnsOf('idempotentAnswer'))
    this.query = prepare(({ apiKeyId, keyHash }) =>
      from().where('apiKeyId', '=', apiKeyId).where('keyHash', '=', keyHash),
    )
  }

  async find(apiKeyId: string, keyHash: string): Promise<Row<'idempotentAnswer'> | undefined> {
    return this.reads.one('idempotentAnswer', this.query({ apiKeyId, keyHash }))
  }

  /** Those that speak about this certificate or batch: erasure empties them. */
  async ofSubject(subject: string): Promise<Array<Row<'idempotentAnswer'>>> {
    const from = this.reads.db.selectFrom('idempotentAnswers').select(columnsOf('idempotentAnswer'))
    return this.reads.many('idempotentAnswer', from.where('subject', '=', subject).compile())
  }
}

const MANY = 500

export class Claims {
  constructor(private readonly reads: Reads) {}

  /** Who holds which of these keys; a free key is not in the map. */
  async holders(scope: string, keys: string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (let from = 0; from < keys.length; from += MANY) {
      const query = this.reads.db
        .selectFrom('claims')
        .select(['key', 'holder'])
        .where('scope', '=', scope)
        .where('key', 'in', padded(keys.slice(from, from + MANY)))
      for (const [key, holder] of await this.reads.values(query.compile())) found.set(key as string, holder as string)
    }
    return found
  }
}

export class VisitCounts {
  private readonly query: ReturnType<typeof prepare<{ id: string }>>

  constructor(private readonly reads: Reads) {
    this.query = prepare(({ id }) =>
      reads.db.selectFrom('visits').select(columnsOf('visits')).where('certificateId', '=', id),
    )
  }

  /** Undefined until the first visit. The caller has checked the scope of the certificate. */
  async find(certificateId: string): Promise<Row<'visits'> | undefined> {
    return this.reads.one('visits', this.query({ id: certificateId }))
  }
}

export class StatusLists {
  private readonly query: ReturnType<typeof prepare<{ number: number }>>

  constructor(private readonly reads: Reads) {
    this.query = prepare(({ number }) =>
      reads.db.selectFrom('statusLists').select(columnsOf('statusList')).where('number', '=', number),
    )
  }

  /** Published to everybody, so without a scope. */
  async find(number: number): Promise<Row<'statusList'> | undefined> {
    return this.reads.one('statusList', this.query({ number }))
  }
}

export class Instance {
  private readonly query: ReturnType<typeof prepare<{ name: string }>>

  constructor(private readonly reads: Reads) {
    this.query = prepare(({ name }) =>
      reads.db.selectFrom('instanceValues').select(columnsOf('instanceValue')).where('name', '=', name),
    )
  }

  async get(name: string): Promise<Row<'instanceValue'> | undefined> {
    return this.reads.one('instanceValue', this.query({ name }))
  }
}
