/**
 * The keys of an installation. A master key opens issuer.json, which holds the instance's secret and the two Ed25519
 * seeds. The master key is derived from the configured password, or lies beside it in a file while there is none.
 */
import { createHmac, hkdfSync, scrypt } from 'node:crypto'
import { join } from 'node:path'
import { type Random, fromHex, toHex } from '../domain/ids.ts'
import { KeysUnusable, type Mac, type Signer } from '../domain/ports.ts'
import { makeKeyFolder, readKeyFile, removeKeyFile, replaceKeyFile, writeKeyFile } from './files.ts'
import { seal, unseal } from './seal.ts'
import { ed25519Signer, publicKeyOf } from './signer.ts'

export interface KeyOptions {
  random: Random
  /** Without one the master key is a file, and no time is spent on deriving it. */
  password?: string
  /** scrypt's N for a new keystore; tests take a small one. */
  scryptCost?: number
}
export interface Keys {
  signer: Signer
  mac: Mac
  /** Encrypts a secret for the database or a file; `id` says what it is, and opens it again. */
  seal(value: Uint8Array, id: string): string
  /** Throws when the value is damaged, sealed elsewhere, or sealed under another id. */
  unseal(sealed: string, id: string): Uint8Array
  /** 32 bytes that stay the same for this name and installation. */
  secret(name: string): Uint8Array
  /** Writes a key file of its own kind beside these, durably and never over another. */
  write(path: string, text: string): void
}

const FILE = 'issuer.json'
const MASTER_FILE = 'master.key'
const DEFAULT_COST = 131_072
/** Bounds the memory a damaged or planted file can ask for: 1 GB. */
const LARGEST_COST = 1_048_576

type Master = { kind: 'file' } | { kind: 'scrypt'; salt: string; cost: number }
interface KeyFile {
  version: 1
  master: Master
  secret: string
  live: { publicKey: string; seed: string }
  test: { publicKey: string; seed: string }
}

/** Opens the keys in this folder, or makes them at first start. Throws KeysUnusable with file and cure. */
export async function openKeys(dir: string, options: KeyOptions): Promise<Keys> {
  makeKeyFolder(dir)
  const path = join(dir, FILE)
  const text = readKeyFile(path)
  if (text === null) return createKeys(dir, path, options)
  const file = parseKeyFile(path, text)
  return openFile(path, file, await masterOf(dir, path, file.master, options.password), options.random)
}

async function createKeys(dir: string, path: string, options: KeyOptions): Promise<Keys> {
  const { random, password } = options
  const master = newMaster(options)
  if (master.kind === 'file' && readKeyFile(join(dir, MASTER_FILE)) === null)
    writeKeyFile(join(dir, MASTER_FILE), newMasterText(random)) // first, so that a crash leaves no keystore without it
  const key = await masterOf(dir, path, master, password)
  const seeds = { secret: random(32), live: random(32), test: random(32) }
  const file = sealedFile(master, key, seeds, random)
  writeKeyFile(path, textOf(file))
  return openFile(path, file, key, random)
}

const newMaster = ({ random, password, scryptCost }: KeyOptions): Master =>
  password === undefined
    ? { kind: 'file' }
    : { kind: 'scrypt', salt: toHex(random(32)), cost: scryptCost ?? DEFAULT_COST }
const newMasterText = (random: Random) => `${toHex(random(32))}\n`
const textOf = (file: KeyFile) => `${JSON.stringify(file, null, 2)}\n`

interface Opened {
  secret: Uint8Array
  live: Uint8Array
  test: Uint8Array
}

function sealedFile(master: Master, key: Uint8Array, seeds: Opened, random: Random): KeyFile {
  const partition = (name: 'live' | 'test') => ({
    publicKey: toHex(publicKeyOf(seeds[name])),
    seed: seal(key, seeds[name], name, random),
  })
  const secret = seal(key, seeds.secret, 'secret', random)
  return { version: 1, master, secret, live: partition('live'), test: partition('test') }
}

/** Whether a password opens the keys of this folder; undefined while there are none. */
export function needPassword(dir: string): boolean | undefined {
  const path = join(dir, FILE)
  const text = readKeyFile(path)
  return text === null ? undefined : parseKeyFile(path, text).master.kind === 'scrypt'
}

/** How a change of password touches the disk; each call is done whole or not at all. */
export interface KeyFileWrites {
  replace(path: string, text: string): void
  remove(path: string): void
}
export const keyFileWrites: KeyFileWrites = { replace: replaceKeyFile, remove: removeKeyFile }

/**
 * Encrypts the keys anew: under `next`, or under a master key in a file when it is undefined. The keys stay the same. One
 * rename switches: before it the old password opens the folder, after it the new one.
 */
