/** An account whose key is elsewhere: eth_signTransaction over JSON-RPC, as Web3Signer, clef and nodes answer it. */
import { computeAddress, Transaction } from 'ethers/transaction'
import { checksumAddress } from '../domain/hash.ts'
import { fromHex } from '../domain/ids.ts'
import { ChainRefused, ChainUnavailable, KeysUnusable } from '../domain/ports.ts'
import type { Account } from './accounts.ts'
import { type Endpoint, makeEndpoint, post, redact } from './rpc-endpoint.ts'

export interface RemoteSignerOptions {
  /** May hold an access key: never repeated. */
  url: string
  /** Letters of any case. */
  address: string
  /** x and y as 128 hex digits, where an earlier start has found them: the signer is then not asked. */
  publicKey?: string | undefined
  /** Chains it may be asked to sign for; some signers know one alone. */
  chainIds: number[]
  timeoutMs?: number
}

const TIMEOUT_MS = 10_000
/** Far above every nonce an account can reach: what bears it can be mined nowhere. */
const NEVER_MINED = Number.MAX_SAFE_INTEGER

/** ChainUnavailable when the signer does not answer, KeysUnusable when it does not hold the account. */
export async function openRemoteSigner(options: RemoteSignerOptions): Promise<Account> {
  const signer = new RemoteSigner(options)
  const known = options.publicKey === undefined ? undefined : `0x04${options.publicKey}`
  const isKnown = known !== undefined && computeAddress(known) === signer.address
  const point = fromHex(isKnown ? known : await signer.findPublicKey(options.chainIds))
  return {
    address: signer.address,
    publicKey: { x: point.slice(1, 33), y: point.slice(33, 65) },
    signTransaction: (transaction) => signer.sign(transaction),
  }
}

class RemoteSigner {
  readonly address: string
  readonly #endpoint: Endpoint
  readonly #timeoutMs: number

  constructor({ url, address, timeoutMs = TIMEOUT_MS }: RemoteSignerOptions) {
    this.address = checksumAddress(address)
    this.#endpoint = makeEndpoint(url, 0)
    this.#timeoutMs = timeoutMs
  }

  /** Nothing is taken on trust: the bytes must be ours and the signature that of our account. */
  async sign(draft: Transaction): Promise<void> {
    const raw = await this.#ask(draft)
    const signed = this.#parse(raw)
    const changed = differences(draft, signed)
    if (changed.length > 0) throw this.#problem(`changed the transaction (${changed.join(', ')})`)
    if (!signed.signature!.isValid())
      throw this.#problem('gave a signature with a high s, which no node accepts (EIP-2)')
    const copy = draft.clone()
    copy.signature = signed.signature
    if (copy.from !== this.address) throw this.#problem(`signed with another key, that of ${copy.from}`)
    if (copy.serialized !== raw) throw this.#problem('changed the encoding of the transaction')
    draft.signature = signed.signature
  }

  /** A signature shows the key that made it, whatever was signed. */
  async findPublicKey(chainIds: number[]): Promise<string> {
    let refusal: Error | undefined
    for (const chainId of chainIds) {
      const harmless = Transaction.from({
        type: 2,
        chainId,
        nonce: NEVER_MINED,
        to: this.address,
        value: 0,
        gasLimit: 21_000,
        maxFeePerGas: 1,
        maxPriorityFeePerGas: 1,
      })
      try {
        const signed = this.#parse(await this.#ask(harmless))
        if (signed.from === this.address) return signed.fromPublicKey!
        throw new KeysUnusable(
          `${this.#name} signs with ${signed.from}, but chain.signer_address is ${this.address}: correct one of them`,
        )
      } catch (error) {
        if (!(error instanceof SignerRefused)) throw error
        refusal = error // it may know another of our chains
      }
    }
    throw new KeysUnusable(
      `${refusal!.message}. Give it the key of chain.signer_address (${this.address}), or correct the address.`,
    )
  }

  get #name(): string {
    return `the remote signer at ${this.#endpoint.host}`
  }

  #problem(what: string): ChainUnavailable {
    return new ChainUnavailable(`${this.#name} ${what}; nothing was sent`)
  }

  async #ask(draft: Transaction): Promise<string> {
    let answer: unknown
    try {
      answer = await post(this.#endpoint, 'eth_signTransaction', [requestFor(draft, this.address)], this.#timeoutMs)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const reason = redact(this.#endpoint, error.message)
      // An error with a code was said by the signer, also where a node's would mean that another may know better.
      if (error instanceof ChainRefused || /^-?\d+ /.test(error.message))
        throw new SignerRefused(`${this.#name} refuses to sign: ${reason}`)
      throw new ChainUnavailable(`${this.#name} does not answer: ${reason}`)
    }
    const raw = typeof answer === 'string' ? answer : (answer as { raw?: unknown } | null)?.raw
    if (typeof raw !== 'string' || !/^0x([0-9a-fA-F]{2})+$/.test(raw))
      throw this.#problem('answered with something that is no signed transaction')
    return raw.toLowerCase()
  }

  #parse(raw: string): Transaction {
    let signed: Transaction
    try {
      signed = Transaction.from(raw)
    } catch {
      throw this.#problem('answered with something that is no signed transaction')
    }
    if (signed.signature === null) throw this.#problem('answered without a signature')
    return signed
  }
}

/** It understood and said no. To the lane this is no answer: the signer may be locked or set up wrongly, and can be cured. */
class SignerRefused extends ChainUnavailable {
  override name = 'SignerRefused'
}

const quantity = (value: bigint | number | null) => `0x${(value ?? 0).toString(16)}`

/** The members that all of them read: no `type`, which follows from the fees, and `data` rather than `input`. */
function requestFor(draft: Transaction, from: string): Record<string, string> {
  const fees: Record<string, string> =
    draft.type === 2
      ? {
          maxFeePerGas: quantity(draft.maxFeePerGas),
          maxPriorityFeePerGas: quantity(draft.maxPriorityFeePerGas),
        }
      : { gasPrice: quantity(draft.gasPrice) }
  return {
    from,
    ...(draft.to === null ? {} : { to: draft.to }),
    gas: quantity(draft.gasLimit),
    ...fees,
    nonce: quantity(draft.nonce),
    value: quantity(draft.value),
    data: draft.data,
    chainId: quantity(draft.chainId),
  }
}

const FIELDS = [
  'type',
  'chainId',
  'nonce',
  'to',
  'value',
  'data',
  'gasLimit',
  'gasPrice',
  'maxFeePerGas',
  'maxPriorityFeePerGas',
] as const

/** Names of the fields that are not as we asked; the whole unsigned text decides, also where no name is known for it. */
function differences(draft: Transaction, signed: Transaction): string[] {
  if (signed.unsignedSerialized === draft.unsignedSerialized) return []
  const named = FIELDS.filter((field) => String(signed[field]) !== String(draft[field]))
  return named.length > 0 ? named : ['something']
}
