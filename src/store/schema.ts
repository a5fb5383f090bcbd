/** Every table with its columns, in one place. A missing or misspelt column does not compile. */
import type { Claim, Entities, EntityName, Revised } from '../domain/commit.ts'
import type { Event } from '../domain/events.ts'
import type { JobRow } from '../domain/jobs.ts'

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text
type Exactly<Row, Text extends string> = [keyof Row] extends [Words<Text>]
  ? [Words<Text>] extends [keyof Row]
    ? Text
    : never
  : never

export interface Table<Row, Name extends string = string> {
  /** camelCase, as in Schema. */
  table: Name
  /** All columns but the revision. */
  columns: Array<keyof Row & string>
  key: Array<keyof Row & string>
  /** Set once: an update leaves them alone, and with them the indexes they are in. */
  fixed: Set<string>
  /** Kept as JSON text. */
  json: Set<string>
}

const words = (text = '') => text.split(' ').filter((word) => word !== '')

/** The first `keys` columns are the key. */
const table =
  <Row>() =>
  <Name extends string, Text extends string>(
    name: Name,
    keys: number,
    columns: Exactly<Row, Text> & Text,
    more: { fixed?: string; json?: string } = {},
  ): Table<Row, Name> => {
    const all = words(columns) as Array<keyof Row & string>
    return {
      table: name,
      columns: all,
      key: all.slice(0, keys),
      fixed: new Set(words(more.fixed)),
      json: new Set(words(more.json)),
    }
  }

