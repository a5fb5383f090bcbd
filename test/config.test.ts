import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { BUILT_IN_PLANS, type Keys, families, sections } from '../src/config-keys.ts'
import { manual } from '../src/config-manual.ts'
import { linesOf } from '../src/config-source.ts'
import { type Config, ConfigError, loadConfig } from '../src/config.ts'

/** A configuration from texts: no disk, no environment of this machine. */
function load(text: string | null, env: Record<string, string> = {}, others: Record<string, string> = {}): Config {
  const files: Record<string, string> = { ...others, ...(text === null ? {} : { 't.toml': text }) }
  return loadConfig({
    file: text === null ? undefined : 't.toml',
    env,
    readFile: (path) => files[path]!,
    exists: (path) => Object.hasOwn(files, path),
  })
}
function problems(
  text: string | null,
  env: Record<string, string> = {},
  others: Record<string, string> = {},
): string[] {
  try {
    load(text, env, others)
  } catch (error) {
    if (error instanceof ConfigError) return error.lines
    throw error
  }
  return []
}

describe('the manual', () => {
  const committed = readFileSync('config.example.toml', 'utf8')

  test('is the table of keys, written out', () => expect(committed).toBe(manual()))

  test('parses to the defaults', () => {
    expect(load(committed)).toEqual({ ...load(null), file: 't.toml' })
  })

  test('has samples that are valid once their mark is removed', () => {
    const samples = committed.replace(/^#: (?!\w+_file = )/gm, '')
    const { chain } = load(samples)
    expect(Object.keys(chain.networks)).toEqual(['embedded', 'polygon', 'own'])
    expect(chain.networks.own!.network.chainId).toBe(31337)
  })

  test('names every key, and the twin file of every secret', () => {
    const all: [string, Keys][] = Object.entries({ ...sections, ...families }).map(([name, { keys }]) => [name, keys])
    for (const [, keys] of [...all, ['chain', sections.chain.keys] as [string, Keys]]) {
      for (const [name, key] of Object.entries(keys)) {
        expect(committed).toMatch(new RegExp(`^(#: )?${name} = `, 'm'))
        expect(key.text.length).toBeGreaterThan(15)
        if (key.secret) expect(committed).toMatch(new RegExp(`^#: ${name}_file = `, 'm'))
      }
    }
  })

  test('allows the twin file of a secret below the empty secret of the example', () => {
    const text = committed.replace(/^#: (password_file = .*)$/m, '$1')
    expect(text).not.toBe(committed)
    expect(load(text, {}, { '/run/secrets/password': 'hunter2\n' }).mail.password).toBe('hunter2')
  })
})

describe('the defaults', () => {
  const config = load(null)
  test('serve this machine alone from ./data on the embedded chain, and capture mail', () => {
    expect(config.server).toEqual({
      listen: { host: '127.0.0.1', port: 8080 },
      adminListen: null,
      publicUrl: '',
      tlsCertFile: '',
      tlsKeyFile: '',
      trustedProxies: [],
      embedOrigins: ['*'],
    })
    expect(config.data.dir).toBe('./data')
    expect(config.chain).toMatchObject({ default: 'embedded', syncWait: 10_000, batchWindow: null, batchMax: 20_000 })
    expect(Object.keys(config.chain.networks)).toEqual(['embedded'])
    expect(config.chain.networks.embedded).toMatchObject({ rpcUrls: [], contract: '', confirmations: 1 })
    expect(config.mail).toMatchObject({ configured: false, port: 587, from: null })
    expect(config.log).toEqual({ level: 'info', format: 'auto' })
  })

  test('have the three plans of the product', () => {
    expect(config.limits).toEqual({
      standard: { requestsPerMinute: 60, batchSize: 100 },
      professional: { requestsPerMinute: 300, batchSize: 500 },
      enterprise: { requestsPerMinute: 0, batchSize: 10_000 },
    })
    expect(Object.keys(BUILT_IN_PLANS)).toEqual(Object.keys(config.limits))
  })

  test('are what an empty file means', () => expect(load('')).toEqual({ ...config, file: 't.toml' }))

  test('leave no value open', () => {
    const open = Object.entries(config).filter(([, part]) => Object.values(part ?? {}).includes(undefined))
    expect(open).toEqual([])
  })
})

describe('a mistake is named with file, line, key and cure', () => {
  test.each([
    ['[server]\nlistne = "x"', 't.toml:2: server.listne: unknown key, did you mean "listen"?'],
    [
      '\n[server]\nlisten = 80',
      't.toml:3: server.listen: wants an address and a port like "127.0.0.1:8080", "0.0.0.0:8080" or "[::]:8080", not 80',
    ],
    ['[server]\nlisten = "127.0.0.1:99999"', 't.toml:2: server.listen: wants an address'],
    [
      '[server]\npublic_url = "https://example.org/certificates"',
      't.toml:2: server.public_url: wants the http or https address of the site without a path',
    ],
    ['[server]\npublic_url = "ftp://example.org"', 't.toml:2: server.public_url'],
    ['[server]\ntrusted_proxies = ["10.0.0.0/99"]', 't.toml:2: server.trusted_proxies'],
    ['[server]\nembed_origins = ["https://a.example/page"]', 't.toml:2: server.embed_origins: wants a list of origins'],
    ['[server]\nembed_origins = ["https://a.example; script-src *"]', 't.toml:2: server.embed_origins'],
    ['[server]\nembed_origins = ["*.example.org"]', 't.toml:2: server.embed_origins'],
    ['[server]\ntls_cert_file = "missing.pem"', 't.toml:2: server.tls_cert_file: there is no file "missing.pem"'],
    ['[server]\nadmin_listen = "127.0.0.1:8080"', 't.toml:2: server.admin_listen: is the same as listen'],
    [
      '[issuer]\nlanguage = "klingon"',
      't.toml:2: issuer.language: wants one of "en", "sv", "de", "fr", "es", not "klingon"',
    ],
    ['[issuer]\nemail = "a@example.org, b@example.org"', 't.toml:2: issuer.email'],
    ['[issuer]\nname = "two\\nlines"', 't.toml:2: issuer.name'],
    ['[data]\ndir = ""', 't.toml:2: data.dir: wants a path'],
    ['[chain]\nsync_wait = "10"', 't.toml:2: chain.sync_wait: wants a duration like'],
    ['[chain]\nsync_wait = "61s"', 't.toml:2: chain.sync_wait'],
    ['[chain]\nbatch_max = 0', 't.toml:2: chain.batch_max: wants a whole number from 1 to 65536, not 0'],
    ['[chain]\ndefault = "polygon"', 't.toml:2: chain.default: network "polygon" has no section [chain.polygon]'],
    ['[chain.polygon]', 't.toml:1: chain.polygon.rpc_urls: is missing'],
    [
      '[chain.polygn]\nrpc_urls = ["https://a.example"]',
      't.toml:1: chain.polygn.chain_id: is missing; polygn is not built in, did you mean "polygon"?',
    ],
    [
      '[chain.polygon]\nrpc_urls = ["https://a.example"]\nchain_id = 137',
      't.toml:3: chain.polygon.chain_id: polygon is built in',
    ],
    [
      '[chain.mine]\nrpc_urls = ["https://a.example"]\nchain_id = 137',
      't.toml:3: chain.mine.chain_id: 137 is built in; name the section [chain.polygon]',
    ],
    [
      `[chain.polygon]\nrpc_urls = ["https://a.example"]\nowner = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92267"`,
      't.toml:3: chain.polygon.owner: 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92267 is mistyped',
    ],
    [
      `[chain.polygon]\nrpc_urls = ["https://a.example"]\nowner = "0x${'00'.repeat(20)}"`,
      't.toml:3: chain.polygon.owner: is the zero address',
    ],
    [
      `[chain.mine]\nchain_id = 5\nrpc_urls = ["https://a.example"]\ncontract = "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266"`,
      't.toml:4: chain.mine.contract: 0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266 is mistyped',
    ],
    ['[chain.embedded]\nconfirmations = 3', 't.toml:1: chain.embedded: the embedded chain runs inside'],
    ['[chain.My-Net]\nchain_id = 5', 't.toml:1: chain.My-Net: a network is named'],
    ['[mail]\nhost = "relay.example.org"', 't.toml:2: mail.from: is missing'],
    ['[mail]\nhost = "r.example"\nfrom = "a@b.example"\nuser = "u"', 't.toml:4: mail.password: is missing'],
    [
      '[mail]\nhost = "r.example"\nfrom = "a@b.example"\nuser = "u"\npassword = "p"\nsecurity = "none"',
      't.toml:6: mail.security: "none" would send the password unencrypted',
    ],
    ['[mail]\nhost = "r.example"\nfrom = "two words"', 't.toml:3: mail.from: wants a sender like'],
    ['[limits.standard]\nbatch_size = "many"', 't.toml:2: limits.standard.batch_size'],
    [
      '[inbox]\nlisten = "x"',
      't.toml:1: unknown section "inbox" (sections: server, issuer, data, chain, metrics, mail, geo, privacy, log, limits)',
    ],
    ['[servr]', 't.toml:1: unknown section "servr", did you mean "server"?'],
    ['listen = "127.0.0.1:1"', 't.toml:1: the key "listen" stands outside any section'],
    ['server = 5', 't.toml:1: server: is a section'],
    ['[log]\nlevel = loud', 't.toml:2:9: this is not TOML'],
    ['[log]\nconstructor = 1', 't.toml:2: log.constructor: unknown key'],
    ['server.listne = 1', 't.toml:1: server.listne'],
  ])('%#: %s', (text, expected) => {
    const found = problems(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toStartWith(expected)
  })

  test.each(['0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', `0x${'ab'.repeat(20)}`, `0x${'AB'.repeat(20)}`])(
    'an owner is taken as people write it: %s',
    (owner) => expect(problems(`[chain.polygon]\nrpc_urls = ["https://a.example"]\nowner = "${owner}"`)).toEqual([]),
  )

  test('all mistakes are told at once, in the order of the lines', () => {
    const text = `[log]\nlevel = "loud"\n${'\n'.repeat(8)}[chain]\nsync_wait = 5\nbatch_max = "x"`
    expect(problems(text).map((line) => line.split(' ')[0])).toEqual(['t.toml:2:', 't.toml:12:', 't.toml:13:'])
  })

  test('a file that was named and is missing', () => {
    const readers = { env: {}, readFile: () => '', exists: () => false }
    expect(() => loadConfig({ ...readers, file: 'gone.toml' })).toThrow('gone.toml: there is no such file')
    expect(() => loadConfig({ ...readers, env: { TESTAMUR_CONFIG: 'gone.toml' } })).toThrow('TESTAMUR_CONFIG')
  })

  test('any bytes give a configuration or a ConfigError, never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...manual().split('\n\n'))), (text) => void problems(text)),
    )
  })

  test('any value under any key gives a configuration or a ConfigError', () => {
    const names = Object.entries(sections).flatMap(([name, { keys }]) => Object.keys(keys).map((key) => [name, key]))
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()))
    fc.assert(
      fc.property(fc.constantFrom(...names), value, ([section, key], given) => {
        problems(`[${section}]\n${key} = ${JSON.stringify(given)}`)
      }),
    )
  })
})

