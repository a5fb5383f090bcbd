import { describe, expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SigningKey } from 'ethers/crypto'
import { computeAddress, Transaction } from 'ethers/transaction'
import { decryptKeystoreJson, encryptKeystoreJson } from 'ethers/wallet'
import { type AccountOptions, openAccount, rewriteAccount } from '../../src/chain/accounts.ts'
import { systemRandom, toHex } from '../../src/domain/ids.ts'
import { KeysUnusable } from '../../src/domain/ports.ts'
import { openKeys } from '../../src/keys/keystore.ts'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'

const [KEY] = DEVELOPMENT_KEYS
const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' // published with the key

async function newOptions(rest: Partial<AccountOptions> = {}): Promise<AccountOptions> {
  const dir = join(mkdtempSync(join(tmpdir(), 'testamur-account-')), 'keys')
  const { seal, unseal, write } = await openKeys(dir, { random: systemRandom })
  return { dir, random: systemRandom, seal, unseal, write, scryptCost: 1024, ...rest }
}
const fileOf = (options: AccountOptions) => join(options.dir, 'ethereum.json')
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )

describe.each([
  ['without a password', undefined],
  ['with a password', 'correct horse'],
])('the account %s', (_name, password) => {
  test('is made at first start, is the same afterwards, and its file is closed to others', async () => {
    const options = await newOptions({ password })
    const first = await openAccount(options)
    expect((await openAccount(options)).address).toBe(first.address)
    expect(statSync(fileOf(options)).mode & 0o777).toBe(0o600)
    expect((await openAccount(await newOptions({ password }))).address).not.toBe(first.address)
  })

  test('signs what recovers to its address and its public key', async () => {
    const account = await openAccount(await newOptions({ password }))
    const transaction = Transaction.from({ chainId: 1, nonce: 3, type: 2, to: ADDRESS, data: `0x${'5a'.repeat(32)}` })
    await account.signTransaction(transaction)
    expect(Transaction.from(transaction.serialized).from).toBe(account.address)
    const { x, y } = account.publicKey
    expect(transaction.fromPublicKey).toBe(`0x04${toHex(x)}${toHex(y)}`)
    expect(transaction.signature!.isValid()).toBe(true)
    expect([account.publicKey.x.length, account.publicKey.y.length]).toEqual([32, 32])
  })

  test('is refused with file and cure when the file is damaged', async () => {
    const options = await newOptions({ password })
    await openAccount(options)
    const whole = readFileSync(fileOf(options), 'utf8')
    for (const damage of [
      '',
      '{}',
      whole.slice(0, 60),
      'null',
      '{"version":3}',
      '{"kind":"sealed","sealed":"v1.AAAA"}',
    ]) {
      writeFileSync(fileOf(options), damage)
      const error = await problem(openAccount(options))
      expect([damage, error]).toEqual([damage, expect.any(KeysUnusable)])
      expect(error.message).toContain(fileOf(options))
    }
  })
})

test('with a password the file is a keystore that every wallet opens', async () => {
  const options = await newOptions({ password: 'correct horse' })
  const { address } = await openAccount(options)
  expect((await decryptKeystoreJson(readFileSync(fileOf(options), 'utf8'), 'correct horse')).address).toBe(address)
})

test('a password that is wrong or missing is refused with the cure', async () => {
  const options = await newOptions({ password: 'correct horse' })
  await openAccount(options)
  const wrong = await problem(openAccount({ ...options, password: 'incorrect one' }))
  expect(wrong).toBeInstanceOf(KeysUnusable)
  expect(wrong.message).toMatch(/ethereum\.json: the password is wrong/)
  expect(wrong.message).not.toContain('incorrect one')
  expect((await problem(openAccount({ ...options, password: undefined }))).message).toContain('chain.key_password')
})