export const tables = {
  apiKey: table<Entities['apiKey']>()(
    'apiKeys',
    1,
    'id partition name keyHash prefix plan permissions allowedCidrs expiresAt lastUsedAt revokedAt createdAt createdBy',
    // Last use is noted beside the commits (apiKeys.touch): a change read earlier must not turn it back.
    { fixed: 'partition lastUsedAt createdAt createdBy', json: 'permissions allowedCidrs' },
  ),
  template: table<Entities['template']>()('templates', 1, 'id partition slug status version createdAt updatedAt', {
    fixed: 'partition createdAt',
  }),
  templateVersion: table<Entities['templateVersion']>()(
    'templateVersions',
    2,
    'templateId version partition definition createdAt createdBy',
    { fixed: 'partition createdAt createdBy', json: 'definition' },
  ),
  design: table<Entities['design']>()('designs', 2, 'hash partition design createdAt', {
    fixed: 'design createdAt',
    json: 'design',
  }),
  asset: table<Entities['asset']>()(
    'assets',
    1,
    'id partition kind sha256 mediaType name bytes width height family createdAt createdBy',
    { fixed: 'partition kind sha256 mediaType bytes width height family createdAt createdBy' },
  ),
  assetContent: table<Entities['assetContent']>()('assetContents', 1, 'assetId partition content', {
    fixed: 'partition content',
  }),
  assetUse: table<Entities['assetUse']>()('assetUses', 3, 'assetId templateId version partition', {
    fixed: 'partition',
  }),
  certificate: table<Entities['certificate']>()(
    'certificates',
    1,
    'id partition templateId status statusReason version latestVersion recipientName recipientEmail batchId batchIndex network notify holdUntil issuedOn expiresAt issuedAt revokedAt erasedAt createdAt createdBy updatedAt',
    { fixed: 'partition templateId batchId batchIndex createdAt createdBy' },
  ),
  certificateVersion: table<Entities['certificateVersion']>()(
    'certificateVersions',
    2,
    'certificateId version partition network templateId templateVersion recipientName recipientEmail recipientExternalId recipientLanguage fields metadata issuedOn expiresAt leaf registryId statusList statusIndex supersedes reason readyAt anchorId leafIndex path confirmedAt endedAt createdAt createdBy',
    {
      fixed:
        'partition network templateId templateVersion leaf registryId statusList statusIndex supersedes createdAt createdBy',
      json: 'fields metadata',
    },
  ),
  credential: table<Entities['credential']>()('credentials', 2, 'certificateId version partition credential', {
    fixed: 'partition',
  }),
  batch: table<Entities['batch']>()(
    'batches',
    1,
    'id partition templateId status total completed failed rowsRead rowsDone notify holdUntil network source createdAt createdBy completedAt',
    { fixed: 'partition templateId createdAt createdBy' },
  ),
  batchRows: table<Entities['batchRows']>()('batchRows', 2, 'batchId chunk partition rows'),
  batchError: table<Entities['batchError']>()('batchErrors', 2, 'batchId index partition code message field'),
  registry: table<Entities['registry']>()(
    'registries',
    1,
    'id network chainId partition did address transactionId createdAt readyAt retiredAt',
    { fixed: 'network chainId partition did createdAt' },
  ),
  anchor: table<Entities['anchor']>()(
    'anchors',
    1,
    'id partition network chainId registryId state root size fillers transactionId transactionHash blockNumber blockTime method createdAt sealedAt confirmedAt recorded reason',
    { fixed: 'partition network chainId registryId createdAt' },
  ),
  revocation: table<Entities['revocation']>()(
    'revocations',
    3,
    'leaf reason registryId partition network certificateId version statusList statusIndex transactionId state createdAt finalAt',
    { fixed: 'partition network certificateId version statusList statusIndex createdAt' },
  ),
  transaction: table<Entities['transaction']>()(
    'transactions',
    1,
    'id lane network key kind subject dest data state nonce seenFrom hash blockNumber blockHash blockTime contractAddress gas fee holdUntil cancelAskedAt note createdAt finalAt',
    { fixed: 'network key kind subject createdAt' },
  ),
  transactionAttempt: table<Entities['transactionAttempt']>()(
    'transactionAttempts',
    1,
    'hash transactionId raw maxFee tip gas cancels createdAt sentAt sends error stale',
    { fixed: 'transactionId raw maxFee tip gas cancels createdAt' },
  ),
  lane: table<Entities['lane']>()('lanes', 1, 'id network account hold detail heldSince updatedAt', {
    fixed: 'network account',
  }),
  account: table<Entities['account']>()('accounts', 1, 'address fragment publicKey createdAt', {
    fixed: 'fragment publicKey createdAt',
  }),
  reanchor: table<Entities['reanchor']>()(
    'reanchors',
    1,
    'id fromNetwork toNetwork state cursor createdAt createdBy doneAt',
    { fixed: 'fromNetwork toNetwork createdAt createdBy' },
  ),
  replica: table<Entities['replica']>()(
    'replicas',
    2,
    'anchorId registryId reanchorId network chainId root state transactionId transactionHash blockNumber blockTime createdAt confirmedAt',
    { fixed: 'reanchorId network chainId root createdAt' },
  ),
  statusList: table<Entities['statusList']>()('statusLists', 1, 'number partition credential revoked updatedAt', {
    fixed: 'partition',
  }),
  mail: table<Entities['mail']>()(
    'mails',
    1,
    'id partition certificateId version kind status toName toAddress subject text html report sample attachments messageId attempts lastError createdAt sentAt',
    { fixed: 'partition certificateId version kind sample createdAt', json: 'report sample attachments' },
  ),
  visits: table<Entities['visits']>()(
    'visits',
    1,
    'certificateId partition views uniqueViews verifications lastViewedAt referrers shares embeds locations',
    { fixed: 'partition', json: 'referrers shares embeds locations' },
  ),
  visitDay: table<Entities['visitDay']>()(
    'visitDays',
    2,
    'templateId day partition views uniqueViews verifications embedViews referrers shares locations',
    { fixed: 'partition', json: 'referrers shares locations' },
  ),
  idempotentAnswer: table<Entities['idempotentAnswer']>()(
    'idempotentAnswers',
    2,
    'apiKeyId keyHash requestHash status body subject createdAt',
    { fixed: 'subject createdAt' },
  ),
  instanceValue: table<Entities['instanceValue']>()('instanceValues', 1, 'name value'),
} satisfies { [Name in EntityName]: Table<Entities[Name]> }

type EntityTables = { [Name in EntityName as (typeof tables)[Name]['table']]: Entities[Name] & Revised }

/** The columns of the tables that are no entities. */
export const otherTables = {
  claims: 'scope key holder',
  events: 'seq id type partition subject actor data at hash',
  eventHead: 'one seq hash',
  jobs: 'id kind ref state payload runAt attempt wakes failures leaseUntil lastError doneAt',
  leases: 'name holder token until',
  sequences: 'name next',
} as const

/** For Kysely: tables and columns in camelCase; its plugin writes them in snake_case. */
export interface Schema extends EntityTables {
  claims: Claim
  events: Omit<Event, 'data'> & { data: string }
  eventHead: { one: number; seq: number; hash: string }
  jobs: JobRow
  leases: { name: string; holder: string; token: number; until: number }
  sequences: { name: string; next: number }
}