describe('the search', () => {
  const search = (existing: string[], env: Record<string, string> = {}) =>
    loadConfig({ env, readFile: () => '', exists: (path) => existing.includes(path) }).file
  test('--config, TESTAMUR_CONFIG, ./testamur.toml, /etc/testamur/testamur.toml, else nothing', () => {
    const both = ['./testamur.toml', '/etc/testamur/testamur.toml', 'other.toml']
    expect(search(both, { TESTAMUR_CONFIG: 'other.toml' })).toBe('other.toml')
    expect(search(both)).toBe('./testamur.toml')
    expect(search(['/etc/testamur/testamur.toml'])).toBe('/etc/testamur/testamur.toml')
    expect(search([])).toBeNull()
  })
})

describe('the environment', () => {
  test('wins over the file, in every type', () => {
    const config = load('[log]\nlevel = "warn"', {
      TESTAMUR_LOG__LEVEL: 'debug',
      TESTAMUR_SERVER__TRUSTED_PROXIES: '10.0.0.7, 192.168.0.0/16',
      TESTAMUR_SERVER__EMBED_ORIGINS: 'https://a.example/, http://b.example:8080',
      TESTAMUR_CHAIN__BATCH_MAX: '7',
      TESTAMUR_CHAIN__POLYGON__RPC_URLS: 'https://a.example,https://b.example',
      TESTAMUR_LIMITS__STANDARD__BATCH_SIZE: '9',
    })
    expect(config.log.level).toBe('debug')
    expect(config.server.trustedProxies).toEqual(['10.0.0.7', '192.168.0.0/16'])
    expect(config.server.embedOrigins).toEqual(['https://a.example', 'http://b.example:8080'])
    expect(config.chain.batchMax).toBe(7)
    expect(config.chain.networks.polygon!.rpcUrls).toEqual(['https://a.example', 'https://b.example'])
    expect(config.limits.standard).toEqual({ requestsPerMinute: 60, batchSize: 9 })
  })

  test('is checked like the file, and its own mistakes are named by variable', () => {
    expect(problems(null, { TESTAMUR_LOG__LEVLE: 'x' })).toEqual([
      'environment TESTAMUR_LOG__LEVLE: log.levle: unknown key, did you mean "level"?',
    ])
    expect(problems(null, { TESTAMUR_INBOX__LISTEN: 'x' })[0]).toContain('unknown section "inbox"')
    expect(problems(null, { TESTAMUR_GEO__DATABASE: 'x.mmdb' })[0]).toContain('geo.database: there is no file "x.mmdb"')
    expect(problems(null, { TESTAMUR_CHAIN__BATCH_MAX: 'seven' })[0]).toContain('wants a whole number')
    expect(problems(null, { TESTAMUR_LOG__A__B: 'x' })[0]).toContain('TESTAMUR_SECTION__KEY')
  })

  test('other variables are none of our business', () => {
    expect(problems(null, { TESTAMUR_CHROMIUM: '/x', LOG__LEVEL: 'loud', PATH: '/bin' })).toEqual([])
  })
})

