import { readFileSync } from 'node:fs'
import { sections } from '../config-keys.ts'
import { Wanted } from '../config-kinds.ts'
import type { AccountFacts, AppContext } from './app-context.ts'
import { EXIT, type Command } from './context.ts'

/** The accounts that send, and the password of the data folder's keys. */
export const chainAccount: Command<AppContext> = {
  name: 'chain account',
  summary: 'show the accounts that send, or change the password of the keys',
  description: [
    'Shows each account with the networks it sends on and where its key is held.',
    'With --change-password the keys of the data folder (issuer.json and ethereum.json) are encrypted anew: with the text of --new-password-file, or without a password (--no-password). The old one is taken from the configuration. Stop the server before; change [chain] key_password before it starts again.',
  ],
  flags: [
    { name: 'json', summary: 'print a JSON array' },
    { name: 'change-password', summary: 'encrypt the keys of the data folder anew' },
    { name: 'new-password-file', value: 'FILE', summary: 'file that holds the new password' },
    { name: 'no-password', summary: 'from now on without a password; a key beside them opens them' },
  ],
  positionals: [],
  async run(context, given) {
    const refuse = (reason: string) => {
      context.printError(`testamur: ${reason}`)
      return EXIT.usage
    }
    const file = given.value('new-password-file')
    if (!given.has('change-password')) {
      if (file !== undefined || given.has('no-password')) return refuse('this needs --change-password too')
      return show(context, given.value('config'), given.has('json'))
    }
    if ((file !== undefined) === given.has('no-password'))
      return refuse('give the new password with --new-password-file FILE, or take it off with --no-password')
    const next = file === undefined ? undefined : passwordFrom(file)
    if (next instanceof Wanted) return refuse(next.text)
    await context.changePassword(context.loadConfig(given.value('config')), next)
    context.printError(
      next === undefined
        ? 'the keys have no password any more: remove chain.key_password from the configuration'
        : 'the keys are encrypted with the new password: set chain.key_password to it before the next start',
    )
    return EXIT.done
  },
}

/** Read as the configuration will read it, so that nobody is locked out by a text that it refuses. */
function passwordFrom(file: string): string | Wanted {
  let text: string
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    return new Wanted(`${file} cannot be read: name a file that holds the new password`)
  }
  const read = sections.chain.keys.key_password.kind.read(text)
  if (text === '') return new Wanted(`${file} is empty: write the new password into it`)
  return read instanceof Wanted ? new Wanted(`${file}: a password wants ${read.text}`) : read
}

async function show(context: AppContext, configFile: string | undefined, asJson: boolean): Promise<number> {
  const accounts = await context.accounts(context.loadConfig(configFile))
  if (asJson) context.print(JSON.stringify(accounts, null, 2))
  else for (const account of accounts) for (const line of linesOf(account)) context.print(line)
  return EXIT.done
}

function linesOf({ address, fragment, networks, held, place, password }: AccountFacts): string[] {
  const line = (name: string, text: string) => `  ${name.padEnd(14)}${text}`
  const holder = {
    data_folder: `${place}, ${password ? 'encrypted with chain.key_password' : 'encrypted with master.key beside it'}`,
    key_file: `${place} (chain.key_file)`,
    remote_signer: `a remote signer at ${place} (chain.signer_url)`,
  }[held]
  return [
    address,
    line('sends on', networks.join(', ') || 'no network yet'),
    line('key', holder),
    line('in did.json', fragment === null ? 'from the first start with it' : `#${fragment}`),
    '',
  ]
}
