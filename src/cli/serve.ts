import { EXIT, type Command } from './context.ts'
import type { AppContext } from './app-context.ts'

export const serve: Command<AppContext> = {
  name: 'serve',
  summary: 'run everything until it is stopped',
  description: ['SIGTERM and SIGINT finish what is running and exit with 0; a second one exits at once.'],
  flags: [{ name: 'quickstart', summary: 'issue one sandbox certificate at first start and print how to go on' }],
  positionals: [],
  run: (context, given) =>
    context.serve(context.loadConfig(given.value('config')), { quickstart: given.has('quickstart') }),
}

export const migrate: Command<AppContext> = {
  name: 'migrate',
  summary: 'bring the database to this release, with a backup first',
  description: ['"serve" does the same at its start; this is for those who want to see it happen first.'],
  flags: [],
  positionals: [],
  async run(context, given) {
    const { from, to } = await context.migrate(context.loadConfig(given.value('config')))
    context.printError(
      from === to ? `the database is at schema ${to} already` : `migrated the database from schema ${from} to ${to}`,
    )
    return EXIT.done
  },
}