describe('secrets', () => {
  const mail = '[mail]\nhost = "r.example"\nfrom = "a@b.example"\nuser = "u"\n'

  test('come from a file of their own, without its last line end', () => {
    const { password } = load(`${mail}password_file = "secret"`, {}, { secret: ' p w \r\n' }).mail
    expect(password).toBe(' p w ')
  })

  test('a list of addresses comes from a file with one in each line', () => {
    const { chain } = load(
      '[chain.fuji]\nrpc_urls_file = "urls"',
      {},
      { urls: 'https://a.example/key\nhttps://b.example\n' },
    )
    expect(chain.networks.fuji!.rpcUrls).toEqual(['https://a.example/key', 'https://b.example'])
  })

  test('both ways at once are refused, a missing file is named', () => {
    const both = `${mail}password = "x"\npassword_file = "secret"`
    expect(problems(both, {}, { secret: 'y' })).toEqual([
      't.toml:6: mail.password_file: give either password or password_file, not both',
    ])
    expect(problems(`${mail}password_file = "gone"`)).toEqual(['t.toml:5: mail.password_file: there is no file "gone"'])
  })

  test('the environment may replace the file by the twin', () => {
    const env = { TESTAMUR_MAIL__PASSWORD_FILE: 'secret' }
    expect(load(`${mail}password = "old"`, env, { secret: 'new' }).mail.password).toBe('new')
  })

  test('are never printed, whatever is wrong with them', () => {
    const canary = 'CANARY-5f1e'
    const texts = [
      `[mail]\npassword = ["${canary}"]`,
      `[mail]\npassword = "${canary}\\n"`,
      `[chain]\nkey_password = "${canary}\\u0000"`,
      `[chain.polygon]\nrpc_urls = ["ftp://${canary}"]`,
      `[chain.polygon]\nrpc_urls = "${canary}"`,
      `[mail]\npassword = "${canary}`,
      `[mail]\npassword = ${canary}`,
    ]
    for (const text of texts) {
      const found = problems(text)
      expect(found).not.toEqual([])
      expect(found.join('\n')).not.toContain(canary)
    }
    expect(problems('[mail]\npassword_file = "s"', {}, { s: `${canary}\nline two` }).join()).not.toContain(canary)
  })
})

