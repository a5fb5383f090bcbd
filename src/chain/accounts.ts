/** The Ethereum account that anchors: made at first start, or given as key; encrypted at rest; signs and nothing else. */
import { scrypt as nativeScrypt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SigningKey, scrypt } from 'ethers/crypto'
import { computeAddress, type Transaction } from 'ethers/transaction'
import { fromHex, type Random, toHex } from '../domain/ids.ts'
import { KeysUnusable } from '../domain/ports.ts'

export interface Account {
  /** EIP-55. */
  readonly address: string
  /** Uncompressed public key, 32 bytes each. */
  readonly publicKey: { x: Uint8Array; y: Uint8Array }
  /** Sets the signature of an ethers transaction; s is low. ChainUnavailable when a remote signer does not answer. */
  signTransaction(transaction: Transaction): Promise<void>
}

export interface AccountOptions {
  /** Folder of the keys, which exists. */
  dir: string
  random: Random
  /** Encrypts at rest while no password is configured (keys/seal.ts under the instance's master key). */
  seal: (value: Uint8Array, id: string) => string
  unseal: (sealed: string, id: string) => Uint8Array
  /** Writes a new file durably with mode 0600; never over an existing one. */
  write: (path: string, text: string) => void
  /** Configured password: the file is then a keystore v3, which every wallet opens. */
  password?: string
  /** A key of the operator's own, 64 hex digits: no file is read or written. */
  key?: string
  /** Path of the operator's own key: a keystore v3, or 64 hex digits. Nothing is written. */
  keyFile?: string
  /** scrypt's N; tests take a small one. */
  scryptCost?: number
}

export const ACCOUNT_FILE = 'ethereum.json'
/** Binds the sealed key to the public key beside it, which a start can then believe without computing it anew (20 ms). */
const sealId = (publicKey: string) => `ethereum-account:${publicKey}`
/** Order of secp256k1: private keys are 1 to this, exclusive. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const DEFAULT_SCRYPT_COST = 131_072

/** Opens the account, or makes it at first start. Throws KeysUnusable with file and cure. */
export async function openAccount(options: AccountOptions): Promise<Account> {
  if (options.key !== undefined) return accountOf(givenKey(options.key, 'the Ethereum key given'))
  if (options.keyFile !== undefined) return openGiven(options.keyFile, options.password)
  const path = join(options.dir, ACCOUNT_FILE)
  if (!existsSync(path)) return createAccount(path, options)
  const stored = readStored(path)
  if (stored.kind === 'keystore') return accountOf(await openKeystore(path, stored.text, options.password))
  return openSealed(path, stored, options)
}

async function createAccount(path: string, options: AccountOptions): Promise<Account> {
  const privateKey = newPrivateKey(options.random)
  const { publicKey } = new SigningKey(privateKey)
  options.write(path, await textOf(privateKey, options.password, options))
  return accountOf(privateKey, publicKey)
}

/** With a password a keystore, which every wallet opens; without one sealed under the installation's secret. */
async function textOf(privateKey: string, password: string | undefined, options: AccountOptions): Promise<string> {
  const { publicKey } = new SigningKey(privateKey)
  const address = computeAddress(publicKey)
  const sealed = () => ({
    version: 1,
    kind: 'sealed',
    address,
    publicKey,
    sealed: options.seal(fromHex(privateKey), sealId(publicKey)),
  })
  const text =
    password === undefined
      ? JSON.stringify(sealed())
      : await encryptKeystore(address, privateKey, password, options.scryptCost ?? DEFAULT_SCRYPT_COST)
  return `${text}\n`
}

/**
 * Writes the account of the folder anew: as a keystore under `next`, or sealed when that is undefined. A sealed one opens
 * with whatever opens the installation's secret, so that a change of password has one switch and not two.
 */
export async function rewriteAccount(
  options: AccountOptions,
  next: string | undefined,
  replace: (path: string, text: string) => void,
): Promise<void> {
  const path = join(options.dir, ACCOUNT_FILE)
  if (!existsSync(path)) return
  const stored = readStored(path)
  if (stored.kind === 'sealed' && next === undefined) return
  const privateKey =
    stored.kind === 'keystore'
      ? await openKeystore(path, stored.text, options.password)
      : openSealedKey(path, stored, options)
  replace(path, await textOf(privateKey, next, options))
}

