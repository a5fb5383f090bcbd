import { type Command, EXIT } from './context.ts'

const PATIENCE = 5_000
/** An address that means "all of them" cannot be called; the loopback of its family can. */
const CALLABLE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

export const healthcheck: Command = {
  name: 'healthcheck',
  summary: 'ask the running program whether it is ready',
  description: [
    'Asks /readyz at the configured listen address of this machine. Exit code 0 when it is ready, 1 when not.',
  ],
  flags: [],
  positionals: [],
  async run(context, given) {
    const { server } = context.loadConfig(given.value('config'))
    const { host, port } = server.listen
    if (port === 0) {
      context.printError('testamur: server.listen has port 0 (any free port), so nobody can know where to ask')
      return EXIT.usage
    }
    const name = CALLABLE[host] ?? (host.includes(':') ? `[${host}]` : host)
    const url = `${server.tlsCertFile === '' ? 'http' : 'https'}://${name}:${port}/readyz`
    const answer = await context.probe(url, PATIENCE)
    if ('status' in answer && answer.status === 200) return EXIT.done
    context.printError(`testamur: not ready: ${url} ${'status' in answer ? `answers ${answer.status}` : answer.error}`)
    return EXIT.failed
  },
}
