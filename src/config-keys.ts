/** THE table of configuration keys. Parsing, checks, environment names, secret files and config.example.toml come from it. */
import {
  type Kind,
  address,
  addressOrNone,
  automaticDuration,
  duration,
  filledLine,
  filledPath,
  frameOrigins,
  hostName,
  ipRanges,
  line,
  mailAddressOrNone,
  mailboxOrNone,
  oneOf,
  originOrNone,
  path,
  pattern,
  webAddressOrNone,
  wholeNumber,
  yesNo,
} from './config-kinds.ts'
import { key, SECRET, type Key } from './config-key.ts'
import { networkKeys } from './config-network-keys.ts'

export { SECRET, type Key, type TomlValue } from './config-key.ts'

export const LANGUAGES = ['en', 'sv', 'de', 'fr', 'es'] as const

/** Sections with fixed keys. */
export const sections = {
  server: {
    text: 'Where the program listens and how the world sees it.',
    keys: {
      listen: key(
        address,
        '127.0.0.1:8080',
        'Address and port for everything public: certificate pages, verification, and (unless admin_listen is set) the API. The default answers this machine alone; "0.0.0.0:8080" answers all networks. Port 0 takes any free port and logs it.',
      ),
      admin_listen: key(
        addressOrNone,
        '',
        'A second address for the private half, the API under /v1. When it is set, the public address answers 404 to /v1. Empty: both halves share listen.',
      ),
      public_url: key(
        originOrNone,
        '',
        'The address recipients and verifiers see, without a path, like "https://verify.example.org". It goes into every certificate, link and QR code and becomes the identity of the issuer (did:web), so choose a name you will keep. Empty: the address of listen, which is right for a trial on one machine and wrong for everything else.',
      ),
      tls_cert_file: key(
        path,
        '',
        'Certificate chain in PEM, when this program itself answers HTTPS. Empty: plain HTTP, for a reverse proxy in front.',
        { mustExist: true },
      ),
      tls_key_file: key(path, '', 'The private key that belongs to tls_cert_file, in PEM.', { mustExist: true }),
      trusted_proxies: key(
        ipRanges,
        [],
        'Addresses of the reverse proxies in front, like ["10.0.0.7", "192.168.0.0/16"]. Only from these is X-Forwarded-For believed; from all others it is ignored.',
      ),
      embed_origins: key(
        frameOrigins,
        ['*'],
        'Sites that may show the small card of a certificate (/cert_…/embed) in a frame, like ["https://www.example.org"]; ["*"] allows all, [] none. Every other page refuses to be framed.',
      ),
    },
  },
  issuer: {
    text: 'Who issues. A certificate keeps what stood here when it was issued.',
    keys: {
      name: key(filledLine(), 'Unnamed organisation', 'The name on every certificate.'),
      url: key(webAddressOrNone, '', 'Home page of the organisation.'),
      email: key(mailAddressOrNone, '', 'Where a recipient or a verifier can ask. Public.'),
      language: key(
        oneOf(...LANGUAGES),
        'en',
        'Language of pages and mails where neither the recipient nor the visitor asks for another: en, sv, de, fr or es.',
      ),
      status_list: key(
        yesNo,
        true,
        'Whether certificates name the public status list, by which standard verifiers see a revocation. Blockcerts verifiers up to 6.35 cannot read such lists and refuse the certificate: set false for certificates that must pass there. Revocations are on the chain either way.',
      ),
      linkedin_organization_id: key(
        pattern('the digits of a LinkedIn organisation id', /^\d{0,20}$/),
        '',
        'Number of the organisation at LinkedIn. With it the "add to profile" link shows the logo of the organisation; without it, its name.',
      ),
    },
  },
  data: {
    text: 'What the program keeps.',
    keys: {
      dir: key(
        filledPath,
        './data',
        'Folder of the database, the keys and the embedded chain; made at first start and readable by its owner alone. One running program per folder. A relative path starts at the working directory.',
      ),
    },
  },
  chain: {
    text: 'Where certificates are anchored. The embedded chain runs inside the program and needs nothing; for a public chain, add a section [chain.<network>] below.',
    keys: {
      default: key(
        pattern('the name of a network', /^[a-z0-9_]{1,40}$/),
        'embedded',
        'The network for certificates that name none: "embedded", or one with a section [chain.<network>].',
      ),
      sync_wait: key(
        duration('60s'),
        '10s',
        'How long the answer to an issue request waits for the chain to confirm. Longer than that and the answer says "pending"; the certificate is issued all the same. A client can ask for less with "Prefer: wait=N".',
      ),
      batch_window: key(
        automaticDuration('24h'),
        '',
        'How long certificates are collected before one transaction anchors them all. Longer is cheaper, shorter is sooner. Empty: at once on the embedded chain, 5s elsewhere.',
      ),
      batch_max: key(
        wholeNumber(1, 65_536),
        20_000,
        'A transaction is sent without waiting for batch_window once this many certificates have come together.',
      ),
      key_file: key(
        path,
        '',
        'Account that pays for transactions on public networks: an encrypted Ethereum key store (JSON, version 3), readable by its owner alone. Empty: the account that is made at first start and kept encrypted in the data folder, which serves the embedded chain in any case.',
        { mustExist: true },
      ),
      key_password: key(
        line(1000),
        '',
        'Password of key_file. Without a key_file: the password under which the keys made at first start are encrypted, instead of a key that lies beside them; keep it, for nothing opens them without it. Set it before the first start; later, "testamur chain account --change-password" sets, changes and removes it.',
        SECRET,
      ),
      signer_url: key(
        webAddressOrNone,
        '',
        'A remote signer that holds the account of the public networks instead (JSON-RPC eth_signTransaction, like Web3Signer or clef). It may hold an access key and is never printed. Needs signer_address; key_file must then be empty.',
        SECRET,
      ),
      signer_address: key(
        pattern('an account address (0x and 40 hexadecimal digits), or ""', /^(0x[0-9a-fA-F]{40})?$/),
        '',
        'The account that the remote signer signs with. Every signature is checked against it.',
      ),
    },
  },
  metrics: {
    text: 'Numbers for a monitoring system (Prometheus text format) at /metrics, on an address of their own.',
    keys: {
      listen: key(
        addressOrNone,
        '',
        'Address and port, like "127.0.0.1:9090". Whoever reaches it reads the numbers, which hold no personal data. Empty: no metrics.',
      ),
    },
  },
  mail: {
    text: 'The relay that takes our mail. Without a host every mail is kept in the outbox and shown there: never lost, never an error.',
    keys: {
      host: key(hostName, '', 'Host name of the relay. Empty: no mail leaves.'),
      port: key(wholeNumber(0, 65_535), 0, 'Port of the relay. 0: 587 for starttls, 465 for tls, 25 for none.'),
      security: key(
        oneOf('starttls', 'tls', 'none'),
        'starttls',
        '"starttls" begins in plain text and insists on TLS before anything is sent; "tls" is encrypted from the first byte; "none" sends in the clear, for a relay on the same machine.',
      ),
      user: key(line(), '', 'User name at the relay. Empty: no authentication.'),
      password: key(line(1000), '', 'Password at the relay.', SECRET),
      from: key(
        mailboxOrNone,
        '',
        'Sender of every mail, like "Registrar <registrar@example.org>". Empty: issuer.name and issuer.email.',
      ),
      reply_to: key(mailAddressOrNone, '', 'Where answers go. Empty: to the sender.'),
    },
  },
  geo: {
    text: 'Where visitors of certificates come from: town and country, looked up on this machine.',
    keys: {
      database: key(
        path,
        '',
        'A database in MaxMind format (.mmdb) of city or country level, like GeoLite2-City or DB-IP City Lite. It is read at start and held in memory, as large as the file; restart after exchanging it. Empty: no locations.',
        { mustExist: true },
      ),
    },
  },
  privacy: {
    text: 'What is kept about visitors. Never an IP address, whatever stands here.',
    keys: {
      store_locations: key(
        yesNo,
        true,
        'Whether town and country of a visitor are counted and told in the event certificate.viewed. Needs geo.database; with false no location is looked up and none is kept.',
      ),
    },
  },
  log: {
    text: 'The log goes to standard output, one line for each event. It holds no secrets and no personal data.',
    keys: {
      level: key(
        oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace'),
        'info',
        'The least important level that is written: fatal, error, warn, info, debug or trace.',
      ),
      format: key(
        oneOf('auto', 'json', 'pretty'),
        'auto',
        '"json" for machines, "pretty" for people, "auto": pretty on a terminal and json elsewhere.',
      ),
    },
  },
}

