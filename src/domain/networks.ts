/** EVM networks as data. Sources: viem chain definitions and vendors' documents, read and not measured (see docs/guide/networks.md). */

/** ASCII "tstm": in no public list, fits int32. Fixed for all installations, so that every verifier knows what it means. */
export const EMBEDDED_CHAIN_ID = 1953723501
export const EMBEDDED_NETWORK = 'embedded'

export interface Network {
  /** The name in the configuration and in the API. */
  name: string
  /** As people call it. */
  title: string
  chainId: number
  token: string
  explorerUrl: string
  confirmations: number
  /** Wait for the node's `finalized` block too. */
  finalityTag: boolean
  legacyFees: boolean
  /** Smallest tip the network's nodes take, in gwei. */
  minTipGwei: number
  /** Default of max_fee_gwei: above it anchoring waits. */
  maxFeeGwei: number
  testnet: boolean
  /** Seconds without being mined after which a transaction is replaced by one that pays more. */
  bumpAfterSeconds: number
  /** Most that is spent in 24 hours, in whole tokens; 0 = no limit. */
  dailyBudget: number
  /** A balance that pays for fewer transactions than this is worth a warning. */
  lowBalance: number
  /** What an operator has to know before choosing it; '' = nothing. */
  warning: string
}

const evm = (
  name: string,
  title: string,
  chainId: number,
  token: string,
  explorerUrl: string,
  rest: Partial<Network> = {},
): Network => ({
  name,
  title,
  chainId,
  token,
  explorerUrl,
  confirmations: 64,
  finalityTag: false,
  legacyFees: false,
  minTipGwei: 0,
  maxFeeGwei: 200,
  testnet: false,
  bumpAfterSeconds: 60,
  dailyBudget: 0,
  lowBalance: 50,
  warning: '',
  ...rest,
})

export const BUILT_IN_NETWORKS: Network[] = [
  evm(EMBEDDED_NETWORK, 'Embedded chain', EMBEDDED_CHAIN_ID, '', '', { confirmations: 1, maxFeeGwei: 0 }),
  evm('ethereum', 'Ethereum', 1, 'ETH', 'https://etherscan.io', { finalityTag: true, bumpAfterSeconds: 180 }),
  evm('polygon', 'Polygon', 137, 'POL', 'https://polygonscan.com', {
    finalityTag: true,
    minTipGwei: 30,
    maxFeeGwei: 1000,
  }),
  evm('avalanche', 'Avalanche', 43114, 'AVAX', 'https://snowtrace.io', { confirmations: 10 }),
  evm('fantom', 'Fantom', 250, 'FTM', 'https://ftmscan.com', {
    confirmations: 10,
    legacyFees: true,
    maxFeeGwei: 1000,
    warning:
      'Fantom moved to Sonic in December 2024 and may be switched off: choose sonic for new certificates, and anchor older ones there again with "testamur chain reanchor --from fantom --to sonic".',
  }),
  evm('sonic', 'Sonic', 146, 'S', 'https://sonicscan.org', { confirmations: 10, maxFeeGwei: 500 }),
  evm('sepolia', 'Sepolia', 11155111, 'ETH', 'https://sepolia.etherscan.io', {
    finalityTag: true,
    testnet: true,
    bumpAfterSeconds: 180,
  }),
  evm('amoy', 'Amoy', 80002, 'POL', 'https://amoy.polygonscan.com', {
    finalityTag: true,
    minTipGwei: 25,
    testnet: true,
  }),
  evm('fuji', 'Fuji', 43113, 'AVAX', 'https://testnet.snowtrace.io', { confirmations: 10, testnet: true }),
]

/** The built-in network of this chain id, or undefined. */
export const networkOfChain = (chainId: number) => BUILT_IN_NETWORKS.find((network) => network.chainId === chainId)