export async function changeMaster(
  dir: string,
  options: KeyOptions,
  next: string | undefined,
  writes: KeyFileWrites = keyFileWrites,
): Promise<void> {
  const { random, password } = options
  const path = join(dir, FILE)
  const text = readKeyFile(path)
  if (text === null) throw new KeysUnusable(`${path} is missing: there are no keys yet`)
  const old = parseKeyFile(path, text)
  const seeds = openSeeds(path, old, await masterOf(dir, path, old.master, password))
  const { password: _, ...rest } = options
  const master = newMaster(next === undefined ? rest : { ...rest, password: next })
  const masterPath = join(dir, MASTER_FILE)
  if (master.kind === 'file') {
    if (old.master.kind === 'file') throw new KeysUnusable(`${path} has no password that could be removed`)
    writes.replace(masterPath, newMasterText(random)) // while a password opens the keys, this file opens nothing
  }
  const key = await masterOf(dir, path, master, next)
  writes.replace(path, textOf(sealedFile(master, key, seeds, random)))
  // What it opened is no more, except in backups: with them it would open everything.
  if (master.kind === 'scrypt' && readKeyFile(masterPath) !== null) writes.remove(masterPath)
}

async function masterOf(dir: string, path: string, master: Master, password: string | undefined): Promise<Uint8Array> {
  if (master.kind === 'scrypt') {
    if (password === undefined)
      throw new KeysUnusable(`${path} is encrypted with a password: configure the password it was made with`)
    return deriveKey(password, fromHex(master.salt), master.cost)
  }
  if (password !== undefined)
    throw new KeysUnusable(
      `${path} was made without a password, its master key lies in ${MASTER_FILE}: remove the password from the configuration, and set one with "testamur chain account --change-password"`,
    )
  const masterPath = join(dir, MASTER_FILE)
  const text = readKeyFile(masterPath)
  if (text === null)
    throw new KeysUnusable(
      `${masterPath} is missing, and ${path} cannot be opened without it: restore it from a backup`,
    )
  if (!/^[0-9a-f]{64}\s*$/.test(text))
    throw new KeysUnusable(`${masterPath} is damaged (64 hexadecimal digits expected): restore it from a backup`)
  return fromHex(text.trim())
}

function deriveKey(password: string, salt: Uint8Array, cost: number): Promise<Uint8Array> {
  const limits = { N: cost, r: 8, p: 1, maxmem: 256 * cost * 8 }
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, 32, limits, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    ),
  )
}

function parseKeyFile(path: string, text: string): KeyFile {
  try {
    const file = JSON.parse(text) as KeyFile
    const { master } = file
    const sound =
      file.version === 1 &&
      [file.secret, file.live.seed, file.test.seed].every((value) => typeof value === 'string') &&
      (master.kind === 'file' || (master.kind === 'scrypt' && isSalt(master.salt) && isCost(master.cost)))
    if (sound) return file
  } catch {} // reported below, with the file's name
  throw new KeysUnusable(`${path} is damaged: restore the keys folder from a backup`)
}
const isSalt = (salt: unknown) => typeof salt === 'string' && /^[0-9a-f]{64}$/.test(salt)
const isCost = (cost: unknown) =>
  typeof cost === 'number' && cost > 1 && cost <= LARGEST_COST && Number.isInteger(Math.log2(cost))

/** Gives the live issuer a new key in one rename; nothing keeps the old one. Answers the two public keys. */
export async function replaceIssuerKey(
  dir: string,
  options: KeyOptions,
): Promise<{ from: Uint8Array; to: Uint8Array }> {
  const { random, password } = options
  const path = join(dir, FILE)
  const text = readKeyFile(path)
  if (text === null) throw new KeysUnusable(`${path} is missing: there are no keys yet`)
  const old = parseKeyFile(path, text)
  const key = await masterOf(dir, path, old.master, password)
  const seeds = openSeeds(path, old, key)
  const next = { ...seeds, live: random(32) }
  replaceKeyFile(path, textOf(sealedFile(old.master, key, next, random)))
  return { from: publicKeyOf(seeds.live), to: publicKeyOf(next.live) }
}

function openSeeds(path: string, file: KeyFile, key: Uint8Array): Opened {
  const open = (sealed: string, id: string) => {
    try {
      return unseal(key, sealed, id)
    } catch {
      return null
    }
  }
  const [secret, live, test] = [open(file.secret, 'secret'), open(file.live.seed, 'live'), open(file.test.seed, 'test')]
  if (!secret && !live && !test) throw new KeysUnusable(`${path} cannot be opened: ${wrongMaster(file.master)}`)
  if (!secret || !live || !test || !matches(file.live.publicKey, live) || !matches(file.test.publicKey, test))
    throw new KeysUnusable(`${path} is damaged: restore the keys folder from a backup`)
  return { secret, live, test }
}

function openFile(path: string, file: KeyFile, key: Uint8Array, random: Random): Keys {
  const { secret, live, test } = openSeeds(path, file, key)
  const derived = (name: string) => new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), `testamur/${name}`, 32))
  const [macKey, sealKey] = [derived('mac'), derived('seal')]
  return {
    signer: ed25519Signer({ live, test }),
    mac: (text) => createHmac('sha256', macKey).update(text, 'utf8').digest('hex'),
    seal: (value, id) => seal(sealKey, value, id, random),
    unseal: (sealed, id) => unseal(sealKey, sealed, id),
    secret: (name) => derived(`secret/${name}`),
    write: writeKeyFile,
  }
}

const matches = (publicKey: unknown, seed: Uint8Array) => publicKey === toHex(publicKeyOf(seed))

const wrongMaster = (master: Master) =>
  master.kind === 'scrypt'
    ? 'the password is wrong. Configure the password it was made with.'
    : `it does not belong to the ${MASTER_FILE} beside it. Restore both from the same backup.`
