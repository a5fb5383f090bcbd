/** What the owner of a registry decides: who anchors, and who owns it next. */
import { findRegistry } from '../actions/registries.ts'
import { queueRegistryCall, type RegistryCall } from '../actions/transactions.ts'
import type { Registry } from '../domain/anchors.ts'
import { checksumAddress, readAddress } from '../domain/hash.ts'
import { permissionsText, sameAddress } from '../domain/network-facts.ts'
import type { Chain } from '../domain/ports.ts'
import {
  encodeAcceptOwnership,
  encodeSetOperator,
  encodeTransferOwnership,
  MAY_ANCHOR,
  MAY_REVOKE,
  ZERO_ADDRESS,
} from '../domain/registry.ts'
import { didYouMean } from '../domain/suggest.ts'
import type { AppContext, NetworksContext } from './app-context.ts'
import { AN_ADDRESS, NETWORK_FLAG, onNetwork, SENT_BY_SERVER } from './chain-network.ts'
import { EXIT, type Command } from './context.ts'

const PERMISSIONS: Record<string, number> = {
  none: 0,
  anchor: MAY_ANCHOR,
  revoke: MAY_REVOKE,
  both: MAY_ANCHOR | MAY_REVOKE,
}
const YES = { name: 'yes', summary: 'do it although it takes something away from our own account' }

interface Ready {
  chain: Chain
  registry: Registry & { address: string }
  owner: string
  pendingOwner: string
}

/** The deployed registry and who decides about it; undefined after a line that says what is missing. */
async function readyRegistry(
  context: AppContext,
  networks: NetworksContext,
  network: string,
): Promise<Ready | undefined> {
  const registry = await findRegistry(networks, network, 'live')
  if (!registry?.address) {
    context.printError(
      `testamur: there is no registry on ${network} yet: "testamur chain deploy --network ${network}" makes one`,
    )
    return undefined
  }
  const chain = networks.chains.get(network)!
  const owners = await chain.owners(registry.address)
  return {
    chain,
    registry: { ...registry, address: registry.address },
    owner: checksumAddress(owners.owner),
    pendingOwner: checksumAddress(owners.pendingOwner),
  }
}

interface Wish extends Pick<RegistryCall, 'kind' | 'data'> {
  /** Who has to send it. */
  sender: string
  /** What it does, for people. */
  what: string
}

/** Queued when our account may send it; else printed for the wallet that may. */
async function queueOrPrint(
  context: AppContext,
  networks: NetworksContext,
  { chain, registry }: Ready,
  { kind, data, sender, what }: Wish,
): Promise<number> {
  if (sameAddress(sender, chain.account)) {
    const { account } = chain
    const { transaction, already } = await queueRegistryCall(networks, { kind, registry, data, account })
    context.print(`${what}: ${already ? 'is on its way already' : 'queued'} as ${transaction.id}`)
    context.print(SENT_BY_SERVER)
    return EXIT.done
  }
  context.printError(`testamur: ${what}: only ${sender} can do that, not our account ${chain.account}.`)
  context.printError('Send this from that wallet or multi-signature account:')
  context.print(`chain  ${chain.chainId} (${chain.network})`)
  context.print(`from   ${sender}`)
  context.print(`to     ${registry.address}`)
  context.print(`value  0`)
  context.print(`data   ${data}`)
  return EXIT.done
}

function refuse(context: AppContext, message: string): Promise<number> {
  context.printError(`testamur: ${message}`)
  return Promise.resolve(EXIT.usage)
}
const notAnAddress = (context: AppContext, text: string) =>
  refuse(context, `"${text}" is not an account: ${AN_ADDRESS}`)

