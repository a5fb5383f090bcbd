/** anvil and the embedded chain behind one face, for tests that hold on both. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SigningKey } from 'ethers/crypto'
import { Transaction, computeAddress } from 'ethers/transaction'
import { EmbeddedChain } from '../../src/chain/embedded.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { startAnvil } from './anvil.ts'

export interface ReceiptJson {
  status: string
  transactionHash: string
  blockNumber: string
  contractAddress: string | null
  gasUsed: string
  logs: { topics: string[]; data: string }[]
}
export interface TestChain {
  chainId: number
  request<T = unknown>(method: string, params?: unknown[]): Promise<T>
  /** Signs with this key, sends, and gives the receipt. */
  send(key: string, transaction: { to?: string | null; data: string; value?: bigint }): Promise<ReceiptJson>
  /** Moves the chain's time. */
  advance(seconds: number): Promise<void>
  stop(): Promise<void>
}

export const addressOf = (key: string) => computeAddress(new SigningKey(`0x${key}`).publicKey)
export const randomHex = (bytes = 32) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
export const newFolder = () => mkdtempSync(join(tmpdir(), 'testamur-chain-'))

export interface RawDraft {
  chainId: number
  nonce: number
  to?: string | null
  data?: string
  value?: bigint
  gas?: bigint
  price?: bigint
}
/** Signed transaction bytes, without any of the product's code. */
export function signRaw(key: string, draft: RawDraft): string {
  const { chainId, nonce, to = null, data = '0x', value = 0n, gas = 15_000_000n, price = 0n } = draft
  const fees = { maxFeePerGas: price, maxPriorityFeePerGas: price / 10n }
  const transaction = Transaction.from({ type: 2, chainId, nonce, to, data, value, gasLimit: gas, ...fees })
  transaction.signature = new SigningKey(`0x${key}`).sign(transaction.unsignedHash)
  return transaction.serialized
}

/** Signs, sends and waits for the receipt; `price` is wei per gas. */
export function sender(chainId: number, price: bigint, request: TestChain['request']): TestChain['send'] {
  return async (key, transaction) => {
    const nonce = Number(await request('eth_getTransactionCount', [addressOf(key), 'latest']))
    const raw = signRaw(key, { chainId, nonce, price, ...transaction })
    const hash = await request('eth_sendRawTransaction', [raw])
    for (;;) {
      const receipt = await request<ReceiptJson | null>('eth_getTransactionReceipt', [hash])
      if (receipt) return receipt // both mine at once, but anvil answers the sender first
    }
  }
}

export async function anvilTestChain(): Promise<TestChain> {
  const anvil = await startAnvil()
  return {
    chainId: anvil.chainId,
    request: anvil.request,
    send: sender(anvil.chainId, 3_000_000_000n, anvil.request),
    advance: async (seconds) => void (await anvil.request('evm_increaseTime', [seconds])),
    stop: () => anvil.stop(),
  }
}

export async function embeddedTestChain(): Promise<TestChain> {
  const clock = { time: Date.UTC(2026, 0, 1), now: () => clock.time }
  const file = join(newFolder(), 'chain.db')
  const chain = await EmbeddedChain.open({ file, installation: randomHex(16), clock })
  const request = <T>(method: string, params: unknown[] = []) => chain.request(method, params) as Promise<T>
  return {
    chainId: EMBEDDED_CHAIN_ID,
    request,
    send: sender(EMBEDDED_CHAIN_ID, 0n, request),
    advance: async (seconds) => void (clock.time += seconds * 1000),
    stop: () => chain.close(),
  }
}

/** Both chains, for describe.each. */
export const CHAINS: [string, () => Promise<TestChain>][] = [
  ['anvil', anvilTestChain],
  ['embedded chain', embeddedTestChain],
]
