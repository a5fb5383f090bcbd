import { type Config, ConfigError } from '../config.ts'
import { type Command, EXIT } from './context.ts'

export const check: Command = {
  name: 'check',
  summary: 'check the configuration, nothing else',
  description: ['Exit code 0 when it is valid, 78 when not. Every mistake is named with file, line, key and cure.'],
  flags: [{ name: 'json', summary: 'print {"valid", "file", "problems"}' }],
  positionals: [],
  async run(context, given) {
    try {
      const config = context.loadConfig(given.value('config'))
      if (given.has('json')) context.print(JSON.stringify({ valid: true, file: config.file, problems: [] }))
      else for (const line of summary(config)) context.print(line)
      return EXIT.done
    } catch (error) {
      if (!(error instanceof ConfigError) || !given.has('json')) throw error
      context.print(JSON.stringify({ valid: false, file: given.value('config') ?? null, problems: error.lines }))
      return EXIT.configuration
    }
  },
}

/** What the configuration means, in a few lines; no secrets. */
function summary(config: Config): string[] {
  const { server, chain, mail } = config
  const at = (address: { host: string; port: number }) =>
    `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
  return [
    `configuration  ${config.file ?? 'built-in defaults (no file)'}: valid`,
    `listen         ${at(server.listen)}${server.adminListen ? `, private ${at(server.adminListen)}` : ''}`,
    `public address ${server.publicUrl || 'not set: recipients see the address of listen'}`,
    `data           ${config.data.dir}`,
    `networks       ${Object.keys(chain.networks)
      .map((name) => (name === chain.default ? `${name} (default)` : name))
      .join(', ')}`,
    `mail           ${mail.configured ? `${mail.host}:${mail.port} (${mail.security})` : 'kept in the outbox, no relay'}`,
  ]
}
