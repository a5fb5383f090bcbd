/** What a node's error means: another node may know better, the bytes are there already, the account is empty. */
import { ChainRefused } from '../domain/ports.ts'

/** Another node may have what this one lacks: a method, a block, the state of an old block, pruned history. */
const ELSEWHERE =
  /missing trie node|header not found|unknown block|block not found|out ?of ?range|pruned|pruning|archive|world state unavailable|no state available|(state|histor).*(not|un) ?available|exceeds maximum proof window|cannot query unfinalized|resource not found/i
const ALREADY_THERE = /already known|already imported|known transaction|already exists in (the )?(mem)?pool/i
const NO_METHOD = /method.*(not|n't).*(found|exist|available|support|implement)|unsupported method|unknown method/i
const NO_FUNDS =
  /insufficient ?funds|insufficient (sender )?balance|upfront cost exceeds|have enough funds|exceeds allowance \(0\)/i

export const isAlreadyThere = (error: unknown) => error instanceof ChainRefused && ALREADY_THERE.test(error.message)

export const isElsewhere = (error: ChainRefused) =>
  error.code === 4444 || (error.data === undefined && ELSEWHERE.test(error.message)) || isNoMethod(error)

export const isNoMethod = (error: ChainRefused) =>
  error.code === -32601 || (error.data === undefined && NO_METHOD.test(error.message))

/** The contract's no, and not the node's. */
export const isRevert = (error: ChainRefused) =>
  error.code === 3 || (error.data !== undefined && error.data !== '0x') || /revert/i.test(error.message)

export const isOutOfFunds = (error: ChainRefused) => !isRevert(error) && NO_FUNDS.test(error.message)

/** A node's no says more than silence. */
export const worst = (errors: unknown[]) => errors.find((error) => error instanceof ChainRefused) ?? errors[0]
