import { networkReports, type NetworkReport } from '../actions/networks.ts'
import { networkView } from '../actions/networks-view.ts'
import type { NetworkFacts } from '../domain/network-facts.ts'
import type { AppContext, NetworksContext } from './app-context.ts'
import type { Arguments } from './arguments.ts'
import { chainDeploy } from './chain-deploy.ts'
import { networkNamed } from './chain-network.ts'
import { chainReanchor, strandedLines } from './chain-reanchor.ts'
import { registryCommands } from './chain-registry.ts'
import { statusLines } from './chain-status.ts'
import { transactionCommands } from './chain-transactions.ts'
import { EXIT, type Command } from './context.ts'

const status: Command<AppContext> = {
  name: 'chain status',
  summary: 'show networks, account, balance, registries and what waits',
  description: [
    'Asks every node now. Works with and without a running server; without one the embedded chain does not answer.',
    'Exit code 0 when all is well, 1 when something needs a person: no node answers, the account runs out, anchoring is held, the registry cannot be used.',
  ],
  flags: [
    { name: 'json', summary: 'print a JSON array' },
    { name: 'network', value: 'N', summary: 'this network alone (default: all that are configured)' },
  ],
  positionals: [],
  run(context, given) {
    const config = context.loadConfig(given.value('config'))
    return context.withNetworks(config, async (networks) => {
      const names = namesOf(networks, given, context)
      if (!names) return EXIT.usage
      const reports = await reportsOf(networks, names)
      const now = networks.clock.now()
      if (given.has('json'))
        context.print(
          JSON.stringify(
            reports.map((report) => networkView(report, now)),
            null,
            2,
          ),
        )
      else {
        for (const report of reports) for (const line of statusLines(report, now)) context.print(line)
        if (!given.has('network')) for (const line of await strandedLines(networks)) context.print(line)
      }
      return reports.some(({ warnings }) => warnings.some(({ urgent }) => urgent)) ? EXIT.failed : EXIT.done
    })
  },
}

function namesOf(networks: NetworksContext, given: Arguments, context: AppContext): string[] | undefined {
  const all = networks.chains.all().map(({ network }) => network)
  if (!given.has('network')) return all
  const name = networkNamed(networks, given, context)
  return name === undefined ? undefined : [name]
}

async function reportsOf(networks: NetworksContext, names: string[]): Promise<NetworkReport[]> {
  const asked = await Promise.all(
    names.map(async (name): Promise<[string, NetworkFacts]> => [name, await networks.facts(name)]),
  )
  const reports = await networkReports(networks, new Map(asked))
  return reports.toSorted((left, right) => Number(right.isDefault) - Number(left.isDefault))
}

export const chainCommands = [status, chainDeploy, chainReanchor, ...registryCommands, ...transactionCommands]
