import { describe, expect, test } from 'bun:test'
import { createHmac, createPublicKey, verify } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { systemRandom, toHex } from '../../src/domain/ids.ts'
import { KeysUnusable } from '../../src/domain/ports.ts'
import { writeKeyFile } from '../../src/keys/files.ts'
import { openKeys } from '../../src/keys/keystore.ts'
import { seal, unseal } from '../../src/keys/seal.ts'
import { ed25519Signer } from '../../src/keys/signer.ts'

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'testamur-keys-')), 'keys')
const random = systemRandom
const WITH_PASSWORD = { random, password: 'correct horse', scryptCost: 1024 }
const MODES: [string, { random: typeof random; password?: string; scryptCost?: number }][] = [
  ['without a password', { random }],
  ['with a password', WITH_PASSWORD],
]
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )
const everything = async (keys: Awaited<ReturnType<typeof openKeys>>) => ({
  live: toHex(keys.signer.publicKey('live')),
  test: toHex(keys.signer.publicKey('test')),
  signature: toHex(await keys.signer.sign('live', new Uint8Array([1, 2, 3]))),
  mac: keys.mac('ada@example.com'),
  secret: toHex(keys.secret('status-list')),
})

describe.each(MODES)('the keys of an installation %s', (_name, options) => {
  test('are made at first start and are the same at every later one', async () => {
    const folder = newFolder()
    const first = await openKeys(folder, options)
    const before = await everything(first)
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])
    const again = await openKeys(folder, options)
    expect(await everything(again)).toEqual(before)
    expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])).toEqual(files)
    const sealed = first.seal(new Uint8Array([9]), 'webhook')
    expect(again.unseal(sealed, 'webhook')).toEqual(new Uint8Array([9]))
  })

  test('differ between live and sandbox, between purposes, and between installations', async () => {
    const one = await everything(await openKeys(newFolder(), options))
    const two = await everything(await openKeys(newFolder(), options))
    expect(one.live).not.toBe(one.test)
    for (const name of ['live', 'test', 'mac', 'secret'] as const) expect(one[name]).not.toBe(two[name])
    const keys = await openKeys(newFolder(), options)
    expect(keys.secret('a')).not.toEqual(keys.secret('b'))
    expect(keys.secret('mac')).not.toEqual(keys.secret('seal'))
  })

  test('sign what any Ed25519 verifier accepts, with the key of the partition', async () => {
    const { signer } = await openKeys(newFolder(), options)
    const message = Buffer.from('a certificate')
    const signature = await signer.sign('live', message)
    const accepts = (partition: 'live' | 'test') => {
      const x = Buffer.from(signer.publicKey(partition)).toString('base64url')
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
      return verify(null, message, key, signature)
    }
    expect([signature.length, accepts('live'), accepts('test')]).toEqual([64, true, false])
  })

  test('are closed to others, also when somebody opened them', async () => {
    const folder = newFolder()
    await openKeys(folder, options)
    const modes = () =>
      [folder, ...readdirSync(folder).map((name) => join(folder, name))].map((path) => statSync(path).mode & 0o777)
    const expected = [0o700, ...readdirSync(folder).map(() => 0o600)]
    expect(modes()).toEqual(expected)
    chmodSync(folder, 0o755)
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)
    await openKeys(folder, options)
    expect(modes()).toEqual(expected)
  })

  test('are not in the files as they are', async () => {
    const folder = newFolder()
    const seeds: string[] = []
    const remembering = (size: number) => {
      const bytes = random(size)
      seeds.push(toHex(bytes))
      return bytes
    }
    await openKeys(folder, { ...options, random: remembering })
    const text = readFileSync(join(folder, 'issuer.json'), 'utf8')
    const secret = seeds.filter((each) => each.length === 64 && !text.includes(`"salt": "${each}"`))
    expect(secret.length).toBeGreaterThanOrEqual(3)
    for (const each of secret) {
      expect(text).not.toContain(each)
      expect(text).not.toContain(Buffer.from(each, 'hex').toString('base64url'))
    }
  })

  test('that are damaged are reported with the file and the cure, whatever the damage', async () => {
    const folder = newFolder()
    await openKeys(folder, options)
    const path = join(folder, 'issuer.json')
    const whole = readFileSync(path, 'utf8')
    const stored = JSON.parse(whole) as Record<string, Record<string, string>>
    const changed = (change: (copy: typeof stored) => void) => {
      const copy = structuredClone(stored)
      change(copy)
      return JSON.stringify(copy)
    }
    const swapped = changed((copy) => ([copy.live, copy.test] = [copy.test!, copy.live!]))
    const otherKey = changed((copy) => (copy.live!.publicKey = copy.test!.publicKey!))
    const noSeed = changed((copy) => delete copy.live!.seed)
    for (const damage of ['', '{', 'null', '[]', whole.slice(0, 100), swapped, otherKey, noSeed]) {
      writeFileSync(path, damage)
      const error = await problem(openKeys(folder, options))
      expect(error).toBeInstanceOf(KeysUnusable)
      expect(error.message).toContain(path)
      expect(error.message).toContain('restore')
    }
    writeFileSync(path, whole)
    await openKeys(folder, options) // control
  })
})

