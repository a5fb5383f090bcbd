/** testamur.toml and the environment → one checked Config. Pure over the readers it is given; main.ts gives the real ones. */
import { BUILT_IN_PLANS, type Values, camel, families, keysOf, sections } from './config-keys.ts'
import type { Mailbox } from './config-kinds.ts'
import { type NetworkConfig, readNetworks } from './config-networks.ts'
import {
  type ConfigReaders,
  MEMBER_NAME,
  type Reading,
  addDefaults,
  fromCredentials,
  overridden,
  take,
} from './config-reading.ts'
import { fromEnvironment, fromFile, hint } from './config-source.ts'
import { checksumAddress } from './domain/hash.ts'

export type { Address, Mailbox } from './config-kinds.ts'
export type { NetworkConfig } from './config-networks.ts'
export type { ConfigReaders } from './config-reading.ts'

/** What a plan allows; 0 is unlimited. */
export type PlanLimits = Values<typeof families.limits.keys>

type Section<Name extends keyof typeof sections> = Values<(typeof sections)[Name]['keys']>

/** All times are milliseconds. */
export interface Config {
  /** The file that was read, null for built-in defaults. */
  file: string | null
  server: Section<'server'>
  issuer: Section<'issuer'>
  data: Section<'data'>
  chain: Section<'chain'> & { networks: Record<string, NetworkConfig> }
  /** `configured` is false without a host: mail is then captured. `port` is never 0, `from` never null when configured. */
  mail: Section<'mail'> & { configured: boolean }
  limits: Record<string, PlanLimits>
  log: Section<'log'>
  metrics: Section<'metrics'>
  geo: Section<'geo'>
  privacy: Section<'privacy'>
}

export class ConfigError extends Error {
  override name = 'ConfigError'
  /** One line per problem, `file:line: section.key: reason`; the caller prints them and exits with 78. */
  constructor(readonly lines: string[]) {
    super(lines.join('\n'))
  }
}

const SEARCHED = ['./testamur.toml', '/etc/testamur/testamur.toml']

/** The file to read: --config, $TESTAMUR_CONFIG, ./testamur.toml, /etc/testamur/testamur.toml, or none (null). */
export function findConfig({ file, env, exists }: ConfigReaders): string | null {
  const named = file ?? env.TESTAMUR_CONFIG
  if (named !== undefined && named !== '') {
    if (exists(named)) return named
    const by = file === undefined ? 'TESTAMUR_CONFIG' : '--config'
    throw new ConfigError([`${named}: there is no such file (named by ${by}); "testamur init" writes one`])
  }
  return SEARCHED.find((path) => exists(path)) ?? null
}

/** The configuration, or a ConfigError with every problem there is. */
export function loadConfig(readers: ConfigReaders): Config {
  const file = findConfig(readers)
  const reading: Reading = { readers, problems: [], places: new Map(), values: new Map() }
  const fromText = file === null ? { given: [], problems: [], broken: false } : fromFile(textOf(readers, file), file)
  const fromEnv = fromEnvironment(readers.env)
  reading.problems.push(...fromText.problems, ...fromEnv.problems)
  // Without a sound text nothing is known of its keys; all other problems are told in one go.
  if (fromText.broken) throw new ConfigError(fromText.problems)
  const given = overridden(fromText.given, fromEnv.given)
  for (const one of [...given, ...fromCredentials(given, readers)]) take(one, reading)
  for (const name of Object.keys(sections)) addDefaults(name, keysOf(name)!, reading)
  const config = assemble(file, reading)
  checkTogether(config, reading)
  if (reading.problems.length > 0) throw new ConfigError(reading.problems.sort(byLine))
  return config
}

function textOf(readers: ConfigReaders, file: string): string {
  try {
    return readers.readFile(file)
  } catch (error) {
    throw new ConfigError([`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`])
  }
}

const byLine = (left: string, right: string) => left.localeCompare(right, 'en', { numeric: true })

const camelised = (values: Record<string, unknown> = {}) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [camel(name), value]))

function assemble(file: string | null, reading: Reading): Config {
  const parts = Object.fromEntries(
    Object.keys(sections).map((name) => [name, camelised(reading.values.get(name))]),
  ) as unknown as Config
  // The table gives each section the shape of its type: the one place where this is taken on trust (config.test.ts looks).
  return {
    ...parts,
    file,
    chain: { ...parts.chain, networks: readNetworks(reading) },
    mail: finishedMail(parts),
    limits: readPlans(reading),
  }
}

