/** What others charge for the same work, by the code they publish, on the same chain. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Interface, type InterfaceAbi } from 'ethers/abi'
import { ZeroAddress, ZeroHash } from 'ethers/constants'
import { keccak256 } from 'ethers/crypto'
import { concat } from 'ethers/utils'
import { type TestChain, addressOf } from '../test/kit/chains.ts'
import { dearIds, gasOf } from '../test/chain/registry-gas.ts'
import { OPERATOR, dearBytes32 } from '../test/chain/registry-kit.ts'

const ORACLES = join(import.meta.dir, '../test/oracles')
const peer = createRequire(join(ORACLES, 'package.json'))

/** One line of the table; what a contract cannot do is left out. */
export interface GasLine {
  name: string
  deploy?: number
  anchor?: number
  revokeOne?: number
  revokeHundred?: number
}

class Deployed {
  private constructor(
    private readonly chain: TestChain,
    private readonly abi: Interface,
    readonly address: string,
    readonly gas: number,
  ) {}
  static async deploy(chain: TestChain, source: { abi: InterfaceAbi; bytecode: string }, args: unknown[]) {
    const abi = new Interface(source.abi)
    const receipt = await chain.send(OPERATOR, { data: source.bytecode + abi.encodeDeploy(args).slice(2) })
    return new Deployed(chain, abi, receipt.contractAddress!, gasOf(receipt))
  }
  encode(name: string, args: unknown[]): string {
    return this.abi.encodeFunctionData(name, args)
  }
  async receipt(name: string, args: unknown[]) {
    return this.chain.send(OPERATOR, { to: this.address, data: this.encode(name, args) })
  }
  async call(name: string, args: unknown[]): Promise<number> {
    return gasOf(await this.receipt(name, args))
  }
}

/** OpenAttestation as most issuers have it: ids are revoked by a transaction of the owner. */
async function documentStore(chain: TestChain): Promise<GasLine> {
  const factory = peer('@govtechsg/document-store/dist/contracts/factories/contracts/DocumentStore__factory.js')
  const store = await Deployed.deploy(chain, factory.DocumentStore__factory, ['name', addressOf(OPERATOR)])
  return {
    name: 'OpenAttestation DocumentStore 3.0.0',
    deploy: store.gas,
    anchor: await store.call('issue', [dearBytes32()]),
    revokeOne: await store.call('revoke', [dearBytes32()]),
    revokeHundred: await store.call('bulkRevoke', [dearIds(100)]),
  }
}

const pair = (left: string, right: string) => keccak256(concat(left < right ? [left, right] : [right, left]))

/** Root and paths of the tree its contract walks: keccak of sorted pairs, an odd last node promoted. */
function keccakTree(leaves: string[]): { root: string; pathOf(index: number): string[] } {
  const levels = [leaves]
  while (levels.at(-1)!.length > 1) {
    const level = levels.at(-1)!
    const above = level.filter((_, index) => index % 2 === 0)
    levels.push(above.map((left, index) => (level[2 * index + 1] ? pair(left, level[2 * index + 1]!) : left)))
  }
  const pathOf = (index: number) => levels.slice(0, -1).flatMap((level, height) => level[(index >> height) ^ 1] ?? [])
  return { root: levels.at(-1)![0]!, pathOf }
}

/** Its successor wants the Merkle path of every leaf it revokes: the batch is of 10,000. */
async function newDocumentStore(chain: TestChain): Promise<GasLine> {
  const { DocumentStore__factory: factory } = peer('@trustvc/document-store')
  const store = await Deployed.deploy(chain, factory, ['name', addressOf(OPERATOR)])
  const leaves = dearIds(10_000)
  const { root, pathOf } = keccakTree(leaves)
  const revoke = (index: number) => ['revoke(bytes32,bytes32,bytes32[])', [root, leaves[index], pathOf(index)]] as const
  const anchor = await store.call('issue', [root])
  const hundred = Array.from({ length: 100 }, (_, index) =>
    store.encode(revoke(index + 1)[0], [...revoke(index + 1)[1]]),
  )
  return {
    name: 'TrustVC DocumentStore 1.0.3, by paths',
    deploy: store.gas,
    anchor,
    revokeOne: await store.call(revoke(0)[0], [...revoke(0)[1]]),
    revokeHundred: await store.call('multicall', [hundred]),
  }
}

/** The Ethereum Attestation Service, whose two contracts an issuer deploys only where nobody has yet. */
async function attestationService(chain: TestChain): Promise<GasLine[]> {
  const artefact = (name: string) =>
    peer(`@ethereum-attestation-service/eas-contracts/artifacts/contracts/${name}.sol/${name}.json`)
  const schemas = await Deployed.deploy(chain, artefact('SchemaRegistry'), [])
  const service = await Deployed.deploy(chain, artefact('EAS'), [schemas.address])
  const registered = await schemas.receipt('register', ['bytes32 root', ZeroAddress, true])
  const schema = registered.logs[0]!.topics[1]!
  const attest = () => {
    const fixed = { recipient: ZeroAddress, expirationTime: 0n, revocable: true, refUID: ZeroHash, value: 0n }
    return service.call('attest', [{ schema, data: { ...fixed, data: dearBytes32() } }])
  }
  await attest() // the first one also sets counters
  return [
    {
      name: 'EAS 1.9.0, attest(root), revokeOffchain',
      deploy: schemas.gas + service.gas + gasOf(registered),
      anchor: await attest(),
      revokeOne: await service.call('revokeOffchain', [dearBytes32()]),
      revokeHundred: await service.call('multiRevokeOffchain', [dearIds(100)]),
    },
    { name: 'EAS 1.9.0, timestamp(root)', anchor: await service.call('timestamp', [dearBytes32()]) },
  ]
}

export const peerGas = async (chain: TestChain): Promise<GasLine[]> => [
  await documentStore(chain),
  await newDocumentStore(chain),
  ...(await attestationService(chain)),
]