describe('credentials of the service manager', () => {
  const env = { CREDENTIALS_DIRECTORY: '/run/credentials/testamur.service' }
  const file = (name: string) => `${env.CREDENTIALS_DIRECTORY}/${name}`

  test('give every secret that is given in no other way, also where the example has it empty', () => {
    const others = {
      [file('chain.key_password')]: 'from systemd\n',
      [file('mail.password')]: 'relay',
      [file('chain.fuji.rpc_urls')]: 'https://a.example/key\nhttps://b.example\n',
      [file('chain.polygon.rpc_urls')]: 'https://not.configured.example',
      [file('log.level')]: 'debug',
    }
    const mail = '[mail]\nhost = "r.example"\nfrom = "a@b.example"\nuser = "u"\n'
    for (const given of ['', '[chain]\nkey_password = ""\n', '[chain]\nkey_password_file = ""\n']) {
      const config = load(`${given}${mail}[chain.fuji]\n`, env, others)
      expect(config.chain.keyPassword).toBe('from systemd')
      expect(config.mail.password).toBe('relay')
      expect(config.chain.networks.fuji!.rpcUrls).toEqual(['https://a.example/key', 'https://b.example'])
      expect(Object.keys(config.chain.networks)).toEqual(['embedded', 'fuji'])
      expect(config.log.level).toBe('info') // no secret
    }
  })

  test('yield to the file and to the environment, and are not looked for without their folder', () => {
    const others = { [file('chain.key_password')]: 'credential', secret: 'own file' }
    const password = (text: string, more: Record<string, string> = env) => load(text, more, others).chain.keyPassword
    expect(password('[chain]\nkey_password = "written"')).toBe('written')
    expect(password('[chain]\nkey_password_file = "secret"')).toBe('own file')
    expect(password('', { ...env, TESTAMUR_CHAIN__KEY_PASSWORD: 'variable' })).toBe('variable')
    expect(password('', { ...env, TESTAMUR_CHAIN__KEY_PASSWORD_FILE: 'secret' })).toBe('own file')
    expect(password('', {})).toBe('')
    expect(password('')).toBe('credential') // control
  })

  test('that are no good are named by their file, never by their text', () => {
    const found = problems('', env, { [file('chain.key_password')]: 'CANARY\nline two' })
    expect(found).toEqual([
      `${file('chain.key_password')}: chain.key_password_file: wants text of at most 1000 characters on one line`,
    ])
  })
})

