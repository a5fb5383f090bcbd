import { expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AccountInUse, lockAccount, type AccountLockOptions } from '../../src/chain/account-lock.ts'
import { lockFile, lockReadable } from '../../src/store/lock.ts'

const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const OTHER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const newFolder = () => mkdtempSync(join(tmpdir(), 'testamur-lock-'))
const options = (folder: string, more: Partial<AccountLockOptions> = {}): AccountLockOptions => ({
  address: ADDRESS,
  folder,
  lockFile,
  lockReadable,
  warn: (fields) => {
    throw new Error(`warned: ${fields.reason}`)
  },
  ...more,
})
const nameOf = (folder: string, address = ADDRESS) => join(folder, `testamur-${address.toLowerCase()}.lock`)

test('an account is locked once on a machine, however its address is written; another one is free', () => {
  const folder = newFolder()
  const held = lockAccount(options(folder))
  expect(() => lockAccount(options(folder))).toThrow(AccountInUse)
  expect(() => lockAccount(options(folder, { address: ADDRESS.toLowerCase() }))).toThrow(AccountInUse)
  expect(() => lockAccount(options(folder))).toThrow(`account ${ADDRESS} is used by another testamur process`)
  expect(() => lockAccount(options(folder))).toThrow('[chain] key_file')
  lockAccount(options(folder, { address: OTHER })).release()
  held.release()
  lockAccount(options(folder)).release() // control: given back
})

test('a key file that two share is locked too, though each has temporary files of its own', () => {
  const keyFile = join(newFolder(), 'key.json')
  writeFileSync(keyFile, '{}')
  const [one, two] = [newFolder(), newFolder()]
  const held = lockAccount(options(one, { keyFile }))
  expect(() => lockAccount(options(two, { keyFile }))).toThrow(`(${keyFile} is locked)`)
  // The refused one holds nothing: neither the file of the address …
  lockAccount(options(two)).release()
  lockAccount(options(two)).release()
  held.release()
  // … nor does the first one after its release.
  lockAccount(options(two, { keyFile })).release()
})

test('a lock that cannot be had is a warning with file and reason, and the start goes on', () => {
  const warned: object[] = []
  const warn = (fields: object) => void warned.push(fields)
  const folder = newFolder()
  lockAccount(options(join(folder, 'gone'), { warn })).release()
  expect(warned).toEqual([{ account: ADDRESS, file: nameOf(join(folder, 'gone')), reason: 'ENOENT' }])
  const keyFile = join(folder, 'key.json')
  const noFlock = () => {
    throw new Error('this system has no flock')
  }
  writeFileSync(keyFile, '{}')
  const held = lockAccount(options(folder, { warn, keyFile, lockReadable: noFlock }))
  expect(warned[1]).toEqual({ account: ADDRESS, file: keyFile, reason: 'this system has no flock' })
  expect(() => lockAccount(options(folder))).toThrow(AccountInUse) // what could be locked is locked
  held.release()
})

test('in a folder that all may write to, a planted link chooses no file', () => {
  const [folder, target] = [newFolder(), join(newFolder(), 'victim')]
  chmodSync(folder, 0o1777)
  symlinkSync(target, nameOf(folder))
  const reasons: string[] = []
  lockAccount(options(folder, { warn: ({ reason }) => void reasons.push(reason) })).release()
  expect(reasons).toEqual(['ELOOP'])
  expect(existsSync(target)).toBe(false)
})

test('without a C library the lock of a database serves', () => {
  const path = join(newFolder(), 'lock')
  const held = lockFile(path, 'no-such-library.so')!
  expect(lockFile(path, 'no-such-library.so')).toBeUndefined()
  held.release()
  lockFile(path, 'no-such-library.so')!.release()
  expect(() => lockReadable(path, 'no-such-library.so')).toThrow('no flock')
})

test('a process that is killed leaves no lock', async () => {
  const folder = newFolder()
  const script = `import { lockFile } from ${JSON.stringify(join(import.meta.dir, '../../src/store/lock.ts'))}
    lockFile(${JSON.stringify(nameOf(folder))}); console.log('held'); await new Promise(() => setInterval(() => {}, 1e6))`
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'inherit' })
  const reader = child.stdout.getReader()
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('held')
  expect(() => lockAccount(options(folder))).toThrow(AccountInUse)
  child.kill('SIGKILL')
  await child.exited
  lockAccount(options(folder)).release()
})
