/** The issuer's keys and the accounts that send: opened, locked, and protected by another password. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishedAccounts, recordAccounts, type PublishedAccount } from './actions/accounts.ts'
import { lockAccount } from './chain/account-lock.ts'
import { recordIssuerKey } from './actions/issuer-keys.ts'
import { ACCOUNT_FILE, openAccount, rewriteAccount, type Account, type AccountOptions } from './chain/accounts.ts'
import { openRemoteSigner } from './chain/remote-signer.ts'
import type { AccountFacts } from './cli/app-context.ts'
import type { Config } from './config.ts'
import type { SendingAccount } from './domain/anchors.ts'
import { fresh } from './domain/commit.ts'
import { canBeDidWeb, didWeb } from './domain/did.ts'
import { checksumAddress } from './domain/hash.ts'
import { newId } from './domain/ids.ts'
import { encodeMultikey } from './domain/multibase.ts'
import { EMBEDDED_CHAIN_ID, EMBEDDED_NETWORK } from './domain/networks.ts'
import { ChainUnavailable, KeysUnusable } from './domain/ports.ts'
import { changeMaster, keyFileWrites, needPassword, openKeys, replaceIssuerKey, type Keys } from './keys/keystore.ts'
import type { Log } from './log.ts'
import { lockDataFolder, lockFile, lockReadable, type FileLock } from './store/lock.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { publicOrigin, textHash } from './wire-context.ts'
import type { System } from './wire-system.ts'

export const keysFolder = (config: Config) => join(config.data.dir, 'keys')

/** Random, made once; part of the embedded chain's first block. */
export async function installationId(store: Store, system: System): Promise<string> {
  const stored = await store.instance.get('installation')
  if (stored) return stored.value
  const value = newId('req', system.random).slice(4)
  await store.commit({
    at: system.clock.now(),
    puts: [{ entity: 'instanceValue', row: fresh({ name: 'installation', value }) }],
  })
  return value
}

export interface SendingAccounts {
  /** Of the data folder: the embedded chain is local and free, and goes on whatever happens to the other account. */
  embedded: Account
  /** key_file's, the remote signer's, or the same one. */
  remote: Account
}
export interface Identity {
  keys: Keys
  accounts: SendingAccounts
}

/** The signer is needed once, when its account is new here; a later start may succeed. */
export class SignerAway extends Error {
  override name = 'SignerAway'
}

/**
 * key_password is for key_file where one is named, and for the keys of the data folder too where they were made with one:
 * whoever moves to a key_file of his own need not take the password off them before.
 */
function ownPassword({ chain, data }: Config): string | undefined {
  if (chain.keyPassword === '') return undefined
  return chain.keyFile === '' || needPassword(join(data.dir, 'keys')) === true ? chain.keyPassword : undefined
}

const ownAccount = (config: Config, system: System, keys: Keys, password: string | undefined): AccountOptions => ({
  dir: keysFolder(config),
  random: system.random,
  seal: keys.seal,
  unseal: keys.unseal,
  write: keys.write,
  ...(password === undefined ? {} : { password }),
})

/** What lies in the data folder; made at first start. */
async function openOwn(config: Config, system: System): Promise<{ keys: Keys; own: AccountOptions; account: Account }> {
  const password = ownPassword(config)
  const keys = await openKeys(keysFolder(config), {
    random: system.random,
    ...(password === undefined ? {} : { password }),
  })
  const own = ownAccount(config, system, keys, password)
  return { keys, own, account: await openAccount(own) }
}

function openKeyFile({ chain }: Config, { password: _, ...rest }: AccountOptions): Promise<Account> {
  const { keyFile, keyPassword } = chain
  return openAccount({ ...rest, keyFile, ...(keyPassword === '' ? {} : { password: keyPassword }) })
}

/** Keys and accounts. `known`: accounts of earlier starts, whose remote signer is not asked again. */
export async function openIdentity(config: Config, system: System, known: SendingAccount[]): Promise<Identity> {
  const { keyFile, signerUrl } = config.chain
  const { keys, own, account: embedded } = await openOwn(config, system)
  if (signerUrl !== '') return { keys, accounts: { embedded, remote: await remoteSigner(config, known) } }
  const remote = keyFile === '' ? embedded : await openKeyFile(config, own)
  return { keys, accounts: { embedded, remote } }
}

/** The accounts and where their keys are held; asks no signer and no node. */
export async function describeAccounts(
  config: Config,
  system: System,
  known: SendingAccount[],
): Promise<AccountFacts[]> {
  const { keyFile, signerUrl, signerAddress, networks } = config.chain
  const { own, account } = await openOwn(config, system)
  const isElsewhere = keyFile !== '' || signerUrl !== ''
  const remote = Object.keys(networks).filter((name) => name !== EMBEDDED_NETWORK)
  const facts = (address: string, on: string[], held: AccountFacts['held'], place: string): AccountFacts => ({
    address,
    fragment: known.find((each) => each.address === address)?.fragment ?? null,
    networks: on,
    held,
    place,
    password: held === 'data_folder' ? needPassword(keysFolder(config))! : null,
  })
  const here = [EMBEDDED_NETWORK, ...(isElsewhere ? [] : remote)]
  const mine = facts(account.address, here, 'data_folder', join(keysFolder(config), ACCOUNT_FILE))
  if (!isElsewhere) return [mine]
  if (signerUrl !== '')
    return [facts(checksumAddress(signerAddress), remote, 'remote_signer', new URL(signerUrl).host), mine]
  return [facts((await openKeyFile(config, own)).address, remote, 'key_file', keyFile), mine]
}

