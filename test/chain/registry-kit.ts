/** One deployed registry with its owner, operator and two strangers. Encodes by ethers' ABI coder, not by our own. */
import { Interface } from 'ethers/abi'
import artefact from '../../src/chain/registry.json'
import { ChainRefused } from '../../src/domain/ports.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { type ReceiptJson, type TestChain, addressOf, randomHex } from '../kit/chains.ts'

export const [OPERATOR, COLD, OTHER, NEXT] = DEVELOPMENT_KEYS
export const DID = 'did:web:certs.example.edu'
/** As long as a DID gets that is a key. */
export const KEY_DID = 'did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z'
export const abi = new Interface(artefact.abi)
export const bytes32 = () => `0x${randomHex()}`
/** Without zero bytes, which are cheaper as call data: gas counted with these is the upper bound. */
export const dearBytes32 = () => bytes32().replace(/(?<=^0x(?:..)*)00/g, 'ff')
export const OK = '0x1'
export const REVERTED = '0x0'

export interface Deployment {
  did?: string
  /** Private keys. */
  owner?: string
  operator?: string
  /** Creation code; the released one unless another is given. */
  code?: string
}

export const deploymentData = ({ did = DID, owner = COLD, operator = OPERATOR, code }: Deployment = {}) =>
  (code ?? artefact.bytecode) + abi.encodeDeploy([did, addressOf(owner), addressOf(operator)]).slice(2)

export class DeployedRegistry {
  private constructor(
    readonly chain: TestChain,
    readonly address: string,
    readonly receipt: ReceiptJson,
  ) {}

  static async deploy(chain: TestChain, deployment: Deployment = {}): Promise<DeployedRegistry> {
    const receipt = await chain.send(deployment.operator ?? OPERATOR, { data: deploymentData(deployment) })
    if (receipt.status !== OK) throw new Error('deployment reverted')
    return new DeployedRegistry(chain, receipt.contractAddress!, receipt)
  }

  async read(name: string, args: unknown[] = []): Promise<unknown[]> {
    const call = { to: this.address, data: abi.encodeFunctionData(name, args) }
    return [...abi.decodeFunctionResult(name, await this.chain.request<string>('eth_call', [call, 'latest']))]
  }
  send(key: string, data: string, value?: bigint): Promise<ReceiptJson> {
    return this.chain.send(key, { to: this.address, data, value })
  }
  call(key: string, name: string, args: unknown[]): Promise<ReceiptJson> {
    return this.send(key, abi.encodeFunctionData(name, args))
  }

  /** Sends it, and says what the contract answered: 'accepted', or its error's name, or 'reverted' where it gave none. */
  async outcome(key: string, data: string): Promise<string> {
    const call = { from: addressOf(key), to: this.address, data }
    const said = await this.chain.request<string>('eth_call', [call, 'latest']).then(
      () => 'accepted',
      (error: unknown) => nameOf(error),
    )
    const { status } = await this.send(key, data)
    return (status === OK) === (said === 'accepted') ? said : `call: ${said}, transaction: ${status}`
  }
  outcomeOf(key: string, name: string, args: unknown[]): Promise<string> {
    return this.outcome(key, abi.encodeFunctionData(name, args))
  }

  /** Block time of a receipt, Unix seconds. */
  async timeOf(receipt: ReceiptJson): Promise<bigint> {
    const block = await this.chain.request<{ timestamp: string }>('eth_getBlockByNumber', [receipt.blockNumber, false])
    return BigInt(block.timestamp)
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof ChainRefused) || !/revert/.test(error.message)) throw error
  return (error.data?.length ?? 0) < 10 ? 'reverted' : abi.parseError(error.data!)!.name
}

/** Names and arguments of a receipt's events. */
export const eventsOf = ({ logs }: ReceiptJson): unknown[][] =>
  logs.map((log) => {
    const { name, args } = abi.parseLog(log)!
    return [name, ...args]
  })