/** A number below the curve's order: a random one is not with chance 2^-128, but a test's generator may give it. */
function newPrivateKey(random: Random): string {
  for (;;) {
    const candidate = `0x${toHex(random(32))}`
    if (isPrivateKey(candidate)) return candidate
  }
}

function isPrivateKey(key: string): boolean {
  const value = /^0x[0-9a-f]{64}$/.test(key) ? BigInt(key) : 0n
  return value > 0n && value < ORDER
}

/** `source` names where the key came from; the text itself is never repeated. */
function givenKey(text: string, source: string): string {
  const digits = text.trim().replace(/^0x/i, '').toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(digits) || !isPrivateKey(`0x${digits}`))
    throw new KeysUnusable(
      `${source} must be an Ethereum key store (JSON, version 3) or a key of 64 hexadecimal digits`,
    )
  return `0x${digits}`
}

async function openGiven(path: string, password: string | undefined): Promise<Account> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new KeysUnusable(`${path} cannot be read: check chain.key_file and the file's owner`)
  }
  if (!text.trimStart().startsWith('{')) return accountOf(givenKey(text, path))
  return accountOf(await openKeystore(path, text, password))
}

function accountOf(privateKey: string, publicKey = new SigningKey(privateKey).publicKey): Account {
  const key = new SigningKey(privateKey)
  const point = fromHex(publicKey)
  return {
    address: computeAddress(publicKey),
    publicKey: { x: point.slice(1, 33), y: point.slice(33, 65) },
    signTransaction: async (transaction) => {
      transaction.signature = key.sign(transaction.unsignedHash)
    },
  }
}

interface Sealed {
  kind: 'sealed'
  sealed: string
  /** 0x04, x and y as 0x-hex. */
  publicKey: string
}
type Stored = { kind: 'keystore'; text: string } | Sealed

function readStored(path: string): Stored {
  const text = readFileSync(path, 'utf8')
  try {
    const fields = JSON.parse(text) as Record<string, unknown>
    if (fields.version === 3) return { kind: 'keystore', text }
    const { kind, sealed, publicKey } = fields
    if (kind === 'sealed' && typeof sealed === 'string' && isPublicKey(publicKey)) return { kind, sealed, publicKey }
  } catch {} // reported below, with the file's name
  throw new KeysUnusable(`${path} is damaged: restore it from a backup of the data folder`)
}

const isPublicKey = (value: unknown): value is string => typeof value === 'string' && /^0x04[0-9a-f]{128}$/.test(value)

function openSealed(path: string, stored: Sealed, options: AccountOptions): Account {
  return accountOf(openSealedKey(path, stored, options), stored.publicKey)
}

function openSealedKey(path: string, { sealed, publicKey }: Sealed, options: AccountOptions): string {
  try {
    return `0x${toHex(options.unseal(sealed, sealId(publicKey)))}`
  } catch {
    throw new KeysUnusable(
      `${path} cannot be opened: it is damaged or belongs to another installation. Restore the whole keys folder from one backup.`,
    )
  }
}

async function openKeystore(path: string, text: string, password: string | undefined): Promise<string> {
  if (password === undefined)
    throw new KeysUnusable(`${path} is encrypted with a password: configure chain.key_password`)
  useNativeScrypt()
  const { decryptKeystoreJson } = await import('ethers/wallet')
  try {
    return (await decryptKeystoreJson(text, password)).privateKey
  } catch (error) {
    const wrong = error instanceof Error && /incorrect password/i.test(error.message)
    throw new KeysUnusable(
      wrong
        ? `${path}: the password is wrong. chain.key_password must be the one it was made with.`
        : `${path} is damaged: restore it from a backup`,
    )
  }
}

async function encryptKeystore(address: string, privateKey: string, password: string, cost: number): Promise<string> {
  useNativeScrypt()
  const { encryptKeystoreJson } = await import('ethers/wallet')
  return encryptKeystoreJson({ address, privateKey }, password, { scrypt: { N: cost, r: 8, p: 1 } })
}

let registered = false
/** The library's own scrypt is JavaScript and would stop the event loop for a second. */
function useNativeScrypt(): void {
  if (registered) return
  registered = true
  scrypt.register(async (password, salt, N, r, p, length) => {
    const derived = await new Promise<Buffer>((resolve, reject) =>
      nativeScrypt(password, salt, length, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
        error ? reject(error) : resolve(key),
      ),
    )
    return `0x${derived.toString('hex')}`
  })
}
