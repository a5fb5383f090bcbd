/** R7, R8, R11 and R23: code and the papers beside it say the same. */
import { manual } from '../../src/config-manual.ts'
import { type File, type Rule } from './files.ts'

const textOf = (files: File[], path: string) => files.find((file) => file.path === path)?.text
const CATALOGUE = 'src/domain/errors.ts'
const FROZEN = 'test/frozen/error-codes.json'

const codesOf = (files: File[]) =>
  [...(textOf(files, CATALOGUE) ?? '').matchAll(/^  (\w+): \{ status/gm)].map((match) => match[1]!)

export const codesAreThrown: Rule = (files) =>
  codesOf(files)
    .filter((code) => !files.some(({ path, text }) => /^src\/.*\.ts$/.test(path) && text.includes(`'${code}'`)))
    .map((code) => `${code} is never thrown`)

export const codesAreTested: Rule = (files) =>
  codesOf(files)
    .filter(
      (code) =>
        !files.some(({ path, text }) => /^test\/(?!house\/|frozen\/).*\.ts$/.test(path) && text.includes(`'${code}'`)),
    )
    .map((code) => `${code} is in no test`)

export const codesHaveAPage: Rule = (files) => {
  const pages = files.flatMap(({ path }) => /^docs\/errors\/(\w+)\.md$/.exec(path)?.[1] ?? [])
  const codes = codesOf(files)
  return [
    ...codes.filter((code) => !pages.includes(code)).map((code) => `docs/errors/${code}.md is missing`),
    ...pages.filter((page) => !codes.includes(page)).map((page) => `docs/errors/${page}.md is about no code`),
  ]
}

/** Clients branch on codes: one that was ever there stays. A new one is added to the list with the commit that brings it. */
export const codesOnlyGrow: Rule = (files) => {
  const frozen = JSON.parse(textOf(files, FROZEN) ?? '[]') as string[]
  const codes = codesOf(files)
  return [
    ...frozen.filter((code) => !codes.includes(code)).map((code) => `${code} is gone`),
    ...codes.filter((code) => !frozen.includes(code)).map((code) => `${code} is not in ${FROZEN}`),
  ]
}

export const migrationsAreEmbedded: Rule = (files) => {
  const names = files.flatMap(({ path }) => /^migrations\/(\d{4}_\w+)\.sql$/.exec(path)?.[1] ?? []).sort()
  const index = textOf(files, 'migrations/index.ts') ?? ''
  const embedded = [...index.matchAll(/from '\.\/(\d{4}_\w+)\.sql' with/g)].map((match) => match[1]!)
  const wrong = names.filter((name, position) => embedded[position] !== name)
  const numbers = names.filter((name, position) => Number(name.slice(0, 4)) !== position + 1)
  return [
    ...wrong.map((name) => `migrations/index.ts does not embed ${name} in its place`),
    ...numbers.map((name) => `${name} is not the next number`),
  ]
}

/** What has been released is history: databases in the field have run it. */
export const releasedMigrationsStay: Rule = (files) => {
  const released = JSON.parse(textOf(files, 'migrations/released.json') ?? '{}') as Record<string, string>
  return Object.entries(released)
    .filter(([name, hash]) => {
      const text = textOf(files, `migrations/${name.replace(/\.sql$/, '')}.sql`)
      return text === undefined || new Bun.CryptoHasher('sha256').update(text).digest('hex') !== hash
    })
    .map(([name]) => `${name} was released and is changed or gone`)
}

export const theExampleIsTheManual: Rule = (files) =>
  textOf(files, 'config.example.toml') === manual()
    ? []
    : ['config.example.toml is not what src/config-manual.ts writes']

export const lockFilesNameNoRegistry: Rule = (files) =>
  files
    .filter(({ path }) => /(^|\/)package-lock\.json$/.test(path))
    .filter(({ text }) => /"resolved": "(?!file:)/.test(text))
    .map(({ path }) => `${path} names a registry`)

/** A path or a registry of one machine is useless, or a leak, on all others. */
const FOREIGN: Array<[RegExp, string]> = [
  [/(?<![\w.:/~$}-])\/(home|Users|root|work)\/\w/, 'a path of one machine'],
  [/\bregistry\.(npmjs|yarnpkg)\b|^(@\w+:)?registry=/m, 'a registry'],
  [/\b\d+\.\d+\.\d+\.\d+:48\d\d\b|\/(npm|pypi)\/(simple|registry)\//, 'a mirror'],
]
export const nothingNamesAMachine: Rule = (files) =>
  files
    .filter(({ path }) => !path.startsWith('test/house/') && !path.startsWith('test/oracles/'))
    .flatMap(({ path, text }) =>
      FOREIGN.filter(([pattern]) => pattern.test(text)).map(
        ([pattern, what]) => `${path} names ${what}: ${pattern.exec(text)![0]}`,
      ),
    )

/** Code that runs while packages are installed, or that is compiled for one machine, has no place here. */
export const onlyBunInstallsItself: Rule = (files) => {
  const { packages } = JSON.parse(textOf(files, 'package-lock.json') ?? '{"packages":{}}') as {
    packages: Record<string, { hasInstallScript?: boolean; dev?: boolean; os?: string[] }>
  }
  const entries = Object.entries(packages)
  return [
    ...entries
      .filter(([name, { hasInstallScript }]) => hasInstallScript && name !== 'node_modules/bun')
      .map(([name]) => `${name} runs code at install`),
    ...entries
      .filter(([, { os, dev }]) => os !== undefined && dev !== true)
      .map(([name]) => `${name} is for one system`),
  ]
}

const at = (path: string, text: string): File => ({ path, text })
const CATALOGUE_WITH = (code: string) => at(CATALOGUE, `export const catalogue = {\n  ${code}: { status: 400 },\n}`)
export const planted: Array<[name: string, rule: Rule, violation: File]> = [
  ['R7 every error code is thrown', codesAreThrown, CATALOGUE_WITH('never_thrown')],
  ['R7 every error code is tested', codesAreTested, CATALOGUE_WITH('never_tested')],
  ['R7 every error code has a page', codesHaveAPage, CATALOGUE_WITH('never_explained')],
  ['R7 every page has a code', codesHaveAPage, at('docs/errors/no_such_code.md', '')],
  ['R7 codes are never taken away', codesOnlyGrow, at(FROZEN, '["gone_code"]')],
  ['R8 every migration is embedded', migrationsAreEmbedded, at('migrations/9999_bad.sql', '')],
  ['R8 released migrations stay', releasedMigrationsStay, at('migrations/released.json', '{"0001_init": "00"}')],
  ['R11 the example configuration is the manual', theExampleIsTheManual, at('config.example.toml', '[server]\n')],
  [
    'R23 lock files name no registry',
    lockFilesNameNoRegistry,
    at('package-lock.json', `"resolved": "${'https:'}//mirror.example/x"`),
  ],
  ['R23 nothing names a machine', nothingNamesAMachine, at('docs/bad.md', 'see /home/someone/notes')],
  ['R23 nothing names a registry', nothingNamesAMachine, at('.npmrc', 'registry=https://mirror.example')],
  [
    'R23 only Bun installs itself',
    onlyBunInstallsItself,
    at('package-lock.json', '{"packages":{"node_modules/x":{"hasInstallScript":true}}}'),
  ],
]
