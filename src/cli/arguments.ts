/** argv → a command with its flags, or one line that says what was wrong. Every command has its own table of flags. */
import { didYouMean } from '../domain/suggest.ts'

export interface Flag {
  /** Without the dashes. */
  name: string
  /** What stands after it: FILE, NAME, … Absent: a switch. */
  value?: string
  /** May be given more than once. */
  many?: boolean
  required?: boolean
  summary: string
}
export interface Positional {
  /** As help shows it: FILE. */
  name: string
  required: boolean
  many?: boolean
}
export interface CommandShape {
  /** `check`, `keys create`. */
  name: string
  /** One line for the list of commands. */
  summary: string
  /** Paragraphs of its own help. */
  description?: string[]
  flags: Flag[]
  positionals: Positional[]
}

/** What was given, by the names of the command's own tables; asking for another name is a mistake in the program. */
export class Arguments {
  constructor(
    private readonly flags: Map<string, string[]>,
    readonly positionals: string[],
  ) {}
  has(flag: string): boolean {
    return this.flags.has(flag)
  }
  /** The value of a flag, undefined when it was not given. */
  value(flag: string): string | undefined {
    return this.flags.get(flag)?.[0]
  }
  values(flag: string): string[] {
    return this.flags.get(flag) ?? []
  }
}

export type Parsed<Command> =
  | { kind: 'help'; text: string }
  | { kind: 'run'; command: Command; arguments: Arguments }
  | { kind: 'refused'; message: string }

/** Understood by every command. */
export const COMMON_FLAGS: Flag[] = [
  { name: 'config', value: 'FILE', summary: 'configuration to use instead of the one that is found' },
  { name: 'help', summary: 'show this help' },
]

const PROGRAM = 'testamur'
const refused = (message: string) => ({ kind: 'refused', message }) as const

export function parseArguments<Command extends CommandShape>(commands: Command[], argv: string[]): Parsed<Command> {
  const [first, ...rest] = argv
  if (first === undefined) return refused(`which command? "${PROGRAM} --help" lists them`)
  if (first === '--help' || first === '-h') return { kind: 'help', text: overview(commands) }
  if (first === 'help') {
    const command = findCommand(commands, rest)?.command
    return command
      ? { kind: 'help', text: helpOf(command) }
      : rest.length === 0
        ? { kind: 'help', text: overview(commands) }
        : refused(unknownCommand(commands, rest))
  }
  const found = findCommand(commands, argv[0] === '--version' ? ['version', ...rest] : argv)
  if (!found) {
    const group = commands.filter(({ name }) => name.startsWith(`${first} `))
    if (group.length > 0 && (rest[0] === '--help' || rest[0] === '-h')) return { kind: 'help', text: overview(group) }
    return refused(unknownCommand(commands, argv))
  }
  return parseCommand(found.command, found.rest)
}

function findCommand<Command extends CommandShape>(commands: Command[], words: string[]) {
  for (const count of [2, 1]) {
    const command = commands.find(({ name }) => name === words.slice(0, count).join(' '))
    if (command) return { command, rest: words.slice(command.name.split(' ').length) }
  }
  return undefined
}

function unknownCommand(commands: CommandShape[], [first = '', second]: string[]): string {
  const group = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name.split(' ')[1]!)
  if (group.length > 0) {
    const what = second === undefined || second.startsWith('-') ? 'what?' : `unknown command "${first} ${second}".`
    return `${first}: ${what}${didYouMean(second ?? '', group)} It has ${group.join(', ')}`
  }
  if (first.startsWith('-')) return `a command comes first: ${PROGRAM} COMMAND ${first} (see "${PROGRAM} --help")`
  const words = new Set(commands.map(({ name }) => name.split(' ')[0]!))
  return `unknown command "${first}".${didYouMean(first, words)} "${PROGRAM} --help" lists all`
}

