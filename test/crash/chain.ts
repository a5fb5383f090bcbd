/** Everything the embedded chain says about our registries, read as any outsider would: through its public RPC. */
import type { Binary } from '../kit/binary.ts'

export interface MinedTransaction {
  hash: string
  /** null: a deployment. */
  to: string | null
  input: string
  nonce: number
}

interface Block {
  transactions: Array<{ hash: string; to: string | null; input: string; nonce: string }>
}

const ANCHORED = '0xcdfd8c88d25a86e1d49452dc0ae55de56801c9cf37d5b930dc3893c32d5e0b1e'
/** Below what /chain/rpc allows in one request (20 calls) and in one answer (1,000 results; a block has one transaction). */
const CALLS = 20
const RANGE = 900

const hex = (value: number) => `0x${value.toString(16)}`

/** Every transaction that was ever mined, in order. */
export async function minedTransactions(app: Binary): Promise<MinedTransaction[]> {
  const head = Number(await app.rpc<string>('eth_blockNumber'))
  const mined: MinedTransaction[] = []
  for (let from = 0; from <= head; from += CALLS) {
    const numbers = Array.from({ length: Math.min(CALLS, head + 1 - from) }, (_, index) => from + index)
    const blocks = await app.rpcBatch(numbers.map((number) => ['eth_getBlockByNumber', [hex(number), true]]))
    for (const { transactions } of blocks as Block[])
      for (const { hash, to, input, nonce } of transactions) mined.push({ hash, to, input, nonce: Number(nonce) })
  }
  return mined
}

/** Registry address → root (64 hex digits) → how often it was anchored for the first time. More than once is a fault. */
export async function anchoredRoots(app: Binary, registry: string): Promise<Map<string, number>> {
  const head = Number(await app.rpc<string>('eth_blockNumber'))
  const roots = new Map<string, number>()
  for (let from = 0; from <= head; from += RANGE) {
    const filter = {
      address: registry,
      topics: [ANCHORED],
      fromBlock: hex(from),
      toBlock: hex(Math.min(head, from + RANGE - 1)),
    }
    for (const { topics } of await app.rpc<Array<{ topics: string[] }>>('eth_getLogs', [filter])) {
      const root = topics[1]!.slice(2)
      roots.set(root, (roots.get(root) ?? 0) + 1)
    }
  }
  return roots
}
