import { deployRegistry, registryProgress } from '../actions/registries.ts'
import type { Registry } from '../domain/anchors.ts'
import { costOf, formatAmount } from '../domain/funding.ts'
import { checksumAddress, readAddress } from '../domain/hash.ts'
import { ownerIsOperator, sameAddress, type NetworkFacts } from '../domain/network-facts.ts'
import type { Network } from '../domain/networks.ts'
import type { Chain } from '../domain/ports.ts'
import { ZERO_ADDRESS } from '../domain/registry.ts'
import { registryFaults } from '../domain/registry-check.ts'
import { fundingOf } from '../domain/funding.ts'
import type { AppContext, NetworksContext } from './app-context.ts'
import { AN_ADDRESS, NETWORK_FLAG, onNetwork, SENT_BY_SERVER } from './chain-network.ts'
import { EXIT, type Command } from './context.ts'

export const chainDeploy: Command<AppContext> = {
  name: 'chain deploy',
  summary: 'have the registry contract deployed now, not at the first certificate',
  description: [
    'Asking twice is one deployment. The server sends it; without a running one it waits for the next start.',
    'Where the configuration names a contract, that one is checked instead and nothing is deployed.',
    'The owner can let another account anchor, and hand the registry over. On a chain of value name a hardware wallet or a multi-signature account.',
  ],
  flags: [
    NETWORK_FLAG,
    { name: 'owner', value: 'ADDRESS', summary: 'who owns it (default: [chain.<network>] owner, else our account)' },
  ],
  positionals: [],
  run(context, given) {
    const owner = given.has('owner') ? readAddress(given.value('owner')!) : ''
    if (owner === undefined || owner === ZERO_ADDRESS) {
      context.printError(`testamur: --owner "${given.value('owner')}" is not an account: ${AN_ADDRESS}, not all 0`)
      return Promise.resolve(EXIT.usage)
    }
    const configured = context.loadConfig(given.value('config')).chain.networks
    return onNetwork(context, given, async (networks, name) => {
      const contract = configured[name]?.contract ?? ''
      if (contract !== '') return checkConfigured(context, networks, name, contract, owner)
      return deploy(context, networks, name, owner)
    })
  },
}

async function deploy(context: AppContext, networks: NetworksContext, name: string, owner: string): Promise<number> {
  const chain = networks.chains.get(name)!
  const network = networks.appliance.networks.find((each) => each.name === name)!
  const before = await registryProgress(networks, name, 'live')
  if (before.state === 'ready') return sayReady(context, networks, network, before.registry)
  if (before.state === 'deploying') {
    context.print(`the registry on ${name} is being deployed already: ${describe(before.transaction)}`)
    return EXIT.done
  }
  if (network.warning !== '') context.printError(`testamur: ${network.warning}`)
  const data = networks.deployment(name, owner)
  const facts = await networks.facts(name)
  const { chainId, account } = chain
  const after = await deployRegistry(networks, { network: name, chainId, account, partition: 'live', data })
  if (after.state !== 'deploying') throw new Error(`the deployment on ${name} is ${after.state}`)
  context.print(`the deployment on ${name} is queued: ${describe(after.transaction)}`)
  for (const line of costLines(chain, network, facts)) context.print(line)
  context.print(SENT_BY_SERVER)
  return EXIT.done
}

const describe = (transaction: { id: string; state: string; hash: string | null } | undefined) =>
  transaction
    ? [transaction.id, transaction.state, transaction.hash].filter(Boolean).join(', ')
    : 'its state is not known'

/** What it costs, and what is missing. */
function costLines(chain: Chain, { token }: Network, facts: NetworkFacts): string[] {
  if (chain.embedded) return []
  if (facts.problem !== null) return [`What it costs is not known: ${facts.problem}`]
  const { fees, balance, deployGas, feeCap, anchorGas } = facts
  if (fees === null || balance === null || deployGas === 0) return []
  const { cost, reserve } = costOf(deployGas, fees, feeCap)
  const costs = `It costs about ${formatAmount(cost, token, 'up')}; account ${facts.account} holds ${formatAmount(balance, token)}.`
  if (BigInt(balance) >= BigInt(reserve)) return [costs]
  const missing = formatAmount(String(BigInt(reserve) - BigInt(balance)), token, 'up')
  const advised = fundingOf({ balance, fees, feeCap, anchorGas, deployGas, sizes: [] })!
  return [
    costs,
    `That is not enough: nodes take it only when ${formatAmount(reserve, token, 'up')} is there. It waits until the account is funded.`,
    `Send at least ${missing} to ${facts.account}; ${formatAmount(advised.toSend, token, 'up')} pay for the registry and 1,000 transactions.`,
  ]
}

async function sayReady(
  context: AppContext,
  networks: NetworksContext,
  network: Network,
  registry: Registry,
): Promise<number> {
  context.print(`there is a registry on ${network.name} already: ${registry.address} of ${registry.did}`)
  const facts = await networks.facts(network.name)
  if (facts.registry) context.print(`its owner is ${facts.registry.owner}`)
  if (ownerIsOperator(network, facts))
    context.printError(
      `testamur: the account that anchors owns it too: hand it over with "testamur chain transfer ADDRESS --network ${network.name}"`,
    )
  return EXIT.done
}

/** The same check as at the start of the server, without its consequences. */
async function checkConfigured(
  context: AppContext,
  networks: NetworksContext,
  name: string,
  contract: string,
  owner: string,
): Promise<number> {
  const chain = networks.chains.get(name)!
  const address = checksumAddress(contract)
  if (owner !== '') {
    context.printError(
      `testamur: --owner is for a registry that is deployed; [chain.${name}] contract names ${address}. Leave one of them out.`,
    )
    return EXIT.usage
  }
  const facts = await chain.registryFacts(address)
  const did = networks.appliance.dids.live
  const faults = registryFaults(facts, did, chain.account)
  if (faults.length > 0) {
    context.printError(`testamur: [chain.${name}] contract ${address} cannot be used: ${faults.join('; ')}`)
    return EXIT.failed
  }
  const before = await registryProgress(networks, name, 'live')
  const isUsed = before.state === 'ready' && sameAddress(before.registry.address, address)
  context.print(`[chain.${name}] contract ${address} is a registry of ${did}, and our account may use it`)
  context.print(`its owner is ${facts.owner}; nothing is deployed`)
  if (!isUsed)
    context.print(
      before.state === 'ready'
        ? `new certificates name it once the server has started with this configuration; older ones keep ${before.registry.address}`
        : 'new certificates name it once the server has started with this configuration',
    )
  return EXIT.done
}
