import { adoptRegistry, deployRegistry, findRegistry } from '../actions/registries.ts'
import { AppError } from '../domain/errors.ts'
import { MAY_ANCHOR, RELEASED_CODE } from '../domain/registry.ts'
import type { Chain } from '../domain/ports.ts'
import type { Handler, JobContext } from './context.ts'

/** Makes sure that the registry of a network and partition exists: adopts the configured one or queues a deployment. */
export const ensureRegistry: Handler<'ensure-registry'> = async (context, { payload }) => {
  const { network, partition } = payload
  const registry = await findRegistry(context, network, partition)
  if (registry?.address || registry?.transactionId) return {}
  const chain = context.chains.get(network)
  if (!chain) throw new AppError('chain_not_ready', `Network "${network}" is not configured.`)
  const { chainId, account } = chain
  const given = partition === 'live' ? context.givenRegistries[network] : undefined
  const did = context.appliance.dids[partition]
  if (given) {
    await checkGiven(context, chain, given, did)
    await adoptRegistry(context, { network, chainId, partition, address: given })
  } else {
    const data = context.deployData(did, account, account)
    await deployRegistry(context, { network, chainId, account, partition, data })
  }
  return {}
}

/** A registry of another issuer, or one that our key may not use, would swallow certificates: refuse with the difference. */
async function checkGiven(context: JobContext, chain: Chain, address: string, did: string) {
  const facts = await chain.registryFacts(address)
  const faults = [
    RELEASED_CODE.has(facts.codeHash) ? '' : 'its code is not that of a released TestamurRegistry',
    facts.did === did ? '' : `it belongs to ${facts.did || 'nobody'}, this appliance is ${did}`,
    facts.permissions & MAY_ANCHOR
      ? ''
      : `account ${chain.account} may not anchor in it (ask its owner ${facts.owner} for setOperator)`,
  ].filter(Boolean)
  if (faults.length === 0) return
  const message = `[chain.${chain.network}] contract ${address} cannot be used: ${faults.join('; ')}`
  context.log.error({ network: chain.network, registry: address }, message)
  throw new AppError('chain_not_ready', message)
}
