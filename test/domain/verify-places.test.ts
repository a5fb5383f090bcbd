/** Certificates whose chain is dead, and the signed list that says where else their roots stand. */
import { describe, expect, test } from 'bun:test'
import type { JsonObject } from '../../src/domain/canonical.ts'
import { caip10, signingMethod } from '../../src/domain/did.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import { encodeMultikey } from '../../src/domain/multibase.ts'
import { rootsDocument, type SignedRoots } from '../../src/domain/roots.ts'
import { signRoots } from '../../src/domain/roots-sign.ts'
import { CHECK_CODES, type Verdict } from '../../src/domain/verdict.ts'
import { verifyCredential, type VerifyOptions } from '../../src/domain/verify.ts'
import { askOf } from '../../src/domain/verify-chain.ts'
import { trustTyped } from '../../src/domain/verify-trust.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { serverVerifier } from '../../src/keys/verifier.ts'
import { didDocumentOf, issueBatch, NOW, revoke, testIssuer, type TestIssuer } from '../kit/credentials.ts'
import { FAKE_CODE_HASH, FakeChain } from '../kit/fake-registry.ts'

const OLD = 250
const NEW = 146
const FIRST_DAY = Date.UTC(2025, 0, 2) / 1000
const issuer = testIssuer()
const stranger = testIssuer(9)

/** An issuer whose certificates were anchored on one chain and then on another. */
class Moved {
  readonly old: FakeChain
  readonly young = new FakeChain(NEW, Date.UTC(2026, 1, 1) / 1000)
  readonly oldRegistry: string
  readonly newRegistry: string
  file!: JsonObject
  leaf = ''
  root = ''

  constructor(
    readonly by: TestIssuer = issuer,
    chainId = OLD,
  ) {
    this.old = new FakeChain(chainId, FIRST_DAY)
    this.oldRegistry = this.old.deploy(by.did, by.account.address)
    this.newRegistry = this.young.deploy(by.did, by.account.address)
  }

  async issue(order: object = {}) {
    const batch = await issueBatch(this.old, { issuer: this.by, registry: this.oldRegistry, count: 3, ...order })
    this.file = batch.files[1]!
    this.leaf = batch.leaves[1]!
    this.root = batch.root
    this.anchorAgain()
    return this
  }
  anchorAgain(registry = this.newRegistry) {
    return this.young.send(this.by.account.address, registry, `0x${this.root}`)
  }

  list(by = this.by, change: { did?: string; root?: string; registry?: string; chainId?: number } = {}) {
    const { did = this.by.did, root = this.root, registry = this.newRegistry, chainId = NEW } = change
    const there = { chainId, address: registry, transactionHash: null, blockTime: this.young.time() }
    const here = { chainId: this.old.chainId, address: this.oldRegistry, transactionHash: null, blockTime: FIRST_DAY }
    const document = rootsDocument({ issuer: did, updated: NOW, roots: [{ root, ...here, also: [there] }] })
    const verificationMethod = signingMethod(did, by.publicKey)
    return signRoots(document, { hash: serverHash, sign: by.sign, verificationMethod, created: NOW })
  }

  /** The old chain is dead: nobody has a node of it. */
  options(change: Partial<VerifyOptions> = {}): VerifyOptions {
    return {
      hash: serverHash,
      signatures: serverVerifier,
      now: NOW,
      rpc: { [NEW]: this.young.request },
      resolveDid: async () => didDocumentOf(this.by),
      knownCode: new Set([FAKE_CODE_HASH]),
      ...change,
    }
  }
  /** Both chains have a node. */
  both = () => ({ [OLD]: this.old.request, [NEW]: this.young.request })
}

const line = ({ intact, issuer, anchored, valid, overall }: Verdict) =>
  [intact, issuer, anchored, valid, '→', overall].join(' ')
const codes = (verdict: Verdict) => verdict.checks.map(({ code }) => code)
const noted = (verdict: Verdict) => verdict.notes.map(({ code }) => code)
const GOOD = 'pass pass pass pass → valid'
const NOBODY_ASKED = 'pass unknown unknown unknown → unknown'