describe('a remote signer', () => {
  const URL_LINE = 'signer_url = "https://signer.example/CANARY"'
  const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  const ADDRESS_LINE = `signer_address = "${ADDRESS}"`

  test('needs its address and its account, each named with file, line and cure', () => {
    expect(problems(`[chain]\n${URL_LINE}`)).toEqual([
      't.toml:2: chain.signer_address: is missing; name the account that the remote signer signs with',
    ])
    expect(problems(`[chain]\n${ADDRESS_LINE}`)).toEqual([
      't.toml:2: chain.signer_url: is missing; signer_address is the account of a remote signer',
    ])
    // What was refused itself is not reported as missing as well.
    expect(problems(`[chain]\nsigner_address = "0x12"\n${URL_LINE}`)).toEqual([
      't.toml:2: chain.signer_address: wants an account address (0x and 40 hexadecimal digits), or "", not "0x12"',
    ])
    expect(problems(`[chain]\nsigner_url = "CANARY"\n${ADDRESS_LINE}`)).toEqual([
      't.toml:2: chain.signer_url: wants an address like "https://example.org/…", or ""',
    ])
    expect(problems(`[chain]\n${URL_LINE}\n${ADDRESS_LINE}`)).toEqual([])
  })

  test('excludes a key file, but not the password of the keys in the data folder', () => {
    const both = `[chain]\n${URL_LINE}\n${ADDRESS_LINE}\nkey_file = "k"`
    expect(problems(both, {}, { k: '' })).toEqual([
      't.toml:4: chain.key_file: must be empty with signer_url; the key is either in a file or at the remote signer',
    ])
    const { chain } = load(`[chain]\n${URL_LINE}\n${ADDRESS_LINE}\nkey_password = "p"`)
    expect([chain.keyPassword, chain.signerAddress]).toEqual(['p', ADDRESS])
  })

  test('with a mistyped account is refused where its capital letters tell', () => {
    const given = (address: string) => problems(`[chain]\n${URL_LINE}\nsigner_address = "${address}"`)
    expect(given(ADDRESS.replace('f39F', 'f38F'))).toEqual([
      't.toml:3: chain.signer_address: has a digit wrong; its capital letters do not match (EIP-55)',
    ])
    expect([...given(ADDRESS.toLowerCase()), ...given(`0x${ADDRESS.slice(2).toUpperCase()}`)]).toEqual([])
  })
})

