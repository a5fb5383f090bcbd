/** One deployed registry with its owner, operator and two strangers. Encodes by ethers' ABI coder, not by our own. */
import { Interface } from 'ethers/abi'
import { deployData } from '../../src/chain/contract.ts'
import artefact from '../../src/chain/registry.json'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { type ReceiptJson, type TestChain, addressOf, randomHex } from '../kit/chains.ts'

export const [OPERATOR, COLD, OTHER, NEXT] = DEVELOPMENT_KEYS
export const DID = 'did:web:certs.example.edu'
export const abi = new Interface(artefact.abi)
export const bytes32 = () => `0x${randomHex()}`
export const OK = '0x1'
export const REVERTED = '0x0'

export class DeployedRegistry {
  private constructor(
    readonly chain: TestChain,
    readonly address: string,
  ) {}

  static async deploy(chain: TestChain, did = DID, owner = addressOf(COLD)): Promise<DeployedRegistry> {
    const receipt = await chain.send(OPERATOR, { data: deployData(did, owner, addressOf(OPERATOR)) })
    if (receipt.status !== OK) throw new Error('deployment reverted')
    return new DeployedRegistry(chain, receipt.contractAddress!)
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
  /** Block time of a receipt, Unix seconds. */
  async timeOf(receipt: ReceiptJson): Promise<bigint> {
    const block = await this.chain.request<{ timestamp: string }>('eth_getBlockByNumber', [receipt.blockNumber, false])
    return BigInt(block.timestamp)
  }
}