async function judge(moved: Moved, options: VerifyOptions, expected: string) {
  const verdict = await verifyCredential(moved.file, options)
  expect(`${line(verdict)} ${JSON.stringify([verdict.checks, verdict.notes])}`).toStartWith(expected)
  for (const { code, group, result } of [...verdict.checks, ...verdict.notes])
    expect([group, result]).toEqual([...CHECK_CODES[code]])
  return verdict
}

describe('a dead chain', () => {
  test('without a list: could not be checked', async () => {
    const moved = await new Moved().issue()
    const verdict = await judge(moved, moved.options(), NOBODY_ASKED)
    expect(codes(verdict)).toContain('no_rpc')
  })

  test('the issuer’s list leads to the registry that holds the root today: valid, and both dates are told', async () => {
    const moved = await new Moved().issue()
    const since = new Date(moved.young.time() * 1000).toISOString()
    const verdict = await judge(moved, moved.options({ roots: [await moved.list()] }), GOOD)
    expect(codes(verdict)).toContain('root_anchored_elsewhere')
    expect(codes(verdict)).toContain('did_lists_key')
    expect(codes(verdict)).not.toContain('root_anchored')
    expect(noted(verdict)).toEqual(['no_rpc'])
    expect(verdict.checks.find(({ code }) => code === 'root_anchored_elsewhere')!.detail).toBe(
      `${caip10(NEW, moved.newRegistry)}, ${since}`,
    )
    expect(verdict.facts).toMatchObject({
      registry: moved.oldRegistry,
      chainId: OLD,
      anchoredSince: since,
      anchoredIn: caip10(NEW, moved.newRegistry),
      firstAnchored: '2025-01-02T00:00:00Z',
    })
  })

  test('that does not answer is a note, not a doubt', async () => {
    const moved = await new Moved().issue()
    moved.old.down = true
    const verdict = await judge(moved, moved.options({ rpc: moved.both(), roots: [await moved.list()] }), GOOD)
    expect(noted(verdict)).toEqual(['rpc_unavailable'])
  })

  test('whose number somebody took over with an empty chain is a note, not a doubt', async () => {
    const moved = await new Moved().issue()
    const rpc = { ...moved.both(), [OLD]: new FakeChain(OLD).request }
    const verdict = await judge(moved, moved.options({ rpc, roots: [await moved.list()] }), GOOD)
    expect(noted(verdict)).toEqual(['registry_missing'])
  })

  test('the list may come as text, among others, more than once', async () => {
    const moved = await new Moved().issue()
    const list = await moved.list()
    const other = await moved.list(moved.by, { root: 'ab'.repeat(32) })
    const verdict = await judge(moved, moved.options({ roots: [other, JSON.stringify(list), list] }), GOOD)
    expect(noted(verdict)).toContain('roots_without_root')
  })

  test('an embedded chain that was moved to a public one is public evidence from then on', async () => {
    const moved = await new Moved(issuer, EMBEDDED_CHAIN_ID).issue()
    const verdict = await judge(moved, moved.options({ roots: [await moved.list()] }), GOOD)
    expect(verdict.facts.embedded).toBe(false)
    const before = await judge(moved, moved.options(), NOBODY_ASKED)
    expect(before.facts.embedded).toBe(true)
  })

  test('two nodes of the other chain have to agree', async () => {
    const moved = await new Moved().issue()
    const empty = new FakeChain(NEW)
    const rpc = { [NEW]: [askOf('one.example', moved.young.request), askOf('two.example', empty.request)] }
    const verdict = await judge(moved, moved.options({ rpc, roots: [await moved.list()] }), NOBODY_ASKED)
    const { detail } = [...verdict.checks, ...verdict.notes].find(({ code }) => code === 'endpoints_disagree')!
    expect(detail).toContain('one.example: code ')
    expect(detail).toContain('two.example: no contract there')
  })
})