const operator: Command<AppContext> = {
  name: 'chain operator',
  summary: 'let an account anchor or revoke in the registry, or take that away',
  description: [
    'Replaces what the account may do. Only the owner of the registry can; when that is not our account, the call is printed for its wallet.',
    'To rotate the key of this program: fund the new account, give it "both", wait until that is final, switch the configuration, and when "chain status" shows nothing open for the old one, give that "none".',
  ],
  flags: [
    { name: 'permissions', value: 'P', required: true, summary: 'none, anchor, revoke or both' },
    NETWORK_FLAG,
    YES,
  ],
  positionals: [{ name: 'ADDRESS', required: true }],
  run(context, given) {
    const address = readAddress(given.positionals[0]!)
    if (!address) return notAnAddress(context, given.positionals[0]!)
    const name = given.value('permissions')!
    const permissions = Object.hasOwn(PERMISSIONS, name) ? PERMISSIONS[name]! : undefined
    if (permissions === undefined)
      return refuse(
        context,
        `--permissions "${name}" is not one of none, anchor, revoke, both.${didYouMean(name, Object.keys(PERMISSIONS))}`,
      )
    return onNetwork(context, given, async (networks, network) => {
      const ready = await readyRegistry(context, networks, network)
      if (!ready) return EXIT.failed
      const { chain, registry, owner } = ready
      const had = await chain.permissions(registry.address, address)
      if (had === permissions) {
        context.print(`${address} may ${permissionsText(permissions)} in ${registry.address} already; nothing is sent`)
        return EXIT.done
      }
      const loses = sameAddress(address, chain.account) ? had & ~permissions : 0
      if (loses && !given.has('yes'))
        return refuse(
          context,
          `${address} is the account of this program, which could then no longer ${permissionsText(loses)} on ${network}: add --yes to do it all the same`,
        )
      const what = `${address} may ${permissionsText(permissions)} in ${registry.address} on ${network} (now: ${permissionsText(had)})`
      const data = encodeSetOperator(address, permissions)
      return queueOrPrint(context, networks, ready, { kind: 'set_operator', data, sender: owner, what })
    })
  },
}

const transfer: Command<AppContext> = {
  name: 'chain transfer',
  summary: 'offer the registry to another owner, who has to accept',
  description: [
    `The new owner accepts with acceptOwnership ("testamur chain accept" on a machine with its key, else from its wallet). Until then nothing changes, and an offer to ${ZERO_ADDRESS} takes it back.`,
    'Only the owner can offer it; when that is not our account, the call is printed for its wallet. What our account may anchor and revoke stays.',
  ],
  flags: [NETWORK_FLAG],
  positionals: [{ name: 'ADDRESS', required: true }],
  run(context, given) {
    const address = readAddress(given.positionals[0]!)
    if (!address) return notAnAddress(context, given.positionals[0]!)
    return onNetwork(context, given, async (networks, network) => {
      const ready = await readyRegistry(context, networks, network)
      if (!ready) return EXIT.failed
      const { registry, owner, pendingOwner } = ready
      const takesBack = sameAddress(address, ZERO_ADDRESS)
      if (sameAddress(address, pendingOwner)) {
        context.print(
          takesBack
            ? `${registry.address} is offered to nobody; nothing is sent`
            : `${registry.address} is offered to ${address} already, who has to accept; nothing is sent`,
        )
        return EXIT.done
      }
      if (sameAddress(address, owner)) {
        context.print(`${address} owns ${registry.address} already; nothing is sent`)
        return EXIT.done
      }
      const what = takesBack
        ? `the offer of ${registry.address} on ${network} to ${pendingOwner} is taken back`
        : `${registry.address} on ${network} is offered to ${address}`
      const data = encodeTransferOwnership(address)
      return queueOrPrint(context, networks, ready, { kind: 'transfer_ownership', data, sender: owner, what })
    })
  },
}

const accept: Command<AppContext> = {
  name: 'chain accept',
  summary: 'accept the registry that was offered to our account',
  description: ['When it was offered to another account, the call is printed for that wallet.'],
  flags: [NETWORK_FLAG],
  positionals: [],
  run: (context, given) =>
    onNetwork(context, given, async (networks, network) => {
      const ready = await readyRegistry(context, networks, network)
      if (!ready) return EXIT.failed
      const { registry, owner, pendingOwner } = ready
      if (sameAddress(pendingOwner, ZERO_ADDRESS)) {
        context.printError(
          `testamur: ${registry.address} is offered to nobody; its owner is ${owner}, who begins with "testamur chain transfer"`,
        )
        return EXIT.failed
      }
      const what = `${pendingOwner} becomes the owner of ${registry.address} on ${network}`
      const data = encodeAcceptOwnership()
      return queueOrPrint(context, networks, ready, { kind: 'accept_ownership', data, sender: pendingOwner, what })
    }),
}

export const registryCommands = [operator, transfer, accept]
