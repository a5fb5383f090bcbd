/** config.example.toml: the table of keys written out. It is the manual, and parses to the defaults. */
import { BUILT_IN_PLANS, type Keys, type TomlValue, families, sections } from './config-keys.ts'

const WIDTH = 96

function wrapped(text: string): string[] {
  const lines = ['#']
  for (const word of text.split(' ')) {
    if (lines.at(-1)!.length + word.length >= WIDTH) lines.push('#')
    lines[lines.length - 1] += ` ${word}`
  }
  return lines
}

const toml = (value: TomlValue): string =>
  Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]` : JSON.stringify(value)

/** Each key with its paragraph. `live` keys are written with their defaults, others as comments with a sample. */
function keyLines(keys: Keys, live: boolean): string[] {
  return Object.entries(keys).flatMap(([name, { default: preset, sample, secret, text }]) => {
    const value = toml(sample ?? preset ?? '')
    return [
      '',
      ...wrapped(text),
      `${live ? '' : '#: '}${name} = ${value}`,
      ...(secret ? [`#: ${name}_file = "/run/secrets/${name}"`] : []),
    ]
  })
}

const HEAD = [
  'Testamur: every setting there is, with what it does and its default. "testamur init" writes this file, "testamur check" checks yours.',
  'An empty file is a valid configuration. Lines that begin with "#:" are samples: remove the mark to use them. A setting that is not known is refused, never ignored.',
  'Every key can be set from outside as TESTAMUR_SECTION__KEY, which wins over this file: TESTAMUR_LOG__LEVEL=debug, TESTAMUR_CHAIN__POLYGON__RPC_URLS=https://rpc.example.org (lists with commas). Every secret can stand in a file of its own instead: password_file = "/run/secrets/password". A secret that is given in neither way is looked for among the credentials of the service manager, as a file section.key in $CREDENTIALS_DIRECTORY: LoadCredential=mail.password:/etc/testamur/mail-password.',
  'Durations are text like "500ms", "10s", "5m", "24h". Relative paths start at the working directory of the program.',
]

/** The text of config.example.toml. */
export function manual(): string {
  const lines = HEAD.flatMap((paragraph, index) => [...(index === 0 ? [] : ['#']), ...wrapped(paragraph)])
  for (const [name, section] of Object.entries(sections)) {
    lines.push('', '', ...wrapped(section.text), `[${name}]`, ...keyLines(section.keys, true))
    if (name === 'chain') {
      lines.push('', '', ...wrapped(families.chain.text), '#: [chain.polygon]')
      const own = ['chain_id', 'legacy_fees']
      const split = (wanted: boolean) =>
        Object.fromEntries(Object.entries(families.chain.keys).filter(([key]) => own.includes(key) === wanted)) as Keys
      lines.push(...keyLines(split(false), false), '', '#: [chain.own]')
      lines.push('#: rpc_urls = ["http://127.0.0.1:8545"]', ...keyLines(split(true), false))
    }
    if (name === 'mail') lines.push(...planLines())
  }
  return `${lines.join('\n')}\n`
}

function planLines(): string[] {
  const explained = Object.entries(families.limits.keys).flatMap(([name, { text }]) => wrapped(`${name}: ${text}`))
  const plans = Object.entries(BUILT_IN_PLANS).map(([plan, values]) =>
    ['', `[limits.${plan}]`, ...Object.entries(values).map(([name, value]) => `${name} = ${value}`)].join('\n'),
  )
  return ['', '', ...wrapped(families.limits.text), '#', ...explained, ...plans]
}