describe('what follows from several keys', () => {
  test('a network of one’s own, and a built-in one with other bounds', () => {
    const { chain } = load(
      '[chain]\ndefault = "mine"\n[chain.mine]\nchain_id = 31337\nrpc_urls = ["http://127.0.0.1:8545"]\nlegacy_fees = true\nexplorer_url = "https://e.example/"\n[chain.amoy]\nrpc_urls = ["https://a.example"]\nmax_fee_gwei = 1.5\nconfirmations = 3',
    )
    expect(chain.networks.mine).toMatchObject({ explorerUrl: 'https://e.example', maxFeeGwei: 200 })
    expect(chain.networks.mine!.network).toMatchObject({ name: 'mine', chainId: 31337, legacyFees: true })
    expect(chain.networks.amoy!.network).toMatchObject({ chainId: 80002, confirmations: 3, maxFeeGwei: 1.5 })
  })

  test('the sender of mail is the issuer unless it is named', () => {
    const issuer = '[issuer]\nname = "Example University"\nemail = "info@example.org"\n[mail]\nhost = "localhost"\n'
    expect(load(issuer).mail.from).toEqual({ name: 'Example University', address: 'info@example.org' })
    expect(load(`${issuer}from = "no-reply@example.org"`).mail.from).toEqual({
      name: 'Example University',
      address: 'no-reply@example.org',
    })
    expect(load(`${issuer}from = "\\"R, S\\" <r@example.org>"`).mail.from).toEqual({
      name: 'R, S',
      address: 'r@example.org',
    })
  })

  test('the port of the relay follows its security', () => {
    const port = (security: string) => load(`[mail]\nsecurity = "${security}"`).mail.port
    expect([port('starttls'), port('tls'), port('none')]).toEqual([587, 465, 25])
  })

  test('a public address is an origin, with or without its last slash', () => {
    const origin = (text: string) => load(`[server]\npublic_url = "${text}"`).server.publicUrl
    expect(origin('https://verify.example.org/')).toBe('https://verify.example.org')
    expect(origin('http://localhost:8080')).toBe('http://localhost:8080')
    for (const wrong of [
      'https://a.example/?',
      'https://a.example#',
      'https://u:p@a.example',
      'https://a.example//',
      'a.example',
    ])
      expect(() => origin(wrong)).toThrow(ConfigError)
  })

  test('an IPv6 address keeps its brackets in the file only', () => {
    expect(load('[server]\nlisten = "[::1]:0"').server.listen).toEqual({ host: '::1', port: 0 })
  })

  test('a plan of one’s own starts from the standard one', () => {
    expect(load('[limits.campus]\nbatch_size = 0').limits.campus).toEqual({ requestsPerMinute: 60, batchSize: 0 })
  })
})

test('lines are found below dotted keys, quoted keys and multi-line text', () => {
  const lines = linesOf('a.b = 1\n[x]\n"k" = """\n[y]\nz = 1\n"""\nlast = 2\n[p.q]\nr = 1')
  expect(lines.get('a.b')).toBe(1)
  expect(lines.get('x.k')).toBe(3)
  expect(lines.get('x.last')).toBe(7)
  expect(lines.get('p.q.r')).toBe(9)
  expect(lines.has('y')).toBe(false)
})

test('this machine has the file that init writes', () => expect(existsSync('config.example.toml')).toBe(true))