const PORTS = { starttls: 587, tls: 465, none: 25 }
function finishedMail({ mail, issuer }: Config): Config['mail'] {
  const fallback: Mailbox | null = issuer.email ? { name: issuer.name, address: issuer.email } : null
  const from = mail.from?.name === '' ? { ...mail.from, name: issuer.name } : mail.from
  const port = mail.port === 0 ? PORTS[mail.security] : mail.port
  // undefined was refused already, and must not be reported as missing too.
  const sender = from === undefined ? from : (from ?? fallback)
  return { ...mail, port, from: sender, configured: (mail.host ?? '') !== '' }
}

function readPlans(reading: Reading): Record<string, PlanLimits> {
  const plans: Record<string, PlanLimits> = {}
  const given = [...reading.values.keys()].filter((section) => section.startsWith('limits.'))
  for (const name of new Set([...Object.keys(BUILT_IN_PLANS), ...given.map((section) => section.slice(7))])) {
    const section = `limits.${name}`
    if (!MEMBER_NAME.test(name))
      reading.problems.push(`${reading.places.get(section)}: ${section}: a plan is named with small letters and digits`)
    const values = reading.values.get(section) ?? {}
    reading.values.set(section, values)
    for (const [key, value] of Object.entries(BUILT_IN_PLANS[name] ?? {})) {
      if (values[key] === undefined && !reading.places.has(`${section}.${key}`)) values[key] = value
    }
    addDefaults(section, families.limits.keys, reading)
    plans[name] = camelised(values) as unknown as PlanLimits
  }
  return plans
}

type Problem = (name: string, reason: string, also?: string) => void

/** key_password goes with a signer: it then encrypts the keys of the data folder. */
function checkSigner(
  { signerUrl, signerAddress, keyFile }: Config['chain'],
  problem: Problem,
  places: Reading['places'],
): void {
  // What was refused already must not be reported as missing too.
  const isMissing = (name: string, value: string | undefined) =>
    value === '' || (value === undefined && !places.has(name))
  if (signerUrl && isMissing('chain.signer_address', signerAddress))
    problem(
      'chain.signer_address',
      'is missing; name the account that the remote signer signs with',
      'chain.signer_url',
    )
  if (signerAddress && isMissing('chain.signer_url', signerUrl))
    problem('chain.signer_url', 'is missing; signer_address is the account of a remote signer', 'chain.signer_address')
  if (signerUrl && keyFile)
    problem('chain.key_file', 'must be empty with signer_url; the key is either in a file or at the remote signer')
  const digits = signerAddress?.slice(2) ?? ''
  const isMixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase()
  if (signerAddress && isMixed && checksumAddress(signerAddress) !== signerAddress)
    problem('chain.signer_address', 'has a digit wrong; its capital letters do not match (EIP-55)')
}

/** What no key can be judged by alone. */
function checkTogether({ server, mail, chain }: Config, { problems, places }: Reading): void {
  const problem = (name: string, reason: string, also = name) =>
    problems.push(`${places.get(name) ?? places.get(also) ?? 'defaults'}: ${name}: ${reason}`)
  if (server.tlsCertFile !== undefined && server.tlsKeyFile !== undefined) {
    if (server.tlsCertFile !== '' && server.tlsKeyFile === '')
      problem(
        'server.tls_key_file',
        'is missing; tls_cert_file needs the key that belongs to it',
        'server.tls_cert_file',
      )
    if (server.tlsKeyFile !== '' && server.tlsCertFile === '')
      problem(
        'server.tls_cert_file',
        'is missing; tls_key_file needs the certificate that belongs to it',
        'server.tls_key_file',
      )
  }
  const { listen, adminListen } = server
  if (
    listen &&
    adminListen &&
    listen.port !== 0 &&
    listen.port === adminListen.port &&
    listen.host === adminListen.host
  )
    problem('server.admin_listen', 'is the same as listen; leave it empty to share one address')
  if (
    chain.default !== undefined &&
    !Object.hasOwn(chain.networks, chain.default) &&
    !places.has(`chain.${chain.default}`)
  ) {
    const known = Object.keys(chain.networks)
    problem(
      'chain.default',
      `network "${chain.default}" has no section [chain.${chain.default}]${hint(chain.default, known)}`,
    )
  }
  checkSigner(chain, problem, places)
  if (!mail.configured) return
  if (mail.from === null) problem('mail.from', 'is missing; a relay needs a sender (or set issuer.email)', 'mail.host')
  if (mail.password && mail.user === '') problem('mail.user', 'is missing; mail.password needs it', 'mail.password')
  if (mail.user && mail.password === '' && !places.has('mail.password'))
    problem('mail.password', 'is missing; mail.user needs it', 'mail.user')
  if (mail.user && mail.security === 'none')
    problem('mail.security', '"none" would send the password unencrypted; use "starttls" or "tls"', 'mail.user')
}
