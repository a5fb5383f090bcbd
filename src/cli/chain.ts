import { EXIT, type Command } from './context.ts'
import type { AppContext, NetworkStatus } from './app-context.ts'

const status: Command<AppContext> = {
  name: 'chain status',
  summary: 'show networks, account, registries and what waits',
  description: ['Exit code 0 when every configured network answers, 1 when one does not.'],
  flags: [{ name: 'json', summary: 'print a JSON array' }],
  positionals: [],
  async run(context, given) {
    const networks = await context.chainStatus(context.loadConfig(given.value('config')))
    if (given.has('json')) context.print(JSON.stringify(networks, null, 2))
    else for (const network of networks) for (const line of linesOf(network)) context.print(line)
    return networks.every(({ problem }) => problem === null) ? EXIT.done : EXIT.failed
  },
}

function linesOf(network: NetworkStatus): string[] {
  const line = (name: string, text: string) => `  ${name.padEnd(14)}${text}`
  const registries = network.registries.map(({ partition, address, did }) =>
    line(partition === 'test' ? 'sandbox' : 'registry', `${address ?? 'being deployed'} of ${did}`),
  )
  return [
    `${network.network} (chain ${network.chainId})${network.default ? ', default' : ''}`,
    line('node', network.problem ?? `answers, block ${network.head}`),
    line('account', network.account),
    ...(network.balance === null ? [] : [line('balance', `${network.balance} wei`)]),
    ...(registries.length ? registries : [line('registry', 'none yet: deployed at first use')]),
    line('waiting', `${network.waiting} certificates, ${network.openTransactions} open transactions`),
    '',
  ]
}

export const chainCommands = [status]
