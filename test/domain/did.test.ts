import { describe, expect, test } from 'bun:test'
import {
  canBeDidWeb,
  caip10,
  didDocument,
  didKey,
  didWeb,
  didWebUrl,
  ethMethod,
  issuerProfile,
  readCaip10,
  signingMethod,
} from '../../src/domain/did.ts'
import { decodeMultikey } from '../../src/domain/multibase.ts'
import { didDocumentOf, testIssuer } from '../kit/credentials.ts'
import published from '../fixtures/credential-format/did.json'

describe('did:web', () => {
  test('is made from an https origin; a port is written %3A', () => {
    expect(didWeb('https://certs.example.edu')).toBe('did:web:certs.example.edu')
    expect(didWeb('https://Certs.Example.edu:8443/')).toBe('did:web:certs.example.edu%3A8443')
    expect(didWeb('https://zertifikate.bücher.example')).toBe('did:web:zertifikate.xn--bcher-kva.example')
  })
  test.each([
    'http://certs.example.edu',
    'https://127.0.0.1:8443',
    'https://[::1]',
    'https://x.example/a',
    'https://x.example/?q',
    'https://u@x.example',
    'x.example',
    '',
  ])('is not made from %s: the issuer is a did:key then', (origin) => {
    expect(() => didWeb(origin)).toThrow()
    expect(canBeDidWeb(origin)).toBe(false)
  })
  test('is looked up where the method says', () => {
    expect(canBeDidWeb('https://certs.example.edu')).toBe(true)
    expect(didWebUrl('did:web:certs.example.edu')).toBe('https://certs.example.edu/.well-known/did.json')
    expect(didWebUrl('did:web:certs.example.edu%3A8443')).toBe('https://certs.example.edu:8443/.well-known/did.json')
    expect(didWebUrl('did:web:certs.example.edu:a:b')).toBe('https://certs.example.edu/a/b/did.json')
    for (const bad of ['did:key:z6Mk', 'did:web:', 'did:web:x/y', 'did:web:u@x', 'did:web:x?y', 'did:web:x#y'])
      expect(didWebUrl(bad)).toBeUndefined()
  })
})

test('a did:key is the key', () => {
  const { publicKey } = testIssuer()
  expect(decodeMultikey(didKey(publicKey).slice('did:key:'.length))).toEqual(new Uint8Array(publicKey))
  expect(signingMethod('did:web:x', publicKey)).toBe(`did:web:x#${didKey(publicKey).slice(8)}`)
})

test('the account is a method of a did:web, and a did:pkh where the issuer is a did:key', () => {
  const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  expect(ethMethod('did:web:x.example', 137, address, 'eth-2')).toBe('did:web:x.example#eth-2')
  expect(ethMethod('did:key:z6Mk', 137, address, 'eth')).toBe(`did:pkh:eip155:137:${address}#blockchainAccountId`)
})

test('a CAIP-10 id is read as it was written, and other texts are not', () => {
  const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  expect(readCaip10(caip10(137, address))).toEqual({ chainId: 137, address: address.toLowerCase() })
  for (const bad of [
    'eip155:0:' + address,
    'eip155:137',
    `eip155:137:${address}1`,
    `bip122:137:${address}`,
    `eip155:137:${address} `,
  ]) {
    expect(readCaip10(bad)).toBeUndefined()
  }
})

test('the DID document is the one that third parties accepted, with a key per account', () => {
  const issuer = testIssuer()
  const made = didDocumentOf(issuer)
  const account = {
    fragment: 'eth',
    x: Buffer.from(published.verificationMethod[1]!.publicKeyJwk.x, 'base64url'),
    y: Buffer.from(published.verificationMethod[1]!.publicKeyJwk.y!, 'base64url'),
  }
  const again = didDocument({
    did: issuer.did,
    keys: [issuer.publicKey],
    accounts: [account],
    profileUrl: 'https://certs.example.edu/issuer.json',
  })
  expect<unknown>(again).toEqual(published)
  expect(made.assertionMethod).toEqual(made.verificationMethod.map(({ id }) => id))
  const two = didDocument({
    did: issuer.did,
    keys: [],
    accounts: [account, { ...account, fragment: 'eth-2' }],
    profileUrl: null,
  })
  expect(two.assertionMethod).toEqual([`${issuer.did}#eth`, `${issuer.did}#eth-2`])
  expect(two).not.toHaveProperty('service')
})

test('the issuer profile names every account and since when', () => {
  const profile = issuerProfile({
    profileUrl: 'https://x.example/issuer.json',
    name: 'X',
    url: 'https://x.example',
    accounts: [{ address: '0xab', since: 0 }],
  })
  expect(profile.publicKey).toEqual([{ id: 'ecdsa-koblitz-pubkey:0xab', created: '1970-01-01T00:00:00Z' }])
  expect(profile).not.toHaveProperty('email')
})