describe('the list is fetched', () => {
  const fetched = (list: unknown) => {
    const asked: string[] = []
    const findRoots = async (did: string) => (asked.push(did), list)
    return { asked, findRoots }
  }
  test('only when the chain of the file does not confirm it', async () => {
    const moved = await new Moved().issue()
    const alive = fetched(await moved.list())
    const verdict = await judge(moved, moved.options({ rpc: moved.both(), findRoots: alive.findRoots }), GOOD)
    expect(alive.asked).toEqual([])
    expect(codes(verdict)).toContain('root_anchored')
    const dead = fetched(await moved.list())
    await judge(moved, moved.options({ findRoots: dead.findRoots }), GOOD)
    expect(dead.asked).toEqual([issuer.did])
  })
  test('and not when one that was handed in knows the root', async () => {
    const moved = await new Moved().issue()
    const { asked, findRoots } = fetched(undefined)
    await judge(moved, moved.options({ roots: [await moved.list()], findRoots }), GOOD)
    expect(asked).toEqual([])
  })
  test('one that does not name the root is no news', async () => {
    const moved = await new Moved().issue()
    const other = fetched(await moved.list(moved.by, { root: 'ab'.repeat(32) }))
    const verdict = await judge(moved, moved.options({ findRoots: other.findRoots }), NOBODY_ASKED)
    expect(noted(verdict)).toEqual([])
  })
  test('that it cannot be had changes nothing', async () => {
    const moved = await new Moved().issue()
    for (const findRoots of [async () => undefined, async () => null, async () => Promise.reject(new Error('no'))])
      await judge(moved, moved.options({ findRoots }), NOBODY_ASKED)
  })
})

describe('while both chains answer', () => {
  test('the registry that the file names counts', async () => {
    const moved = await new Moved().issue()
    const verdict = await judge(moved, moved.options({ rpc: moved.both(), roots: [await moved.list()] }), GOOD)
    expect(codes(verdict)).toContain('root_anchored')
    expect(codes(verdict)).not.toContain('root_anchored_elsewhere')
    expect(verdict.facts).toMatchObject({ anchoredIn: caip10(OLD, moved.oldRegistry), firstAnchored: null })
  })

  test('either may say that it is revoked', async () => {
    for (const where of ['old', 'young'] as const) {
      const moved = await new Moved().issue()
      const registry = where === 'old' ? moved.oldRegistry : moved.newRegistry
      revoke(moved[where], issuer, registry, [moved.leaf], 1)
      const options = moved.options({ rpc: moved.both(), roots: [await moved.list()] })
      const verdict = await judge(moved, options, 'pass pass pass fail → invalid')
      expect(verdict.facts.revocationReason).toBe('revoked')
    }
  })

  test('revoked outranks replaced, wherever either stands', async () => {
    const moved = await new Moved().issue()
    revoke(moved.old, issuer, moved.oldRegistry, [moved.leaf], 2)
    revoke(moved.young, issuer, moved.newRegistry, [moved.leaf], 1)
    const verdict = await judge(
      moved,
      moved.options({ rpc: moved.both(), roots: [await moved.list()] }),
      'pass pass pass fail → invalid',
    )
    expect(verdict.facts.revocationReason).toBe('revoked')
  })

  test('a contradiction between nodes of the file’s chain is never put aside: one of them may say revoked', async () => {
    const moved = await new Moved().issue()
    const before = structuredClone(moved.old.registries)
    const stale = new FakeChain(OLD, FIRST_DAY)
    for (const [address, registry] of before) stale.registries.set(address, registry)
    stale.head = moved.old.head
    revoke(moved.old, issuer, moved.oldRegistry, [moved.leaf], 1)
    const rpc = {
      [OLD]: [askOf('stale.example', stale.request), askOf('fresh.example', moved.old.request)],
      [NEW]: moved.young.request,
    }
    const options = moved.options({ rpc, roots: [await moved.list()] })
    const verdict = await judge(moved, options, 'pass pass unknown pass → unknown')
    const { detail } = verdict.checks.find(({ code }) => code === 'endpoints_disagree')!
    expect(detail).toMatch(/^stale\.example: not revoked; fresh\.example: revoked 2025-01-02T[\d:]+Z, reason 1$/)
  })
})