async function remoteSigner({ chain }: Config, known: SendingAccount[]): Promise<Account> {
  const { signerUrl: url, signerAddress: address, networks } = chain
  const same = known.find((account) => account.address.toLowerCase() === address.toLowerCase())
  const chainIds = [EMBEDDED_CHAIN_ID, ...Object.values(networks).map(({ network }) => network.chainId)]
  try {
    return await openRemoteSigner({ url, address, publicKey: same?.publicKey, chainIds: [...new Set(chainIds)] })
  } catch (error) {
    if (!(error instanceof ChainUnavailable)) throw error
    throw new SignerAway(
      `${error.message}. It is needed once, to learn the public key of ${address} for did.json; later starts do without it. Check chain.signer_url and start again.`,
    )
  }
}

/** The identity of a program that sends: its account is locked until `release`, and noted for did.json before its first use. */
export async function openToSend(
  config: Config,
  system: System,
  store: Store,
  log: Log,
): Promise<Identity & { published: PublishedAccount[]; earlierKeys: Uint8Array[]; release(): void }> {
  const identity = await openIdentity(config, system, await store.accounts.all())
  const lock = lockSending(config, identity.accounts, log)
  try {
    const { embedded, remote } = identity.accounts
    const current = config.chain.keyFile === '' ? [embedded, remote] : [remote, embedded]
    const published = publishedAccounts(await recordAccounts({ store, clock: system.clock }, current))
    const { signer } = identity.keys
    const earlierKeys = await recordIssuerKey({ store, clock: system.clock, signer })
    return { ...identity, published, earlierKeys, release: () => lock.release() }
  } catch (error) {
    lock.release()
    throw error
  }
}

/** Throws AccountInUse. Without a public network there is nothing that two programs could spoil. */
function lockSending(config: Config, { remote }: SendingAccounts, log: Log): FileLock {
  if (Object.keys(config.chain.networks).every((name) => name === EMBEDDED_NETWORK)) return { release() {} }
  const { keyFile } = config.chain
  return lockAccount({
    address: remote.address,
    folder: tmpdir(),
    ...(keyFile === '' ? {} : { keyFile }),
    lockFile,
    lockReadable,
    warn: (fields) => log.warn(fields, 'the account cannot be locked: make sure that no other program sends from it'),
  })
}

/**
 * Encrypts the keys of the data folder anew; `next` undefined takes the password off. The account is first brought under
 * the installation's secret, so that one rename (issuer.json) switches everything: after a crash at any point the folder
 * opens with the old password or with the new one. Throws KeysUnusable, DataFolderBusy.
 */
export async function changePassword(
  config: Config,
  system: System,
  next: string | undefined,
  writes = keyFileWrites,
  cost: { scryptCost?: number } = {},
): Promise<void> {
  const dir = keysFolder(config)
  if (needPassword(dir) === undefined)
    throw new KeysUnusable(`${dir} holds no keys yet: set chain.key_password before the first start`)
  const lock = lockDataFolder(config.data.dir)
  try {
    const password = ownPassword(config)
    const options = { random: system.random, ...(password === undefined ? {} : { password }), ...cost }
    const keys = await openKeys(dir, options)
    const account = { ...ownAccount(config, system, keys, password), ...cost }
    await rewriteAccount(account, undefined, writes.replace)
    await changeMaster(dir, options, next, writes)
    if (next !== undefined) await rewriteAccount(account, next, writes.replace)
  } finally {
    lock.release()
  }
}

/**
 * Gives a did:web issuer a new signing key. The old one is noted first, so that did.json lists it for ever. Throws
 * KeysUnusable, DataFolderBusy.
 */
export async function rotateIssuerKey(
  config: Config,
  system: System,
): Promise<{ did: string; from: string; to: string }> {
  const { random, clock } = system
  const origin = publicOrigin(config)
  if (!canBeDidWeb(origin))
    throw new KeysUnusable(
      'this issuer is a did:key, which is its key: with another key it would be another issuer. Set server.public_url to an https address with a name to become a did:web, whose keys can change',
    )
  const did = didWeb(origin)
  if (needPassword(keysFolder(config)) === undefined)
    throw new KeysUnusable(`${keysFolder(config)} holds no keys yet: they are made at the first start`)
  const store = await openStore({ dir: config.data.dir, random, hash: textHash, lock: true, clock })
  try {
    const password = ownPassword(config)
    const options = { random, ...(password === undefined ? {} : { password }) }
    const { signer } = await openKeys(keysFolder(config), options)
    await recordIssuerKey({ store, clock, signer })
    const { from, to } = await replaceIssuerKey(keysFolder(config), options)
    return { did, from: encodeMultikey(from), to: encodeMultikey(to) }
  } finally {
    await store.close()
  }
}
