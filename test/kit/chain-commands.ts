/** The chain commands over an appliance in this process. */
import { chainCommands } from '../../src/cli/chain.ts'
import type { AppContext, NetworksContext } from '../../src/cli/app-context.ts'
import { runCommand } from '../../src/cli/run.ts'
import { loadConfig } from '../../src/config.ts'
import { askNetwork } from '../../src/wire-status.ts'
import type { TestAppliance } from './appliance.ts'

export interface CommandOutcome {
  code: number
  out: string
  err: string
}

/** Runs one command line; `config` is the text of the configuration. */
export async function runChainCommand(app: TestAppliance, line: string, config = ''): Promise<CommandOutcome> {
  const out: string[] = []
  const err: string[] = []
  const { context } = app
  const { chains, appliance, store, clock } = context
  const loaded = () => loadConfig({ file: 't.toml', env: {}, readFile: () => config, exists: () => true })
  const deployment = (network: string, owner: string) => {
    const { account } = chains.get(network)!
    return context.deployData(appliance.dids.live, owner || account, account)
  }
  const networks: NetworksContext = {
    ...context,
    deployment,
    facts: async (network) => {
      const registry = await store.registries.of(network, 'live', appliance.dids.live)
      return askNetwork({ chain: chains.get(network)!, registry, deployment: deployment(network, '') }, clock.now())
    },
  }
  const cli = {
    ...{ version: '1.2.3', print: (text: string) => out.push(text), printError: (text: string) => err.push(text) },
    loadConfig: loaded,
    withNetworks: (_: unknown, run: (given: NetworksContext) => Promise<number>) => run(networks),
    withRecords: (_: unknown, run: (given: NetworksContext) => Promise<number>) => run(networks),
    withRecordsToRead: (_: unknown, run: (given: NetworksContext) => Promise<unknown>) => run(networks),
  } as unknown as AppContext
  const code = await runCommand(chainCommands, line.split(' '), cli)
  return { code, out: out.join('\n'), err: err.join('\n') }
}
