/** [chain.<network>] → the networks that can be anchored on: built-in facts, changed by what was configured. */
import { type Values, families } from './config-keys.ts'
import { MEMBER_NAME, type Reading, addDefaults } from './config-reading.ts'
import { hint } from './config-source.ts'
import { readAddress } from './domain/hash.ts'
import { BUILT_IN_NETWORKS, EMBEDDED_NETWORK, type Network } from './domain/networks.ts'
import { ZERO_ADDRESS } from './domain/registry.ts'

export interface NetworkConfig {
  /** As configured: a changed explorer, fee bound or number of confirmations is in here too. */
  network: Network
  /** Empty for the embedded chain alone. */
  rpcUrls: string[]
  /** What pages may name to visitors. */
  pageRpcUrls: string[]
  /** '' = deployed at first use. */
  contract: string
  confirmations: number
  maxFeeGwei: number
  explorerUrl: string
  /** Owner of a registry that is deployed; '' = our own account. */
  owner: string
}

type NetworkValues = Partial<Values<typeof families.chain.keys>>

const builtIn = (name: string) => BUILT_IN_NETWORKS.find((network) => network.name === name)

/** The embedded chain and every network with a section. Problems are added to the reading. */
export function readNetworks(reading: Reading): Record<string, NetworkConfig> {
  const networks: Record<string, NetworkConfig> = {
    [EMBEDDED_NETWORK]: configured(builtIn(EMBEDDED_NETWORK)!, {}),
  }
  for (const section of [...reading.values.keys()].filter((name) => name.startsWith('chain.'))) {
    const name = section.slice('chain.'.length)
    addDefaults(section, families.chain.keys, reading)
    const values = reading.values.get(section)!
    const known = builtIn(name)
    const reasons = known ? misfitOfBuiltIn(known, section, reading) : misfitOfOwn(name, section, reading)
    reasons.push(...misspelt(values))
    const twin = Object.values(networks).find(({ network }) => network.chainId === values.chain_id)
    if (!known && twin)
      reasons.push(['chain_id', `${String(values.chain_id)} is the network ${twin.network.name} already`])
    for (const [key, reason] of reasons) {
      const place = reading.places.get(`${section}.${key}`) ?? reading.places.get(section) ?? 'defaults'
      reading.problems.push(`${place}: ${key === '' ? section : `${section}.${key}`}: ${reason}`)
    }
    if (reasons.length === 0) networks[name] = configured(known ?? ownNetwork(name, values), asValues(values))
  }
  return networks
}

const asValues = (values: Record<string, unknown>): NetworkValues => ({
  rpcUrls: values.rpc_urls as string[],
  pageRpcUrls: values.page_rpc_urls as string[],
  contract: values.contract as string,
  confirmations: values.confirmations as number | undefined,
  maxFeeGwei: values.max_fee_gwei as number | undefined,
  explorerUrl: values.explorer_url as string | undefined,
  owner: values.owner as string,
  finalizedTag: values.finalized_tag as boolean | undefined,
  minTipGwei: values.min_tip_gwei as number | undefined,
  dailyBudget: values.daily_budget as number,
  lowBalance: values.low_balance as number,
})

function configured(network: Network, values: NetworkValues): NetworkConfig {
  const confirmations = values.confirmations ?? network.confirmations
  const maxFeeGwei = values.maxFeeGwei ?? network.maxFeeGwei
  const explorerUrl = (values.explorerUrl ?? network.explorerUrl).replace(/\/+$/, '')
  return {
    network: {
      ...network,
      confirmations,
      maxFeeGwei,
      explorerUrl,
      finalityTag: values.finalizedTag ?? network.finalityTag,
      minTipGwei: values.minTipGwei ?? network.minTipGwei,
      dailyBudget: values.dailyBudget ?? network.dailyBudget,
      lowBalance: values.lowBalance ?? network.lowBalance,
    },
    rpcUrls: values.rpcUrls ?? [],
    pageRpcUrls: values.pageRpcUrls ?? [],
    contract: values.contract ?? '',
    confirmations,
    maxFeeGwei,
    explorerUrl,
    owner: values.owner ?? '',
  }
}

const ownNetwork = (name: string, values: Record<string, unknown>): Network => ({
  name,
  title: name,
  chainId: (values.chain_id as number | undefined) ?? 0,
  token: '',
  explorerUrl: '',
  confirmations: 64,
  finalityTag: true,
  legacyFees: values.legacy_fees === true,
  minTipGwei: 0,
  maxFeeGwei: 200,
  testnet: false,
  bumpAfterSeconds: 60,
  dailyBudget: 0,
  lowBalance: 50,
  warning: '',
})

type Reason = [key: string, reason: string]

/** A wrong digit in an owner would be a registry that nobody owns, for ever: capital letters are a checksum. */
function misspelt(values: Record<string, unknown>): Reason[] {
  const reasons: Reason[] = []
  for (const key of ['contract', 'owner']) {
    const text = values[key]
    if (typeof text !== 'string' || text === '') continue
    const address = readAddress(text)
    if (address === undefined)
      reasons.push([key, `${text} is mistyped: its capital letters are a checksum that does not fit; copy it again`])
    else if (address === ZERO_ADDRESS) reasons.push([key, 'is the zero address, which nobody has the key of'])
  }
  return reasons
}

function misfitOfBuiltIn(network: Network, section: string, reading: Reading): Reason[] {
  const values = reading.values.get(section)!
  if (network.name === EMBEDDED_NETWORK) {
    return [['', 'the embedded chain runs inside the program; there is nothing to set, remove this section']]
  }
  const reasons: Reason[] = ['chain_id', 'legacy_fees']
    .filter((key) => reading.places.has(`${section}.${key}`))
    .map((key) => [key, `${network.name} is built in (chain id ${network.chainId}); remove this line`])
  return [...reasons, ...missingUrls(values, section, reading)]
}

function misfitOfOwn(name: string, section: string, reading: Reading): Reason[] {
  if (!MEMBER_NAME.test(name)) {
    return [['', 'a network is named with small letters, digits and single underscores']]
  }
  const values = reading.values.get(section)!
  const reasons = missingUrls(values, section, reading)
  if (values.chain_id === undefined && !reading.places.has(`${section}.chain_id`)) {
    const names = BUILT_IN_NETWORKS.map((network) => network.name)
    const meant = hint(name, names)
    reasons.push(['chain_id', `is missing; ${name} is not built in${meant || ` (built in: ${names.join(', ')})`}`])
  }
  const known = BUILT_IN_NETWORKS.find((network) => network.chainId === values.chain_id)
  if (known) reasons.push(['chain_id', `${known.chainId} is built in; name the section [chain.${known.name}]`])
  return reasons
}

function missingUrls(values: Record<string, unknown>, section: string, reading: Reading): Reason[] {
  const isEmpty = Array.isArray(values.rpc_urls) && values.rpc_urls.length === 0
  return isEmpty || (values.rpc_urls === undefined && !reading.places.has(`${section}.rpc_urls`))
    ? [['rpc_urls', 'is missing; give the JSON-RPC address of at least one node']]
    : []
}
