/** What is deleted by age, and the sandbox by one click. In chunks: nobody else waits long. */
import { sql } from 'kysely'
import { idempotencyScope } from '../domain/settings.ts'
import type { Query, Steps } from './engine.ts'
import type { Reads } from './reads.ts'
import { padded, prepare } from './statements.ts'
import type { Write } from './write.ts'

const DAY = 86_400_000
export const KEEP_ANSWERS_MS = 7 * DAY
export const KEEP_DONE_JOBS_MS = 30 * DAY
const CHUNK = 200

export interface Swept {
  answers: number
  jobs: number
}

export class Sweep {
  private readonly sql: ReturnType<typeof statements>

  constructor(
    private readonly reads: Reads,
    private readonly write: Write,
  ) {
    this.sql = statements(reads)
  }

  /** Ends idempotent answers with their claims after 7 days, and finished jobs after 30. */
  async sweep(now: number): Promise<Swept> {
    const { sql } = this
    const answers = await this.repeat(function* () {
      const { rows } = yield sql.oldAnswers({ before: now - KEEP_ANSWERS_MS })
      for (const [apiKeyId, keyHash] of rows as Array<[string, string]>) {
        yield sql.deleteClaim({ scope: idempotencyScope(apiKeyId), key: keyHash })
        yield sql.deleteAnswer({ apiKeyId, keyHash })
      }
      return rows.length
    })
    const jobs = await this.repeat(function* () {
      const { rows } = yield sql.oldJobs({ before: now - KEEP_DONE_JOBS_MS })
      for (const [id] of rows as Array<[string]>) yield sql.deleteJob({ id })
      return rows.length
    })
    return { answers, jobs }
  }

  /**
   * Empties the sandbox: certificates, batches, templates with their designs and assets, mails, anchors, answers and all
   * their claims. What stays: registries and status lists with the revocations that are their bits (a revoked credential
   * must not come back), API keys, and the events, which are one chain and hold no personal data.
   */
  async wipe(_partition: 'test'): Promise<{ certificates: number }> {
    await this.repeat(() => this.wipeAnswers())
    const certificates = await this.repeat(() =>
      this.wipeWith('certificates', ['visits', 'credentials', 'certificateVersions']),
    )
    await this.repeat(() => this.wipeWith('batches', ['batchRows', 'batchErrors']))
    await this.repeat(() => this.wipeWith('templates', ['assetUses', 'templateVersions', 'visitDays']))
    await this.repeat(() => this.wipeWith('assets', ['assetContents']))
    await this.repeat(() => this.wipeDesigns())
    await this.repeat(() => this.wipeWith('mails', []))
    await this.repeat(() => this.wipeWith('anchors', []))
    return { certificates }
  }

  /** Until nothing is left; each chunk is a transaction body of its own. */
  private async repeat(chunk: () => Steps<number>): Promise<number> {
    let sum = 0
    for (;;) {
      const done = await this.write(chunk)
      sum += done
      if (done < CHUNK) return sum
    }
  }

  private *wipeAnswers(): Steps<number> {
    const { rows } = yield this.sql.testAnswers({})
    for (const [apiKeyId, keyHash] of rows as Array<[string, string]>) {
      yield this.sql.deleteClaim({ scope: idempotencyScope(apiKeyId), key: keyHash })
      yield this.sql.deleteAnswer({ apiKeyId, keyHash })
    }
    return rows.length
  }

  private *wipeDesigns(): Steps<number> {
    const { rows } = yield this.sql.testDesigns({})
    for (const [hash] of rows as Array<[string]>) yield this.sql.deleteDesign({ hash })
    return rows.length
  }

  /** Some rows of a table, before them their claims and the rows that hang on them. */
  private *wipeWith(table: keyof typeof parents, children: Array<keyof typeof parentColumn>): Steps<number> {
    const { db } = this.reads
    const select = db.selectFrom(table).select('id').where('partition', '=', 'test').limit(CHUNK)
    const { rows } = yield select.compile() as Query
    const ids = padded(rows.map(([id]) => id as string))
    if (ids.length === 0) return 0
    yield db.deleteFrom('claims').where('holder', 'in', ids).compile()
    for (const child of children) {
      const column = sql.ref<string>(parentColumn[child])
      yield db.deleteFrom(child).where(column, 'in', ids).compile()
    }
    yield db.deleteFrom(table).where('id', 'in', ids).compile()
    return rows.length
  }
}

const parents = {
  certificates: true,
  batches: true,
  templates: true,
  mails: true,
  anchors: true,
  assets: true,
} as const
const parentColumn = {
  visits: 'certificateId',
  credentials: 'certificateId',
  certificateVersions: 'certificateId',
  batchRows: 'batchId',
  batchErrors: 'batchId',
  templateVersions: 'templateId',
  visitDays: 'templateId',
  assetUses: 'templateId',
  assetContents: 'assetId',
} as const

type AnswerKey = { apiKeyId: string; keyHash: string }

function statements({ db }: Reads) {
  const answers = () => db.selectFrom('idempotentAnswers').select(['apiKeyId', 'keyHash']).limit(CHUNK)
  return {
    oldAnswers: prepare<{ before: number }>(({ before }) => answers().where('createdAt', '<', before)),
    testAnswers: prepare<object>(() =>
      answers().where('apiKeyId', 'in', (keys) =>
        keys
          .selectFrom('apiKeys')
          .select('id')
          .where('partition', '=', sql.lit('test' as const)),
      ),
    ),
    deleteAnswer: prepare<AnswerKey>(({ apiKeyId, keyHash }) =>
      db.deleteFrom('idempotentAnswers').where('apiKeyId', '=', apiKeyId).where('keyHash', '=', keyHash),
    ),
    deleteClaim: prepare<{ scope: string; key: string }>(({ scope, key }) =>
      db.deleteFrom('claims').where('scope', '=', scope).where('key', '=', key),
    ),
    oldJobs: prepare<{ before: number }>(({ before }) =>
      db
        .selectFrom('jobs')
        .select('id')
        .where('state', '=', sql.lit('done' as const))
        .where('doneAt', '<', before)
        .limit(CHUNK),
    ),
    testDesigns: prepare<object>(() =>
      db
        .selectFrom('designs')
        .select('hash')
        .where('partition', '=', sql.lit('test' as const))
        .limit(CHUNK),
    ),
    deleteDesign: prepare<{ hash: string }>(({ hash }) =>
      db
        .deleteFrom('designs')
        .where('hash', '=', hash)
        .where('partition', '=', sql.lit('test' as const)),
    ),
    deleteJob: prepare<{ id: string }>(({ id }) => db.deleteFrom('jobs').where('id', '=', id)),
  }
}