describe('written anew', () => {
  const replace = (path: string, text: string) => writeFileSync(path, text)
  test('the account stays the same, sealed or as a keystore, and opens with the new password alone', async () => {
    const options = await newOptions({ password: 'old one' })
    const { address } = await openAccount(options)
    await rewriteAccount(options, undefined, replace)
    // What is sealed opens under the installation's secret, which is where a password then protects it.
    expect(JSON.parse(readFileSync(fileOf(options), 'utf8'))).toMatchObject({ kind: 'sealed', address })
    for (const password of ['old one', 'new one', undefined])
      expect((await openAccount({ ...options, password })).address).toBe(address)
    await rewriteAccount(options, 'new one', replace)
    expect((await decryptKeystoreJson(readFileSync(fileOf(options), 'utf8'), 'new one')).address).toBe(address)
    expect((await problem(openAccount(options))).message).toContain('password is wrong')
    expect((await openAccount({ ...options, password: 'new one' })).address).toBe(address)
  })
  test('nothing is written where there is nothing, or nothing to change, or the password is wrong', async () => {
    const never = () => {
      throw new Error('written')
    }
    const options = await newOptions()
    await rewriteAccount(options, 'x', never)
    await openAccount(options)
    await rewriteAccount(options, undefined, never)
    expect((await problem(rewriteAccount(options, 'x', never))).message).toBe('written') // control
    const closed = await newOptions({ password: 'right' })
    await openAccount(closed)
    const wrong = await problem(rewriteAccount({ ...closed, password: 'wrong' }, 'x', never))
    expect(wrong.message).toContain('password is wrong')
  })
})

test('a sealed account does not open in another installation', async () => {
  const [one, two] = [await newOptions(), await newOptions()]
  await openAccount(one)
  await openAccount(two)
  writeFileSync(fileOf(two), readFileSync(fileOf(one)))
  expect((await problem(openAccount(two))).message).toContain('belongs to another installation')
})

test('the public key in the file cannot be exchanged', async () => {
  const options = await newOptions()
  const account = await openAccount(options)
  const stored = JSON.parse(readFileSync(fileOf(options), 'utf8')) as { publicKey: string }
  expect(computeAddress(stored.publicKey)).toBe(account.address)
  stored.publicKey = new SigningKey(`0x${KEY}`).publicKey
  writeFileSync(fileOf(options), JSON.stringify(stored))
  expect(await problem(openAccount(options))).toBeInstanceOf(KeysUnusable)
})

describe('a key of the operator’s own', () => {
  test('is used as it is, and nothing is written', async () => {
    for (const key of [KEY, `0x${KEY}`, ` ${KEY.toUpperCase()}\n`]) {
      const options = await newOptions({ key })
      expect((await openAccount(options)).address).toBe(ADDRESS)
      expect(readdirSync(options.dir).sort()).toEqual(['issuer.json', 'master.key'])
    }
  })
  test('may be a file with the digits or a keystore', async () => {
    const options = await newOptions()
    const keyFile = join(options.dir, 'own')
    writeFileSync(keyFile, `${KEY}\n`)
    expect((await openAccount({ ...options, keyFile })).address).toBe(ADDRESS)
    const account = { address: ADDRESS, privateKey: `0x${KEY}` }
    writeFileSync(keyFile, await encryptKeystoreJson(account, 'pass', { scrypt: { N: 1024, r: 8, p: 1 } }))
    expect((await openAccount({ ...options, keyFile, password: 'pass' })).address).toBe(ADDRESS)
    expect((await problem(openAccount({ ...options, keyFile, password: 'no' }))).message).toContain('password is wrong')
    const missing = await problem(openAccount({ ...options, keyFile: `${keyFile}.missing` }))
    expect(missing.message).toContain('cannot be read')
  })
  test('that is no key is refused without being repeated', async () => {
    const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
    for (const key of ['', 'abc', KEY.slice(2), `${KEY}00`, '00'.repeat(32), order, 'zz'.repeat(32)]) {
      const error = await problem(openAccount(await newOptions({ key })))
      expect(error).toBeInstanceOf(KeysUnusable)
      if (key.length > 3) expect(error.message).not.toContain(key)
    }
  })
})

test('chance outside the curve is thrown away', async () => {
  const options = await newOptions()
  const zero = { left: 2 }
  const account = await openAccount({
    ...options,
    random: (size) => (size === 32 && zero.left-- > 0 ? new Uint8Array(32) : systemRandom(size)),
  })
  expect(toHex(account.publicKey.x)).toMatch(/^[0-9a-f]{64}$/)
  expect((await openAccount(options)).address).toBe(account.address)
})
