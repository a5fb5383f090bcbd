/** R1, R2, R12 and R20: who may reach whom. */
import { type File, type Rule, importsOf, isCode, packageOf } from './files.ts'

const GATEWAYS = ['chain', 'keys', 'mail', 'outbound', 'render', 'intake', 'geo']
const DOORS = ['jobs', 'http', 'smtp', 'cli']

/** layer → the layers it may import besides itself. What is in no layer has no place in the house. */
const MAY_IMPORT: Record<string, string[]> = {
  domain: [],
  migrations: [],
  config: ['domain'],
  log: ['domain', 'config'],
  store: ['domain', 'migrations'],
  actions: ['domain', 'store'],
  ...Object.fromEntries(GATEWAYS.map((gateway) => [gateway, ['domain']])),
  ...Object.fromEntries(DOORS.map((door) => [door, ['domain', 'store', 'actions', 'config', 'log']])),
  worker: ['domain', 'worker-pool', ...GATEWAYS],
  'worker-pool': ['domain'],
  wire: ['domain', 'config', 'log', 'store', 'migrations', 'actions', 'worker-pool', ...GATEWAYS, ...DOORS],
  main: ['domain', 'config', 'log', 'cli', 'wire'],
  web: ['domain'],
}

/** `src/http/public/x.ts` → http, `src/wire-serve.ts` → wire, `web/…` → web. */
export function layerOf(path: string): string {
  if (path.startsWith('web/')) return 'web'
  if (path.startsWith('migrations/')) return 'migrations'
  if (!path.startsWith('src/')) return path.split('/')[0]!
  const parts = path.slice('src/'.length).split('/')
  if (parts.length > 1) return parts[0]!
  const name = parts[0]!.replace(/\.tsx?$/, '')
  return /^(config|wire|main)-/.exec(name)?.[1] ?? name
}

/** Data files (SQL, texts, JSON) are no code: only what they are imported for counts. */
const isModule = (target: string) => /\.tsx?$/.test(target)

export const importsPointOneWay: Rule = (files) =>
  files
    .filter((file) => isCode(file) || file.path.startsWith('migrations/'))
    .flatMap((file) => {
      const layer = layerOf(file.path)
      const allowed = MAY_IMPORT[layer]
      if (!allowed) return [`${file.path} is in no layer of the house`]
      return importsOf(file)
        .filter(({ target }) => target !== undefined && isModule(target))
        .filter(({ target }) => layerOf(target!) !== layer && !allowed.includes(layerOf(target!)))
        .map(({ target }) => `${file.path} imports ${target}`)
    })

/** package → beginnings of the paths that may import it. */
const OWNERS: Record<string, string[]> = {
  'bun:sqlite': ['src/store/', 'src/chain/embedded'],
  kysely: ['src/store/'],
  pg: ['src/store/'],
  elysia: ['src/http/'],
  '@elysiajs/openapi': ['src/http/'],
  '@sinclair/typebox': ['src/http/'],
  ethers: ['src/chain/', 'src/keys/'],
  '@noble/hashes': ['src/domain/hash.ts', 'web/shared/'],
  '@noble/curves': ['src/domain/hash.ts', 'web/shared/', 'src/chain/embedded'],
  'smtp-server': ['src/smtp/'],
  nodemailer: ['src/mail/'],
  'p-queue': ['src/jobs/'],
  'postal-mime': ['src/intake/'],
  papaparse: ['src/intake/'],
  'cel-js': ['src/intake/'],
  harfbuzzjs: ['src/render/'],
  'bidi-js': ['src/render/'],
  '@cantoo/pdf-lib': ['src/render/', 'web/'],
  '@resvg/resvg-wasm': ['src/render/'],
  preact: ['web/admin/'],
  uplot: ['web/admin/'],
  pino: ['src/log.ts'],
  'smol-toml': ['src/config'],
  'ipaddr.js': ['src/config', 'src/http/', 'src/outbound/', 'src/geo/', 'src/domain/addresses.ts'],
  'mmdb-lib': ['src/geo/'],
  fflate: ['src/actions/templates-archive.ts'],
  uqr: ['src/http/', 'src/render/', 'web/'],
}
const ownersOf = (name: string) => OWNERS[name] ?? (name.startsWith('@ethereumjs/') ? ['src/chain/', 'src/keys/'] : [])
const isBuiltIn = (name: string) =>
  name === 'bun' || name.startsWith('node:') || (name.startsWith('bun:') && !OWNERS[name])

