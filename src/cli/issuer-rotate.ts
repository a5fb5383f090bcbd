import type { AppContext } from './app-context.ts'
import { EXIT, type Command } from './context.ts'

export const issuerRotate: Command<AppContext> = {
  name: 'issuer rotate',
  summary: 'sign new certificates with a new key',
  description: [
    'For a did:web issuer. The old key is not kept; did.json goes on listing its public half, so certificates that bear it stay good.',
    'Stop the server before, and make a backup of the keys folder after: an older copy holds the old key.',
  ],
  flags: [{ name: 'json', summary: 'print {"did", "from", "to"}' }],
  positionals: [],
  async run(context, given) {
    const rotated = await context.rotateIssuerKey(context.loadConfig(given.value('config')))
    const { did, from, to } = rotated
    if (given.has('json')) context.print(JSON.stringify(rotated))
    else for (const line of [did, `  from  ${from}`, `  to    ${to}`]) context.print(line)
    return EXIT.done
  },
}
