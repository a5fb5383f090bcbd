/** `testamur verify` for a file whose chain is gone: the issuer's signed list and a node of another chain. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REGISTRY_RUNTIME } from '../../src/chain/contract.ts'
import { caip10, signingMethod } from '../../src/domain/did.ts'
import { encodeMultikey } from '../../src/domain/multibase.ts'
import { rootsDocument } from '../../src/domain/roots.ts'
import { signRoots } from '../../src/domain/roots-sign.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { newFolder, runBinary } from '../kit/binary.ts'
import { issueBatch, NOW, revoke, testIssuer, type TestIssuer } from '../kit/credentials.ts'
import { FakeChain, serveChain } from '../kit/fake-registry.ts'

const folder = newFolder()
const issuer = testIssuer(7, 'key')
const stranger = testIssuer(9, 'key')
const old = new FakeChain(250)
const young = new FakeChain(146)
const nodes = [serveChain(old), serveChain(young)]
const [oldNode, newNode] = nodes.map(({ url }) => url) as [string, string]
const CERTIFICATE = `cert_${'0'.repeat(26)}`
const registries = { old: '', young: '' }
const asked: string[] = []
let file = ''
let roots = ''
let leaf = ''

/** The issuer's site: the file, whom it vouches for, and its list. */
const site = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request) {
    const { pathname } = new URL(request.url)
    asked.push(pathname)
    if (pathname === `/${CERTIFICATE}.json`) return new Response(file)
    if (pathname === '/roots.json') return new Response(roots)
    if (pathname === '/.well-known/testamur.json')
      return Response.json({ issuers: [{ did: issuer.did, registries: [caip10(250, registries.old)] }] })
    return new Response('', { status: 404 })
  },
})

async function listBy(by: TestIssuer, root: string) {
  const place = (chainId: number, address: string) => ({
    ...{ chainId, address, transactionHash: null, blockTime: Date.UTC(2025, 0, 2) / 1000 },
  })
  const also = [place(146, registries.young)]
  const document = rootsDocument({
    issuer: issuer.did,
    updated: NOW,
    roots: [{ root, ...place(250, registries.old), also }],
  })
  const verificationMethod = signingMethod(issuer.did, by.publicKey)
  const signed = await signRoots(document, { hash: serverHash, sign: by.sign, verificationMethod, created: NOW })
  return JSON.stringify(signed)
}

beforeAll(async () => {
  registries.old = old.deploy(issuer.did, issuer.account.address, REGISTRY_RUNTIME)
  registries.young = young.deploy(issuer.did, issuer.account.address, REGISTRY_RUNTIME)
  const batch = await issueBatch(old, { issuer, registry: registries.old, count: 2 })
  young.send(issuer.account.address, registries.young, `0x${batch.root}`)
  file = JSON.stringify(batch.files[0])
  leaf = batch.leaves[0]!
  roots = await listBy(issuer, batch.root)
  writeFileSync(join(folder, 'file.json'), file)
  writeFileSync(join(folder, 'roots.json'), roots)
  writeFileSync(join(folder, 'forged-roots.json'), await listBy(stranger, batch.root))
  writeFileSync(join(folder, 'text.json'), 'hello')
})
afterAll(async () => {
  await Promise.all([...nodes.map(({ stop }) => stop()), site.stop(true)])
  rmSync(folder, { recursive: true, force: true })
})

const verify = (...words: string[]) => runBinary(['verify', ...words], { dir: folder })