export const packagesHaveOwners: Rule = (files) =>
  files.filter(isCode).flatMap((file) =>
    importsOf(file)
      .filter(({ target }) => target === undefined)
      .map(({ name }) => packageOf(name))
      .filter((name) => !isBuiltIn(name) && !ownersOf(name).some((place) => file.path.startsWith(place)))
      .map((name) => `${file.path} imports ${name}, which ${ownersOf(name).join(', ') || 'nobody'} may`),
  )

/** domain/ and web/ run in browsers. */
export const browsersHaveNoNode: Rule = (files) =>
  files
    .filter(({ path }) => path.startsWith('src/domain/') || path.startsWith('web/'))
    .flatMap((file) =>
      importsOf(file)
        .filter(({ name, target }) => target === undefined && (isBuiltIn(name) || name.startsWith('bun')))
        .map(({ name }) => `${file.path} imports ${name}`),
    )

/** An import that is not a plain text cannot be bundled: the binary would look for it on the disk of the user. */
export const importsAreWritten: Rule = (files) =>
  files
    .filter(isCode)
    .filter(({ text }) => /\bimport\(\s*(?!['"])[^)\s]|\brequire(\.resolve)?\(/.test(text))
    .map(({ path }) => `${path} imports something that is not written out`)

export const planted: Array<[name: string, rule: Rule, violation: File]> = [
  [
    'R1 imports point one way',
    importsPointOneWay,
    { path: 'src/domain/bad.ts', text: `import { Store } from '../store/store.ts'` },
  ],
  [
    'R1 type imports too',
    importsPointOneWay,
    { path: 'src/store/bad.ts', text: `import type { X } from '../actions/x.ts'` },
  ],
  [
    'R1 dynamic imports too',
    importsPointOneWay,
    { path: 'src/domain/bad.ts', text: `await import('../keys/seal.ts')` },
  ],
  [
    'R1 a door does not import another door',
    importsPointOneWay,
    { path: 'src/cli/bad.ts', text: `import { x } from '../http/server.ts'` },
  ],
  [
    'R1 an action holds no gateway',
    importsPointOneWay,
    { path: 'src/actions/bad.ts', text: `export { send } from '../mail/relay.ts'` },
  ],
  [
    'R1 only wire knows the gateways',
    importsPointOneWay,
    { path: 'src/main.ts', text: `import { send } from './mail/relay.ts'` },
  ],
  [
    'R1 a gateway does not import another',
    importsPointOneWay,
    { path: 'src/mail/bad.ts', text: `import { x } from '../keys/seal.ts'` },
  ],
  ['R1 every file has a layer', importsPointOneWay, { path: 'src/helpers/bad.ts', text: '' }],
  [
    'R2 a package has one owner',
    packagesHaveOwners,
    { path: 'src/actions/bad.ts', text: `import { sql } from 'kysely'` },
  ],
  [
    'R2 a package without an owner is nobody’s',
    packagesHaveOwners,
    { path: 'src/http/bad.ts', text: `import _ from 'lodash'` },
  ],
  [
    'R2 the database driver is the store’s',
    packagesHaveOwners,
    { path: 'src/chain/bad.ts', text: `import { Database } from 'bun:sqlite'` },
  ],
  [
    'R12 web imports domain and itself',
    importsPointOneWay,
    { path: 'web/bad.ts', text: `import { x } from '../src/actions/x.ts'` },
  ],
  [
    'R22 domain needs no node',
    browsersHaveNoNode,
    { path: 'src/domain/bad.ts', text: `import { createHash } from 'node:crypto'` },
  ],
  ['imports are written out', importsAreWritten, { path: 'src/cli/bad.ts', text: 'await import(name)' }],
]

/** What the rules must let pass. */
export const allowed: Array<[name: string, rule: Rule, file: File]> = [
  [
    'a door imports an action',
    importsPointOneWay,
    { path: 'src/http/good.ts', text: `import { issue } from '../actions/x.ts'` },
  ],
  [
    'a page imports the verifier',
    importsPointOneWay,
    { path: 'web/good.ts', text: `import { verify } from '../src/domain/verify.ts'` },
  ],
  [
    'wire imports a gateway',
    importsPointOneWay,
    { path: 'src/wire-serve.ts', text: `import { x } from './mail/relay.ts'` },
  ],
  [
    'a text is no module',
    importsPointOneWay,
    { path: 'src/cli/good.ts', text: `import t from '../../x.toml' with { type: 'text' }` },
  ],
  ['Buffer.from is no import', packagesHaveOwners, { path: 'src/keys/good.ts', text: `Buffer.from('00', 'hex')` }],
]