describe('a password', () => {
  test('that is wrong, missing or superfluous is refused with the file and the cure', async () => {
    const folder = newFolder()
    await openKeys(folder, WITH_PASSWORD)
    const wrong = await problem(openKeys(folder, { ...WITH_PASSWORD, password: 'incorrect' }))
    expect(wrong).toBeInstanceOf(KeysUnusable)
    expect(wrong.message).toMatch(/issuer\.json.*password is wrong/)
    expect(wrong.message).not.toContain('incorrect')
    expect((await problem(openKeys(folder, { random }))).message).toMatch(/issuer\.json is encrypted with a password/)
    expect(existsSync(join(folder, 'master.key'))).toBe(false)
    const open = newFolder()
    await openKeys(open, { random })
    expect((await problem(openKeys(open, WITH_PASSWORD))).message).toMatch(/remove the password/)
    await openKeys(folder, WITH_PASSWORD) // control
  })
  test('means the same however its letters are composed', async () => {
    const folder = newFolder()
    await openKeys(folder, { ...WITH_PASSWORD, password: 'caf\u00e9' })
    await openKeys(folder, { ...WITH_PASSWORD, password: 'cafe\u0301' })
  })
  test('does not let a planted file ask for endless memory', async () => {
    const folder = newFolder()
    await openKeys(folder, WITH_PASSWORD)
    const path = join(folder, 'issuer.json')
    for (const cost of [2 ** 30, 1000, -1, 0, '16384', null]) {
      const file = JSON.parse(readFileSync(path, 'utf8')) as { master: { cost: unknown } }
      file.master.cost = cost
      writeFileSync(path, JSON.stringify(file))
      expect((await problem(openKeys(folder, WITH_PASSWORD))).message).toContain('damaged')
    }
  })
})

describe('the master key file', () => {
  test('of another installation, missing or damaged is reported', async () => {
    const [folder, other] = [newFolder(), newFolder()]
    await openKeys(folder, { random })
    await openKeys(other, { random })
    const master = join(folder, 'master.key')
    copyFileSync(join(other, 'master.key'), master)
    expect((await problem(openKeys(folder, { random }))).message).toMatch(/does not belong to the master\.key/)
    writeFileSync(master, 'short')
    expect((await problem(openKeys(folder, { random }))).message).toContain(`${master} is damaged`)
    rmSync(master)
    expect((await problem(openKeys(folder, { random }))).message).toContain(`${master} is missing`)
    expect(existsSync(master)).toBe(false) // no new one: it could not open anything
  })
  test('left alone by a crash at first start is used', async () => {
    const folder = newFolder()
    await openKeys(folder, { random })
    const master = readFileSync(join(folder, 'master.key'), 'utf8')
    rmSync(join(folder, 'issuer.json'))
    await openKeys(folder, { random })
    expect(readFileSync(join(folder, 'master.key'), 'utf8')).toBe(master)
  })
  test('costs no key derivation: a later start takes a few milliseconds', async () => {
    const folder = newFolder()
    await openKeys(folder, { random })
    const started = performance.now()
    await openKeys(folder, { random })
    expect(performance.now() - started).toBeLessThan(50) // scrypt would be ten times that
  })
})

test('a key file is never written over another, and a draft left by a crash is replaced', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'testamur-keys-')), 'ethereum.json')
  writeFileSync(`${path}.new`, 'half a fi')
  writeKeyFile(path, 'whole')
  expect(() => writeKeyFile(path, 'another')).toThrow(`${path} exists already`)
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777, existsSync(`${path}.new`)]).toEqual([
    'whole',
    0o600,
    false,
  ])
})

test('the mac is HMAC-SHA256 under a secret of its own', async () => {
  const keys = await openKeys(newFolder(), { random })
  expect(keys.mac('a')).toMatch(/^[0-9a-f]{64}$/)
  expect(keys.mac('a')).not.toBe(keys.mac('b'))
  expect(keys.mac('a')).not.toBe(createHmac('sha256', keys.secret('mac')).update('a').digest('hex'))
})

test('the signer gives the signature of RFC 8032, section 7.1, test 2', async () => {
  const seed = Uint8Array.fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb')
  const signer = ed25519Signer({ live: seed, test: random(32) })
  expect(toHex(signer.publicKey('live'))).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
  expect(toHex(await signer.sign('live', new Uint8Array([0x72])))).toBe(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )
})

test('a sealed value opens only whole, with its key and its id', () => {
  const bytes = fc.uint8Array({ maxLength: 100 })
  fc.assert(
    fc.property(bytes, fc.string(), fc.nat(), (value, id, position) => {
      const key = random(32)
      const sealed = seal(key, value, id, random)
      expect(unseal(key, sealed, id)).toEqual(new Uint8Array(value))
      expect(seal(key, value, id, random)).not.toBe(sealed)
      expect(() => unseal(key, sealed, `${id}x`)).toThrow()
      expect(() => unseal(random(32), sealed, id)).toThrow()
      const broken = Buffer.from(sealed.slice(3), 'base64url')
      broken[position % broken.length]! ^= 1 << (position % 8)
      expect(() => unseal(key, `v1.${broken.toString('base64url')}`, id)).toThrow()
    }),
    { numRuns: 200 },
  )
  for (const bad of ['', 'v1.', 'v1.AA', 'v2.AAAA', 'v1.***']) expect(() => unseal(random(32), bad, 'x')).toThrow()
})