describe('testamur verify --roots', () => {
  test('without a list the file could not be checked, and says which chain it needs', async () => {
    const { code, out, err } = await verify('--trust', issuer.did, '--rpc', newNode, 'file.json')
    expect(code).toBe(2)
    expect(out).toContain('no node of this chain is known: name one with --rpc URL (chain 250)')
    expect(err).toContain('it serves chain 146 (sonic), which no file here needs')
  })

  test('with the issuer’s list, as file or link, and a node of the other chain it is valid', async () => {
    for (const list of ['roots.json', `${site.url.origin}/roots.json`]) {
      const { code, out, err } = await verify('--trust', issuer.did, '--rpc', newNode, '--roots', list, 'file.json')
      expect({ code, err }).toEqual({ code: 0, err: '' })
      expect(out).toContain('file.json: VALID')
      expect(out).toContain(' on sonic, first 2025-01-02T00:00:00Z on fantom by the issuer’s word')
      expect(out).toContain('+ another registry of the issuer’s signed list holds the root')
      expect(out).toContain('- note: no node of this chain is known')
    }
  })

  test('--json tells the note apart from the checks', async () => {
    const { out } = await verify(
      '--json',
      '--trust',
      issuer.did,
      '--rpc',
      newNode,
      '--roots',
      'roots.json',
      'file.json',
    )
    const [verdict] = JSON.parse(out) as Array<{
      result: string
      checks: Array<{ result: string }>
      notes: Array<{ code: string }>
    }>
    expect(verdict!.result).toBe('valid')
    expect(verdict!.checks.every(({ result }) => result === 'pass')).toBe(true)
    expect(verdict!.notes.map(({ code }) => code)).toEqual(['no_rpc'])
  })

  test('nodes of both chains, in any order: the file’s own counts, and the list is not needed', async () => {
    for (const rpcs of [
      ['--rpc', oldNode, '--rpc', newNode],
      ['--rpc', newNode, '--rpc', oldNode],
    ]) {
      const { code, out } = await verify('--trust', issuer.did, ...rpcs, '--roots', 'roots.json', 'file.json')
      expect(code).toBe(0)
      expect(out).toContain('+ the registry holds the root')
    }
  })

  test('a list that a stranger signed is put aside, and one that is none too', async () => {
    for (const [list, says] of [
      ['forged-roots.json', 'is not signed by this issuer, and was put aside'],
      ['text.json', 'a list of roots does not have the form it must have'],
    ] as const) {
      const { code, out } = await verify('--trust', issuer.did, '--rpc', newNode, '--roots', list, 'file.json')
      expect(code).toBe(2)
      expect(out).toContain(says)
    }
  })

  test('a list that cannot be read, and a trust that is none, are wrong usage', async () => {
    const missing = await verify('--roots', 'nothing.json', 'file.json')
    expect(missing).toMatchObject({ code: 2, out: '', err: expect.stringContaining('nothing.json cannot be read') })
    const unclear = await verify('--trust', 'Example University', 'file.json')
    expect(unclear).toMatchObject({ code: 2, out: '', err: expect.stringContaining('is not a DID') })
  })

  test('whom to trust: a key of the issuer, or the other registry', async () => {
    const key = `${issuer.did}#${encodeMultikey(issuer.publicKey)}`
    for (const [trust, code] of [
      [key, 0],
      [caip10(146, registries.young), 0],
      [caip10(250, registries.old), 2],
      [stranger.did, 2],
    ] as const)
      expect({
        trust,
        code: (await verify('--trust', trust, '--rpc', newNode, '--roots', 'roots.json', 'file.json')).code,
      }).toEqual({ trust, code })
  })
})

describe('testamur verify URL', () => {
  const link = () => `${site.url.origin}/${CERTIFICATE}`

  test('finds the list at the site, and only when the chain of the file does not confirm it', async () => {
    asked.length = 0
    expect((await verify('--rpc', oldNode, link())).code).toBe(0)
    expect(asked).not.toContain('/roots.json')
    const { code, out } = await verify('--rpc', newNode, link())
    expect(out).toContain('another registry of the issuer’s signed list')
    expect(code).toBe(0)
    expect(asked).toContain('/roots.json')
  })

  test('a chain under the same number that does not hold the root is asked, and outweighed', async () => {
    const empty = serveChain(new FakeChain(250))
    nodes.push(empty)
    const { code, out } = await verify('--rpc', empty.url, '--rpc', newNode, link())
    expect(code).toBe(0)
    expect(out).toContain('note: there is no registry at the address the issuer signed')
  })

  test('a site has no say about the name of another domain', async () => {
    const forger = { ...stranger, did: 'did:web:localhost%3A9' }
    const registry = old.deploy(forger.did, forger.account.address, REGISTRY_RUNTIME)
    const batch = await issueBatch(old, { issuer: forger, registry })
    const evil = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) =>
        Response.json(
          new URL(request.url).pathname.startsWith('/cert_')
            ? batch.files[0]
            : { issuers: [{ did: forger.did, registries: [caip10(250, registry)] }] },
        ),
    })
    try {
      const { code, out } = await verify('--rpc', oldNode, `${evil.url.origin}/${CERTIFICATE}`)
      expect(out).toContain('the issuer’s domain could not be asked')
      expect(code).toBe(2)
    } finally {
      await evil.stop(true)
    }
    // Nor is it enough to know the name: anybody can write it into a file.
    writeFileSync(join(folder, 'forged.json'), JSON.stringify(batch.files[0]))
    expect((await verify('--rpc', oldNode, '--trust', forger.did, 'forged.json')).code).toBe(2)
  })
})

test('revoked where the root stands today: not valid', async () => {
  revoke(young, issuer, registries.young, [leaf], 1)
  const { code, out } = await verify('--trust', issuer.did, '--rpc', newNode, '--roots', 'roots.json', 'file.json')
  expect(code).toBe(1)
  expect(out).toContain('file.json: NOT VALID: authentic, revoked on 2026-03-03')
})