function parseCommand<Command extends CommandShape>(command: Command, words: string[]): Parsed<Command> {
  const table = [...command.flags, ...COMMON_FLAGS]
  const flags = new Map<string, string[]>()
  const positionals: string[] = []
  const wrong = (message: string) => refused(`${command.name}: ${message} (see "${PROGRAM} ${command.name} --help")`)
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!
    if (word === '--') {
      positionals.push(...words.slice(index + 1))
      break
    }
    if (word === '-h') return { kind: 'help', text: helpOf(command) }
    if (!word.startsWith('-') || word === '-') {
      positionals.push(word)
      continue
    }
    const [, name = '', inline] = /^--?([^=]*)(?:=([^]*))?$/.exec(word)!
    const flag = word.startsWith('--') ? table.find((one) => one.name === name) : undefined
    if (!flag) {
      const names = table.map((one) => `--${one.name}`)
      return wrong(`unknown flag ${word.split('=')[0]}.${didYouMean(word.split('=')[0]!, names)}`)
    }
    if (flag.value === undefined && inline !== undefined) return wrong(`--${name} takes no value`)
    if (flags.has(name) && !flag.many) return wrong(`--${name} is given twice`)
    const value = flag.value === undefined ? '' : (inline ?? words[++index])
    // A flag where a value should be is a value forgotten, not a file that is called --json.
    if (
      value === undefined ||
      (flag.value && inline === undefined && value.startsWith('--')) ||
      (flag.value && value === '')
    )
      return wrong(`--${name} needs a value: --${name} ${flag.value}`)
    flags.set(name, [...(flags.get(name) ?? []), value])
  }
  if (flags.has('help')) return { kind: 'help', text: helpOf(command) }
  const missing = complaint(command, flags, positionals)
  return missing === undefined ? { kind: 'run', command, arguments: new Arguments(flags, positionals) } : wrong(missing)
}

function complaint(command: CommandShape, flags: Map<string, string[]>, given: string[]): string | undefined {
  const flag = command.flags.find(({ name, required }) => required && !flags.has(name))
  if (flag) return `--${flag.name} ${flag.value ?? ''} is missing`.replace('  ', ' ')
  const needed = command.positionals.filter(({ required }) => required)
  if (given.length < needed.length) return `${needed[given.length]!.name} is missing`
  const isOpen = command.positionals.some(({ many }) => many)
  return !isOpen && given.length > command.positionals.length
    ? `"${given[command.positionals.length]}" is one word too many`
    : undefined
}

const WIDTH = 80

/** Two columns; what does not fit into 80 columns goes on below itself. */
function columns(rows: [string, string][]): string[] {
  const left = Math.min(34, Math.max(...rows.map(([name]) => name.length)))
  return rows.flatMap(([name, text]) => {
    const lines = wrap(text, WIDTH - left - 4)
    const head = name.length > left ? [`  ${name}`] : []
    const first = head.length > 0 ? '' : name
    return [...head, ...lines.map((line, index) => `  ${(index === 0 ? first : '').padEnd(left)}  ${line}`)]
  })
}
function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

const flagLabel = ({ name, value }: Flag) => `--${name}${value ? ` ${value}` : ''}`
const positionalLabel = ({ name, required, many }: Positional) => {
  const label = many ? `${name}…` : name
  return required ? label : `[${label}]`
}

/** The list of all commands. */
export function overview(commands: CommandShape[]): string {
  return [
    'Testamur issues certificates that anyone can verify without it.',
    '',
    `usage: ${PROGRAM} COMMAND [--config FILE]`,
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'The configuration is --config, $TESTAMUR_CONFIG, ./testamur.toml or',
    '/etc/testamur/testamur.toml, whichever comes first, else built-in defaults.',
    `"${PROGRAM} COMMAND --help" explains a command, "${PROGRAM} init" writes an example`,
    'configuration with everything that can be set.',
  ].join('\n')
}

/** Help of one command. */
export function helpOf(command: CommandShape): string {
  const usage = [
    `usage: ${PROGRAM} ${command.name}`,
    ...command.positionals.map(positionalLabel),
    ...command.flags.filter(({ required }) => required).map(flagLabel),
    '[FLAGS]',
  ].join(' ')
  const flags = [...command.flags, ...COMMON_FLAGS].map((flag): [string, string] => [
    flagLabel(flag),
    `${flag.summary}${flag.required ? ' (required)' : ''}${flag.many ? ' (may be repeated)' : ''}`,
  ])
  const paragraphs = (command.description ?? []).flatMap((text) => ['', ...wrap(text, WIDTH)])
  return [command.summary, '', usage, ...paragraphs, '', ...columns(flags)].join('\n')
}
