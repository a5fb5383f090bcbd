/** The compiled registry contract: what a deployment sends. The artefact is made by scripts/contract.ts. */
import { encodeAddress, encodeNumber } from '../domain/registry.ts'
import artefact from './registry.json'

/** The deployed code, 0x-hex. The same bytes for every issuer: the contract has no immutables. */
export const REGISTRY_RUNTIME: string = artefact.runtime

/**
 * Call data of a deployment, 0x-hex: code and constructor(did, owner, operator). The operator gets both permissions;
 * the owner none, unless it is the same account.
 */
export function deployData(did: string, owner: string, operator: string): string {
  const text = Buffer.from(did, 'utf8')
  const words = [encodeNumber(96), encodeAddress(owner), encodeAddress(operator), encodeNumber(text.length)]
  const padded = text.toString('hex').padEnd(Math.ceil(text.length / 32) * 64, '0')
  return artefact.bytecode + words.join('') + padded
}
