import { type Command, EXIT } from './context.ts'

export const version: Command = {
  name: 'version',
  summary: 'print the version',
  flags: [{ name: 'json', summary: 'print {"version", "bun"}' }],
  positionals: [],
  async run({ print, version: ours }, given) {
    print(given.has('json') ? JSON.stringify({ version: ours, bun: Bun.version }) : `testamur ${ours}`)
    return EXIT.done
  },
}
