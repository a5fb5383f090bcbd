/** A chain in memory with registries on it: as much JSON-RPC as verification asks for, and ways to misbehave. */
import { toHex, fromHex } from '../../src/domain/ids.ts'
import { ChainRefused, ChainUnavailable } from '../../src/domain/ports.ts'
import {
  decodeRevoke,
  encodeGetter,
  encodeNumber,
  REGISTRY_SELECTORS,
  collidesWithSelector,
} from '../../src/domain/registry.ts'
import { serverHash } from '../../src/keys/hash.ts'

const encoder = new TextEncoder()
/** What every fake registry has as its code. */
export const FAKE_CODE = `0x${toHex(encoder.encode('code of a registry in memory'))}`
export const FAKE_CODE_HASH = toHex(serverHash.sha256(fromHex(FAKE_CODE)))

interface Registry {
  did: string
  operators: Set<string>
  code: string
  anchored: Map<string, { time: number; block: number }>
  revocations: Map<string, { time: number; reason: number }>
}
interface Mined {
  hash: string
  from: string
  to: string
  input: string
  blockNumber: string
  status: string
}

const quantity = (value: number) => `0x${value.toString(16)}`

export class FakeChain {
  readonly registries = new Map<string, Registry>()
  readonly transactions = new Map<string, Mined>()
  head = 1
  /** Rejects everything, as a node that cannot be reached. */
  down = false
  /** Forgets transactions, as pruning nodes do. */
  pruned = false
  /** Refuses calls at older blocks, as nodes without archive do. */
  withoutHistory = false

  constructor(
    readonly chainId: number,
    /** Unix seconds of block 0; 12 seconds per block. */
    readonly start = Date.UTC(2026, 2, 3) / 1000,
  ) {}

  time(block = this.head) {
    return this.start + block * 12
  }

  mine(blocks = 1) {
    this.head += blocks
  }

  /** Address of a new registry, lower case. */
  deploy(did: string, operator: string, code = FAKE_CODE): string {
    const address = `0x${toHex(serverHash.sha256(encoder.encode(`${this.chainId}/${this.registries.size}`))).slice(0, 40)}`
    const registry = {
      did,
      code,
      operators: new Set([operator.toLowerCase()]),
      anchored: new Map(),
      revocations: new Map(),
    }
    this.registries.set(address, registry)
    return address
  }

  /** Mines a transaction in a block of its own; its hash comes back, reverted or not. */
  send(from: string, to: string, data: string, force: { revert?: boolean } = {}): string {
    this.mine()
    const succeeded = !force.revert && this.run(from.toLowerCase(), to.toLowerCase(), data.toLowerCase())
    const hash = `0x${toHex(serverHash.sha256(encoder.encode(`${this.chainId}/${this.head}/${to}/${data}`)))}`
    this.transactions.set(hash, {
      hash,
      from: from.toLowerCase(),
      to: to.toLowerCase(),
      input: data,
      blockNumber: quantity(this.head),
      status: succeeded ? '0x1' : '0x0',
    })
    return hash
  }

  private run(from: string, to: string, data: string): boolean {
    const registry = this.registries.get(to)
    if (!registry) return true
    if (!registry.operators.has(from)) return false
    const revocation = decodeRevoke(data)
    if (revocation) {
      for (const id of revocation.ids) {
        const known = registry.revocations.get(id)
        if (!known || known.reason > revocation.reason) {
          registry.revocations.set(id, { time: this.time(), reason: revocation.reason })
        }
      }
      return true
    }
    const root = data.slice(2)
    if (root.length !== 64 || collidesWithSelector(root)) return false
    if (!registry.anchored.has(root)) registry.anchored.set(root, { time: this.time(), block: this.head })
    return true
  }

  private call(to: string, data: string, block: number): string {
    const registry = this.registries.get(to.toLowerCase())
    if (!registry) return '0x'
    if (data === encodeGetter('did')) {
      const text = toHex(encoder.encode(registry.did))
      const size = encodeNumber(text.length / 2)
      return `0x${encodeNumber(32)}${size}${text.padEnd(Math.ceil(text.length / 64) * 64, '0')}`
    }
    if (data.slice(2, 10) !== REGISTRY_SELECTORS.status) throw new ChainRefused('execution reverted', 3)
    const [root, leaf] = [data.slice(10, 74), data.slice(74)]
    const anchored = registry.anchored.get(root)
    const records = [leaf, root].flatMap((id) => registry.revocations.get(id) ?? [])
    const [effective] = records.sort((a, b) => a.reason - b.reason || a.time - b.time)
    const words = [
      anchored && anchored.block <= block ? anchored.time : 0,
      effective?.time ?? 0,
      effective?.reason ?? 0,
    ]
    return `0x${words.map(encodeNumber).join('')}`
  }

  private at(tag: unknown): number {
    if (typeof tag !== 'string' || !tag.startsWith('0x')) return this.head
    if (this.withoutHistory) throw new ChainRefused('missing trie node')
    return Number(tag)
  }

  /** EIP-1193 without the outer object. */
  request = async (method: string, params: unknown[]): Promise<unknown> => {
    if (this.down) throw new ChainUnavailable('connection refused')
    const [first, second] = params as [never, unknown]
    const transaction = this.pruned ? undefined : this.transactions.get(first)
    switch (method) {
      case 'eth_chainId':
        return quantity(this.chainId)
      case 'eth_blockNumber':
        return quantity(this.head)
      case 'eth_getCode':
        return this.registries.get((first as string).toLowerCase())?.code ?? '0x'
      case 'eth_call':
        return this.call((first as { to: string }).to, (first as { data: string }).data, this.at(second))
      case 'eth_getTransactionByHash':
        return transaction ? { ...transaction, value: '0x0', type: '0x2' } : null
      case 'eth_getTransactionReceipt':
        return transaction
          ? { transactionHash: transaction.hash, status: transaction.status, blockNumber: transaction.blockNumber }
          : null
      case 'eth_getBlockByNumber':
        return this.block(first)
      default:
        throw new ChainRefused(`the method ${method} does not exist`, -32601)
    }
  }

  private block(tag: string) {
    const number = tag.startsWith('0x') ? Number(tag) : this.head
    const inside = [...this.transactions.values()].filter((one) => Number(one.blockNumber) === number)
    return { number: quantity(number), timestamp: quantity(this.time(number)), transactions: inside }
  }
}

/** The same over HTTP on a free loopback port; `stop` ends it. */
export function serveChain(chain: FakeChain): { url: string; stop: () => Promise<void> } {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { id, method, params } = (await request.json()) as { id: number; method: string; params: unknown[] }
      try {
        return Response.json({ jsonrpc: '2.0', id, result: await chain.request(method, params ?? []) })
      } catch (error) {
        return Response.json({ jsonrpc: '2.0', id, error: { code: -32000, message: (error as Error).message } })
      }
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) }
}