describe('nobody holds the root', () => {
  const nowhere = async () => {
    const moved = await new Moved().issue()
    moved.young.registries.get(moved.newRegistry)!.anchored.clear()
    moved.old.registries.get(moved.oldRegistry)!.anchored.clear()
    return moved
  }
  test('all places that were asked say so: not anchored', async () => {
    const moved = await nowhere()
    const verdict = await judge(
      moved,
      moved.options({ rpc: moved.both(), roots: [await moved.list()] }),
      'pass pass fail unknown → invalid',
    )
    expect(noted(verdict)).toEqual(['root_not_anchored'])
  })
  test('the other could not be asked: not disproved', async () => {
    const moved = await nowhere()
    for (const rpc of [{ [OLD]: moved.old.request }, { ...moved.both(), [NEW]: new FakeChain(7).request }]) {
      const verdict = await judge(moved, moved.options({ rpc, roots: [await moved.list()] }), NOBODY_ASKED)
      expect(noted(verdict)).toContain('root_not_anchored')
    }
  })
  test('the file’s own could not be asked: not disproved either', async () => {
    const moved = await nowhere()
    const verdict = await judge(moved, moved.options({ roots: [await moved.list()] }), NOBODY_ASKED)
    expect(noted(verdict)).toEqual(['root_not_anchored'])
  })
})

describe('who issued it, when only the other registry can be asked', () => {
  const known = (registries: string[], keys?: string[]) => [{ did: issuer.did, registries, ...(keys ? { keys } : {}) }]
  const cases: [string, (moved: Moved) => Partial<VerifyOptions>, string, string][] = [
    ['the domain lists the key', () => ({}), GOOD, 'did_lists_key'],
    [
      'the other registry is known',
      (moved) => ({ knownIssuers: known([caip10(NEW, moved.newRegistry)]) }),
      GOOD,
      'registry_of_issuer',
    ],
    [
      'the key is known',
      () => ({ knownIssuers: known([], [encodeMultikey(issuer.publicKey)]) }),
      GOOD,
      'roots_name_registry',
    ],
    [
      'only the dead registry is known, and the domain lists the key',
      (moved) => ({ knownIssuers: known([caip10(OLD, moved.oldRegistry)]) }),
      GOOD,
      'did_lists_key',
    ],
    [
      'only the dead registry is known, and the domain is gone',
      (moved) => ({ knownIssuers: known([caip10(OLD, moved.oldRegistry)]), resolveDid: async () => undefined }),
      'pass unknown pass pass → unknown',
      'did_unreachable',
    ],
    [
      'nothing is known, and there is nobody to ask',
      () => ({ resolveDid: async () => undefined }),
      'pass unknown pass pass → unknown',
      'did_unreachable',
    ],
  ]
  test.each(cases)('%s', async (_name, change, expected, code) => {
    const moved = await new Moved().issue()
    const options = moved.options({ roots: [await moved.list()], ...change(moved) })
    expect(codes(await judge(moved, options, expected))).toContain(code as never)
  })

  test('a did:key that is known signs its own list', async () => {
    const own = testIssuer(7, 'key')
    const moved = await new Moved(own).issue()
    const knownIssuers = [{ did: own.did, registries: [caip10(OLD, moved.oldRegistry)] }]
    const options = moved.options({ roots: [await moved.list()], knownIssuers })
    expect(codes(await judge(moved, options, GOOD))).toContain('roots_name_registry')
    await judge(moved, { ...options, knownIssuers: [] }, 'pass unknown pass pass → unknown')
  })

  test('a list signed by a later key of the issuer counts when the domain lists that key', async () => {
    const moved = await new Moved().issue()
    const document = didDocumentOf(issuer)
    const later = didDocumentOf({ ...issuer, publicKey: testIssuer(8).publicKey })
    const both = {
      ...document,
      verificationMethod: [...document.verificationMethod, later.verificationMethod[0]!],
      assertionMethod: [...document.assertionMethod, later.assertionMethod[0]!],
    }
    const roots = [await moved.list(testIssuer(8))]
    await judge(moved, moved.options({ roots, resolveDid: async () => both }), GOOD)
    const verdict = await judge(moved, moved.options({ roots }), NOBODY_ASKED)
    expect(noted(verdict)).toContain('roots_not_of_issuer')
  })
})

