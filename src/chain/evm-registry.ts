/** Reads of the registry contract, and of any contract's code. */
import { createHash } from 'node:crypto'
import { fromHex } from '../domain/ids.ts'
import type { RegistryFacts, RegistryStatus } from '../domain/ports.ts'
import * as registry from '../domain/registry.ts'
import { readData } from './answers.ts'
import { hex } from './evm-heads.ts'
import type { Rpc } from './rpc-ask.ts'

type At = 'latest' | number

/** SHA-256 of deployed code, as RELEASED_CODE lists it. */
export const codeHashOf = (code: string) => createHash('sha256').update(fromHex(code)).digest('hex')

export class RegistryReads {
  readonly #rpc: Rpc
  constructor(rpc: Rpc) {
    this.#rpc = rpc
  }

  code(address: string, at: At = 'latest'): Promise<string> {
    return this.#rpc.ask('eth_getCode', [address, tag(at)], readData)
  }
  /** The code that any endpoint has there: the first one may lag behind the deployment. Null when none has. */
  anyCode(address: string): Promise<string | null> {
    return this.#rpc.askAny('eth_getCode', [address, 'latest'], (result) => {
      const code = readData(result)
      return code === '0x' ? null : code
    })
  }
  did(contract: string): Promise<string> {
    return this.#call(contract, registry.encodeGetter('did'), registry.decodeString)
  }
  status(contract: string, root: string, leaf: string): Promise<RegistryStatus> {
    return this.#call(contract, registry.encodeStatus(root, leaf), registry.decodeStatus)
  }
  anchoredAt(contract: string, root: string, at?: At): Promise<number> {
    return this.#call(contract, registry.encodeAnchoredAt(root), registry.decodeNumber, at)
  }
  revocation(contract: string, id: string, at?: At): Promise<{ time: number; reason: number }> {
    return this.#call(contract, registry.encodeRevocations(id), registry.decodeRevocation, at)
  }
  permissions(contract: string, account: string): Promise<number> {
    return this.#call(contract, registry.encodePermissions(account), registry.decodeNumber)
  }
  async owners(contract: string): Promise<{ owner: string; pendingOwner: string }> {
    return {
      owner: await this.#call(contract, registry.encodeGetter('owner'), registry.decodeAddress),
      pendingOwner: await this.#call(contract, registry.encodeGetter('pendingOwner'), registry.decodeAddress),
    }
  }

  async facts(contract: string, account: string): Promise<RegistryFacts> {
    const codeHash = codeHashOf(await this.code(contract))
    // foreign code may answer anything: whoever asks refuses it by its hash alone
    if (!registry.RELEASED_CODE.has(codeHash))
      return { codeHash, did: '', owner: registry.ZERO_ADDRESS, permissions: 0 }
    return {
      codeHash,
      did: await this.did(contract),
      owner: await this.#call(contract, registry.encodeGetter('owner'), registry.decodeAddress),
      permissions: await this.permissions(contract, account),
    }
  }

  #call<T>(to: string, data: string, read: (answer: string) => T, at: At = 'latest'): Promise<T> {
    return this.#rpc.ask('eth_call', [{ to, data }, tag(at)], (result) => read(readData(result)))
  }
}

const tag = (at: At) => (at === 'latest' ? at : hex(at))
