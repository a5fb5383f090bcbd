import { adoptRegistry, deployRegistry, registryProgress } from '../actions/registries.ts'
import { AppError } from '../domain/errors.ts'
import { sameAddress } from '../domain/network-facts.ts'
import { registryFaults } from '../domain/registry-check.ts'
import type { Chain } from '../domain/ports.ts'
import type { Handler, JobContext } from './context.ts'

/**
 * Makes sure that the registry of a network and partition exists: adopts the configured one or queues a deployment. A
 * configured one wins over a stored one, for new certificates; it is checked first.
 */
export const ensureRegistry: Handler<'ensure-registry'> = async (context, { payload }) => {
  const { network, partition } = payload
  const progress = await registryProgress(context, network, partition)
  const given = partition === 'live' ? context.givenRegistries[network] : undefined
  if (progress.state === 'ready' && (!given || sameAddress(progress.registry.address, given))) return {}
  if (progress.state === 'deploying' && !given) return {}
  const chain = context.chains.get(network)
  if (!chain) throw new AppError('chain_not_ready', `Network "${network}" is not configured.`)
  const { chainId, account } = chain
  const did = context.appliance.dids[partition]
  if (given) {
    await checkGiven(context, chain, given, did)
    await adoptRegistry(context, { network, chainId, partition, address: given })
    if (progress.state === 'ready')
      context.log.warn(
        { network, registry: given, before: progress.registry.address },
        'new certificates name another registry from now on; older ones keep theirs',
      )
    return {}
  }
  // What was reverted or cancelled cost money or was somebody's will: only a person begins anew.
  if (progress.state === 'failed')
    throw new AppError(
      'chain_not_ready',
      `The deployment of the registry on "${network}" was ${progress.transaction?.state ?? 'ended'}; "testamur chain deploy --network ${network}" tries again.`,
    )
  const owner = (partition === 'live' && context.registryOwners[network]) || account
  const data = context.deployData(did, owner, account)
  await deployRegistry(context, { network, chainId, account, partition, data })
  return {}
}

/** A registry of another issuer, or one that our key may not use, would swallow certificates: refuse with the difference. */
async function checkGiven(context: JobContext, chain: Chain, address: string, did: string) {
  const faults = registryFaults(await chain.registryFacts(address), did, chain.account)
  if (faults.length === 0) return
  const message = `[chain.${chain.network}] contract ${address} cannot be used: ${faults.join('; ')}`
  context.log.error({ network: chain.network, registry: address }, message)
  throw new AppError('chain_not_ready', message)
}