describe('what was typed', () => {
  const key = encodeMultikey(issuer.publicKey)
  const own = testIssuer(7, 'key')
  const registry = caip10(NEW, `0x${'12'.repeat(20)}`)

  test('is a registry, a did:key, or a key of any DID; a did:web alone says nothing that a file could not', () => {
    expect(trustTyped(registry, issuer.did)).toEqual([{ did: issuer.did, registries: [registry], more: true }])
    expect(trustTyped(registry, null)).toEqual([])
    expect(trustTyped(` ${own.did}\n`, null)).toEqual([{ did: own.did, registries: [], keys: [key], more: true }])
    expect(trustTyped(`${issuer.did}#${key}`, null)).toEqual([
      { did: issuer.did, registries: [], keys: [key], more: true },
    ])
    expect(trustTyped(issuer.did, issuer.did)).toEqual([])
  })
  test.each([
    '',
    'x',
    'example.org',
    'https://example.org',
    'did:key:z6Mk',
    `${issuer.did}#eth`,
    `${issuer.did}#${key}#`,
    'eip155:0:0x00',
  ])('%p is none of them', (typed) => expect(trustTyped(typed, issuer.did)).toBeUndefined())

  test('a registry or a key makes a file valid whose domain is gone; a did:web by itself does not', async () => {
    const moved = await new Moved().issue()
    const judged = async (typed: string) => {
      const knownIssuers = trustTyped(typed, issuer.did)!
      const options = moved.options({ rpc: moved.both(), resolveDid: async () => undefined, knownIssuers })
      return line(await verifyCredential(moved.file, options))
    }
    expect(await judged(caip10(OLD, moved.oldRegistry))).toBe(GOOD)
    expect(await judged(`${issuer.did}#${key}`)).toBe(GOOD)
    const unknown = 'pass unknown pass pass → unknown'
    expect(await judged(issuer.did)).toBe(unknown)
    expect(await judged(registry)).toBe(unknown)
    expect(await judged(`${issuer.did}#${encodeMultikey(stranger.publicKey)}`)).toBe(unknown)
  })

  test('a registry that is trusted lends nothing to another one under a DID that the file brought along', async () => {
    const forger = testIssuer(9, 'key')
    const moved = await new Moved(forger).issue()
    const knownIssuers = trustTyped(registry, forger.did)!
    await judge(moved, moved.options({ roots: [await moved.list()], knownIssuers }), 'pass unknown pass pass → unknown')
    await judge(moved, moved.options({ rpc: moved.both(), knownIssuers }), 'pass unknown pass pass → unknown')
  })
})

