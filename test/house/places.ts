/** R3, R4, R5, R12, R13, R20: what may be written where. */
import { type File, type Rule, codeOf, inside, isCode } from './files.ts'

interface Place {
  what: string
  pattern: RegExp
  /** Which files are looked at. */
  among: (path: string) => boolean
  /** Which of them may hold it. */
  may: (path: string) => boolean
}
const src = inside('src/')
const web = inside('web/')
const nobody = () => false

const SQL =
  /\b(selectFrom|insertInto|updateTable|deleteFrom)\(|\b(insert into \w|delete from \w|create (table|index) |pragma \w)|\bselect (distinct )?[\w*".()]+( as \w+)?(, *[\w*".()]+( as \w+)?)* from \w+|\bupdate \w+ set\b/i

export const PLACES: Place[] = [
  {
    what: 'the time (use the clock)',
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
    among: src,
    may: inside('src/domain/clock.ts'),
  },
  {
    what: 'chance (use random)',
    pattern: /\bMath\.random\b|\bcrypto\.(randomUUID|getRandomValues|randomBytes)\b|\brandomBytes\(|\brandomUUIDv7\(/,
    among: src,
    may: inside('src/domain/ids.ts'),
  },
  {
    what: 'the process',
    pattern: /\bprocess\.(?!env\.NODE_ENV)\w|\bBun\.(env|argv)\b|\bimport\.meta\.env\b/,
    among: src,
    may: inside('src/main.ts', 'src/config.ts'),
  },
  {
    what: 'a timer',
    pattern: /\bset(Timeout|Interval)\(|\bBun\.sleep(Sync)?\(/,
    among: src,
    may: inside('src/main.ts', 'src/jobs/loop.ts'),
  },
  {
    what: 'a turn of the event loop',
    pattern: /\bsetImmediate\(/,
    among: src,
    may: inside('src/store/group-commit.ts'),
  },
  { what: 'the console', pattern: /\bconsole\./, among: src, may: nobody },
  { what: 'SQL', pattern: SQL, among: src, may: inside('src/store/', 'src/chain/embedded') },
  {
    what: 'the name of a database',
    pattern: /sqlite|postgres/i,
    among: src,
    may: inside('src/store/', 'src/wire', 'src/config', 'src/chain/embedded'),
  },
  {
    what: 'a transaction',
    pattern: /\.transaction\(|\bbegin immediate\b/,
    among: src,
    may: inside('src/store/', 'src/chain/embedded'),
  },
  {
    what: 'the network',
    pattern:
      /(?<![.\w])fetch\(|\b(?:from\s+|import\s*\(?\s*)['"](node:)?(https?|net|tls|dgram|http2)['"]|\bBun\.(connect|listen|serve|udpSocket)\b|\bnew WebSocket\(/,
    among: src,
    may: inside(
      'src/chain/',
      'src/mail/',
      'src/outbound/',
      'src/http/server',
      'src/http/listener',
      'src/smtp/listener',
    ),
  },
  {
    what: 'the network',
    pattern: /(?<![.\w])fetch\(|\bXMLHttpRequest\b|\bnew (WebSocket|EventSource)\(/,
    among: web,
    may: (path) =>
      /^web\/(admin|designer)\/api\.ts$/.test(path) || /^web\/shared\/[\w-]*(rpc|reader)[\w-]*\.ts$/.test(path),
  },
]

export const thingsHaveAPlace: Rule = (files) =>
  files
    .filter(isCode)
    .flatMap(({ path, text }) =>
      PLACES.filter(({ pattern, among, may }) => among(path) && !may(path) && pattern.test(codeOf(text))).map(
        ({ what, pattern }) => `${path} holds ${what}: ${pattern.exec(codeOf(text))![0]}`,
      ),
    )

/** The database must not know what time it is: tests move the clock, and two nodes would disagree. */
export const sqlHasNoClock: Rule = (files) =>
  files
    .filter(({ path }) => /^migrations\/.*\.sql$/.test(path) || path.startsWith('src/store/'))
    .filter(({ text }) =>
      /\b(current_timestamp|current_date|current_time)\b|\b(datetime|strftime|unixepoch|julianday)\s*\(/i.test(
        codeOf(text),
      ),
    )
    .map(({ path }) => `${path} asks the database for the time`)

/** Tables of the machine itself; all others belong to a partition. */
const UNOWNED = [
  'transactions',
  'transaction_attempts',
  'lanes',
  'accounts',
  'reanchors',
  'replicas',
  'idempotent_answers',
  'instance_values',
  'claims',
  'event_head',
  'jobs',
  'leases',
  'sequences',
]

export const ownedTablesHaveAPartition: Rule = (files) =>
  files
    .filter(({ path }) => /^migrations\/\d.*\.sql$/.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/create table (?:if not exists )?(\w+)\s*\(([^;]*);/gi)].map((match) => ({ path, match })),
    )
    .filter(
      ({ match: [, name = '', body = ''] }) => !UNOWNED.includes(name) && !/\bpartition text not null\b/i.test(body),
    )
    .map(({ path, match }) => `${path}: ${match[1]} has no partition`)

const at = (path: string, text: string): File => ({ path, text })
export const planted: Array<[name: string, rule: Rule, violation: File]> = [
  ['R3 SQL is written in the store', thingsHaveAPlace, at('src/http/bad.ts', `db.query('select id from jobs')`)],
  ['R3 so are query builders', thingsHaveAPlace, at('src/jobs/bad.ts', `db.selectFrom('jobs')`)],
  ['R3 SQL has no clock', sqlHasNoClock, at('migrations/9999_bad.sql', 'insert into x values (datetime())')],
  ['R4 time comes from the clock', thingsHaveAPlace, at('src/jobs/bad.ts', 'const now = Date.now()')],
  ['R4 chance comes from random', thingsHaveAPlace, at('src/keys/bad.ts', 'crypto.getRandomValues(bytes)')],
  ['R5 the process belongs to main', thingsHaveAPlace, at('src/cli/bad.ts', 'process.exit(1)')],
  ['R5 the environment belongs to config', thingsHaveAPlace, at('src/mail/bad.ts', 'process.env.SMTP')],
  ['R5 timers belong to the loop', thingsHaveAPlace, at('src/chain/bad.ts', 'setTimeout(next, 5)')],
  ['R5 turns of the loop belong to the group commit', thingsHaveAPlace, at('src/http/bad.ts', 'setImmediate(next)')],
  ['R5 nobody uses the console', thingsHaveAPlace, at('src/main.ts', `console.log('x')`)],
  ['R12 pages reach the network in one place', thingsHaveAPlace, at('web/certificate/bad.ts', 'await fetch(url)')],
  [
    'R13 nobody but the store knows the database',
    thingsHaveAPlace,
    at('src/domain/bad.ts', `if (dialect === 'sqlite') retry()`),
  ],
  [
    'R13 nobody but the store opens a transaction',
    thingsHaveAPlace,
    at('src/actions/bad.ts', 'store.transaction(work)'),
  ],
  [
    'R19 owned tables have a partition',
    ownedTablesHaveAPartition,
    at('migrations/9999_bad.sql', 'create table diplomas (id text primary key) strict;'),
  ],
  ['R20 the network is reached through gateways', thingsHaveAPlace, at('src/actions/bad.ts', 'await fetch(url)')],
  ['R20 by no other door', thingsHaveAPlace, at('src/keys/bad.ts', `import { connect } from 'node:net'`)],
]

/** What the rules must let pass. */
export const allowed: Array<[name: string, rule: Rule, file: File]> = [
  ['the fetch of a server', thingsHaveAPlace, at('src/http/good.ts', 'return app.fetch(request)')],
  [
    'words in a sentence',
    thingsHaveAPlace,
    at('src/mail/good.ts', `'select a file from the list, update your browser'`),
  ],
  [
    'a rule in a comment',
    thingsHaveAPlace,
    at('src/domain/good.ts', '/** Not Date.now(): see the clock. */\n// nor process.exit'),
  ],
  ['a moment that is given', thingsHaveAPlace, at('src/domain/good.ts', 'new Date(at).toISOString()')],
  [
    'a table with a partition',
    ownedTablesHaveAPartition,
    at('migrations/0009_good.sql', 'create table x (id text, partition text not null);'),
  ],
]