/** Keys of every [limits.<plan>]. */
export const planKeys = {
  requests_per_minute: key(
    wholeNumber(0, 1_000_000),
    60,
    'Requests an API key of this plan may make in a minute. 0: as many as it likes.',
  ),
  batch_size: key(
    wholeNumber(0, 100_000),
    100,
    'Recipients that one batch request of this plan may hold. 0: as many as fit into a request.',
  ),
}

export const families = {
  chain: {
    text: 'A network certificates can be anchored on. Built in: ethereum, polygon, avalanche, fantom, sonic and the test networks sepolia, amoy, fuji. Any other EVM network by a name of your own with chain_id and rpc_urls.',
    keys: networkKeys,
  },
  limits: {
    text: 'What an API key may do, by the plan it was made with. More plans may be added: [limits.<name>].',
    keys: planKeys,
  },
}

/** Plans that are there without being written. */
export const BUILT_IN_PLANS: Record<string, { requests_per_minute: number; batch_size: number }> = {
  standard: { requests_per_minute: 60, batch_size: 100 },
  professional: { requests_per_minute: 300, batch_size: 500 },
  enterprise: { requests_per_minute: 0, batch_size: 10_000 },
}

type Camel<Text extends string> = Text extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text
/** The values of a set of keys, with names as TypeScript writes them. */
export type Values<Keys> = {
  [Name in keyof Keys as Camel<Name & string>]: Keys[Name] extends Key<infer Value> ? Value : never
}
export const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

export type Keys = Record<string, Key>

/** Keys that may stand in `server`, `chain.polygon`, `limits.standard`, …; undefined when there is no such section. */
export function keysOf(section: string): Keys | undefined {
  const [name = '', member] = section.split('.')
  if (member !== undefined) return (families as Record<string, { keys: Keys }>)[name]?.keys
  return Object.hasOwn(sections, name) ? (sections as Record<string, { keys: Keys }>)[name]!.keys : undefined
}
export const isFamily = (name: string) => Object.hasOwn(families, name)
export const sectionNames = () => [...new Set([...Object.keys(sections), ...Object.keys(families)])]