describe('a list that lies does not help', () => {
  const cases: [string, (moved: Moved) => Promise<unknown>, string][] = [
    ['signed by a stranger’s key', (moved) => moved.list(stranger), 'roots_not_of_issuer'],
    ['of another issuer', (moved) => moved.list(stranger, { did: 'did:web:evil.example' }), 'roots_not_of_issuer'],
    [
      'of the issuer, changed afterwards',
      async (moved) => {
        const list = await moved.list(moved.by, { root: 'ab'.repeat(32) })
        return { ...list, roots: [{ ...list.roots[0], root: moved.root }] } as SignedRoots
      },
      'roots_not_of_issuer',
    ],
    ['without this root', (moved) => moved.list(moved.by, { root: 'ab'.repeat(32) }), 'roots_without_root'],
    ['that is none', async () => '{"type":"TestamurRoots"}', 'roots_unreadable'],
    ['that is text', async () => 'hello', 'roots_unreadable'],
    [
      'naming a registry of another issuer',
      async (moved) => {
        const registry = moved.young.deploy('did:web:evil.example', issuer.account.address)
        moved.anchorAgain(registry)
        return moved.list(moved.by, { registry })
      },
      'registry_names_other_issuer',
    ],
    [
      'naming an address without a contract',
      (moved) => moved.list(moved.by, { registry: `0x${'77'.repeat(20)}` }),
      'registry_missing',
    ],
  ]
  test.each(cases)('%s', async (_name, list, note) => {
    const moved = await new Moved().issue()
    const roots = [await list(moved)]
    const verdict = await judge(moved, moved.options({ roots }), NOBODY_ASKED)
    expect(noted(verdict)).toContain(note as never)
    // And does no harm where the chain of the file answers.
    await judge(moved, moved.options({ roots, rpc: moved.both() }), GOOD)
  })

  test('a registry with unknown code is not taken for one', async () => {
    const moved = await new Moved().issue()
    const registry = moved.young.deploy(issuer.did, issuer.account.address, '0x6001')
    moved.anchorAgain(registry)
    const roots = [await moved.list(moved.by, { registry })]
    const verdict = await judge(moved, moved.options({ roots }), 'pass pass unknown pass → unknown')
    expect(codes(verdict)).toContain('registry_code_not_known')
  })

  test('of several registries one with known code counts, though another is older', async () => {
    const moved = await new Moved().issue()
    const third = new FakeChain(137, FIRST_DAY)
    const registry = third.deploy(issuer.did, issuer.account.address, '0x6001')
    third.send(issuer.account.address, registry, `0x${moved.root}`)
    const roots = [await moved.list(moved.by, { registry, chainId: 137 }), await moved.list()]
    const rpc = { 137: third.request, [NEW]: moved.young.request }
    const verdict = await judge(moved, moved.options({ roots, rpc }), GOOD)
    expect(verdict.facts.anchoredIn).toBe(caip10(NEW, moved.newRegistry))
  })

  test('a revoked certificate, anchored anew by its holder under a list of the holder’s', async () => {
    const moved = await new Moved().issue()
    revoke(moved.old, issuer, moved.oldRegistry, [moved.leaf], 1)
    const lookAlike = moved.young.deploy(issuer.did, stranger.account.address)
    moved.young.send(stranger.account.address, lookAlike, `0x${moved.root}`)
    const roots = [await moved.list(stranger, { registry: lookAlike })]
    const alive = await judge(moved, moved.options({ roots, rpc: moved.both() }), 'pass pass pass fail → invalid')
    expect(codes(alive)).toContain('revoked')
    await judge(moved, moved.options({ roots }), NOBODY_ASKED)
  })

  test('a revoked certificate under an honest list is revoked there too, once the issuer wrote it there', async () => {
    const moved = await new Moved().issue()
    revoke(moved.young, issuer, moved.newRegistry, [moved.leaf], 1)
    await judge(moved, moved.options({ roots: [await moved.list()] }), 'pass pass pass fail → invalid')
  })

  test('a forgery with a list by the forger’s own key never passes, whatever dead registry it names', async () => {
    const forger = { ...stranger, did: issuer.did }
    const victim = new Moved()
    const moved = new Moved(forger)
    await moved.issue({ signedRegistry: victim.oldRegistry })
    const roots = [await moved.list()]
    const knownIssuers = [{ did: issuer.did, registries: [caip10(OLD, victim.oldRegistry)] }]
    const resolveDid = async () => didDocumentOf(issuer)
    await judge(moved, moved.options({ roots, resolveDid }), 'pass fail pass pass → invalid')
    await judge(moved, moved.options({ roots, resolveDid, knownIssuers }), 'pass fail pass pass → invalid')
    const gone = { roots, resolveDid: async () => undefined }
    await judge(moved, moved.options({ ...gone, knownIssuers }), 'pass unknown pass pass → unknown')
    const { resolveDid: _none, ...offline } = moved.options({ roots, knownIssuers })
    await judge(moved, offline, 'pass unknown pass pass → unknown')
  })
})
