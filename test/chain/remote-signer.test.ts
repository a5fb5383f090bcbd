import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SigningKey } from 'ethers/crypto'
import { Transaction, type TransactionLike } from 'ethers/transaction'
import { openRemoteSigner } from '../../src/chain/remote-signer.ts'
import { toHex } from '../../src/domain/ids.ts'
import { ChainUnavailable, KeysUnusable } from '../../src/domain/ports.ts'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from '../kit/anvil.ts'

const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const [OWN, OTHER] = DEVELOPMENT_KEYS.map((key) => new SigningKey(`0x${key}`))
const PUBLIC_KEY = OWN!.publicKey.slice(4)
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const SECRET = 'CANARY-access-key'

const fields: TransactionLike<string> = {
  type: 2,
  chainId: 31337,
  nonce: 0,
  to: '0x00000000000000000000000000000000000000aa',
  data: `0x${'5a'.repeat(32)}`,
  gasLimit: 60_000,
  maxFeePerGas: 5_000_000_000,
  maxPriorityFeePerGas: 1_000_000_000,
  value: 0,
}
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error('no error'),
    (error: Error) => error,
  )

/** What a request asks to have signed, as a signer understands it. */
type Asked = Record<string, string>
const understood = (asked: Asked, change: TransactionLike<string> = {}) =>
  Transaction.from({
    chainId: BigInt(asked.chainId!),
    nonce: Number(asked.nonce),
    to: asked.to ?? null,
    data: asked.data!,
    gasLimit: BigInt(asked.gas!),
    value: BigInt(asked.value!),
    ...(asked.gasPrice === undefined
      ? {
          type: 2,
          maxFeePerGas: BigInt(asked.maxFeePerGas!),
          maxPriorityFeePerGas: BigInt(asked.maxPriorityFeePerGas!),
        }
      : { type: 0, gasPrice: BigInt(asked.gasPrice) }),
    ...change,
  })
function signed(transaction: Transaction, key = OWN!): string {
  transaction.signature = key.sign(transaction.unsignedHash)
  return transaction.serialized
}

interface FakeSigner {
  url: string
  requests: Array<{ asked: Asked; headers: Headers; method: string }>
  stop(): Promise<void>
}
type Behaviour = (asked: Asked) => unknown
function fakeSigner(answer: Behaviour): FakeSigner {
  const requests: FakeSigner['requests'] = []
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const { method, params } = (await request.json()) as { method: string; params: [Asked] }
      requests.push({ asked: params[0], headers: request.headers, method })
      const result = await answer(params[0])
      return result instanceof Response ? result : Response.json({ jsonrpc: '2.0', id: 1, result })
    },
  })
  const url = `http://user:p%40ss-${SECRET}@127.0.0.1:${server.port}/v1/${SECRET}`
  return { url, requests, stop: () => server.stop(true) }
}
async function withSigner<Found>(answer: Behaviour, run: (signer: FakeSigner) => Promise<Found>): Promise<Found> {
  const signer = fakeSigner(answer)
  try {
    return await run(signer)
  } finally {
    await signer.stop()
  }
}
const open = (url: string, more: object = {}) =>
  openRemoteSigner({ url, address: ADDRESS, publicKey: PUBLIC_KEY, chainIds: [1953723501, 31337], ...more })

describe('with a real node as signer', () => {
  let anvil: Anvil
  beforeAll(async () => void (anvil = await startAnvil()))
  afterAll(() => anvil.stop())

  test('the public key is found, though it refuses to sign for the first chain it is asked for', async () => {
    const account = await openRemoteSigner({
      url: anvil.url,
      address: ADDRESS.toLowerCase(),
      chainIds: [1953723501, 31337],
    })
    expect(account.address).toBe(ADDRESS)
    expect(toHex(account.publicKey.x) + toHex(account.publicKey.y)).toBe(PUBLIC_KEY)
    expect(await anvil.request<string>('eth_getTransactionCount', [ADDRESS, 'pending'])).toBe('0x0')
  })

  test('what it signs is mined: a call, a deployment, and with a gas price', async () => {
    const account = await open(anvil.url)
    const { maxFeePerGas, maxPriorityFeePerGas, ...common } = fields
    const drafts: TransactionLike<string>[] = [
      fields,
      { ...fields, to: null, data: '0x6001600055', nonce: 1, gasLimit: 200_000 },
      { ...common, type: 0, gasPrice: 5_000_000_000, nonce: 2 },
    ]
    for (const draft of drafts) {
      const transaction = Transaction.from(draft)
      await account.signTransaction(transaction)
      const hash = await anvil.request<string>('eth_sendRawTransaction', [transaction.serialized])
      expect(hash).toBe(transaction.hash!)
      await anvil.request('evm_mine') // by itself it may be a moment later
      const receipt = await anvil.request<{ from: string; status: string }>('eth_getTransactionReceipt', [hash])
      expect(receipt).toMatchObject({ from: ADDRESS.toLowerCase(), status: '0x1' })
    }
  })

  test('an account that it does not hold is refused when it opens', async () => {
    const error = await problem(
      openRemoteSigner({ url: anvil.url, address: `0x${'00'.repeat(19)}01`, chainIds: [31337] }),
    )
    expect(error).toBeInstanceOf(KeysUnusable)
    expect(error.message).toContain('chain.signer_address')
  })
})

describe('the request', () => {
  test('names the account, carries the credentials in a header, and asks nothing while the public key is known', () =>
    withSigner(
      (asked) => ({ raw: signed(understood(asked)), tx: {} }), // as geth and clef answer
      async ({ url, requests }) => {
        const account = await open(url)
        expect(requests).toEqual([])
        const transaction = Transaction.from(fields)
        await account.signTransaction(transaction)
        expect(transaction.from).toBe(ADDRESS)
        const [{ asked, headers, method }] = requests as [FakeSigner['requests'][number]]
        expect([method, asked.from, asked.type]).toEqual(['eth_signTransaction', ADDRESS, undefined as never])
        expect(headers.get('authorization')).toBe(`Basic ${btoa(`user:p@ss-${SECRET}`)}`)
      },
    ))

  test('for the public key bears a nonce that is never reached, and nothing of value', () =>
    withSigner(
      (asked) => signed(understood(asked)),
      async ({ url, requests }) => {
        const account = await openRemoteSigner({ url, address: ADDRESS, chainIds: [1953723501, 137] })
        expect(account.address).toBe(ADDRESS)
        expect(requests.map(({ asked }) => asked)).toEqual([
          expect.objectContaining({
            nonce: '0x1fffffffffffff',
            chainId: `0x${(1953723501).toString(16)}`,
            value: '0x0',
            to: ADDRESS,
          }),
        ])
      },
    ))

  test('for the public key is answered with that of signer_address, or refused', () =>
    withSigner(
      (asked) => signed(understood(asked), OTHER),
      async ({ url }) => {
        const error = await problem(openRemoteSigner({ url, address: ADDRESS, chainIds: [1] }))
        expect(error).toBeInstanceOf(KeysUnusable)
        expect(error.message).toMatch(/signs with 0x7099.* but chain\.signer_address is 0xf39F/)
      },
    ))
})

const highS = (asked: Asked) => {
  const raw = signed(understood(asked))
  const { s } = Transaction.from(raw).signature!
  return raw.replace(s.slice(2), (ORDER - BigInt(s)).toString(16).padStart(64, '0'))
}
const LIES: Array<[name: string, answer: Behaviour, said: RegExp]> = [
  ['another nonce', (asked) => signed(understood(asked, { nonce: 7 })), /changed the transaction \(nonce\)/],
  ['another recipient', (asked) => signed(understood(asked, { to: ADDRESS })), /changed the transaction \(to\)/],
  ['another chain', (asked) => signed(understood(asked, { chainId: 1 })), /changed the transaction \(chainId\)/],
  ['other data', (asked) => signed(understood(asked, { data: '0x5b' })), /changed the transaction \(data\)/],
  ['a value', (asked) => signed(understood(asked, { value: 1n })), /changed the transaction \(value\)/],
  ['a higher fee', (asked) => signed(understood(asked, { maxFeePerGas: 9e9 })), /\(maxFeePerGas\)/],
  ['another gas limit', (asked) => signed(understood(asked, { gasLimit: 1 })), /\(gasLimit\)/],
  [
    'another type',
    (asked) =>
      signed(
        Transaction.from({
          ...fields,
          type: 1,
          maxFeePerGas: null,
          maxPriorityFeePerGas: null,
          nonce: Number(asked.nonce),
        }),
      ),
    /changed the transaction \(type, /,
  ],
  [
    'an access list',
    (asked) => signed(understood(asked, { accessList: [{ address: ADDRESS, storageKeys: [] }] })),
    /changed the transaction \(something\)/,
  ],
  ['the signature of another key', (asked) => signed(understood(asked), OTHER), /another key, that of 0x7099/],
  ['a high s', highS, /high s/],
  ['no signature', (asked) => understood(asked).unsignedSerialized, /without a signature|no signed transaction/],
  ['no transaction', () => '0xdeadbeef', /no signed transaction/],
  ['a bare hash', () => `0x${'ab'.repeat(32)}`, /no signed transaction/],
  ['no text', () => ({ raw: 5 }), /no signed transaction/],
  ['nothing', () => null, /no signed transaction/],
  ['garbage', () => new Response(`<html>${SECRET}</html>`), /not JSON/],
  ['401', () => new Response('who are you', { status: 401 }), /does not answer: HTTP 401/],
  ['500', () => new Response('oh', { status: 500 }), /does not answer: HTTP 500/],
  ['a redirect', () => Response.redirect('http://127.0.0.1:1/', 307), /does not answer/],
  [
    'a refusal that repeats the address',
    () => Response.json({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: `locked: /v1/${SECRET}` } }),
    /refuses to sign: locked/,
  ],
  [
    'a refusal as an internal error',
    () => Response.json({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'unauthorized' } }),
    /refuses to sign: -32603 unauthorized/,
  ],
]

describe('a signer that lies or fails gets nothing sent, and its address is not told', () => {
  test.each(LIES)('%s', (_name, answer, said) =>
    withSigner(answer, async ({ url }) => {
      const account = await open(url)
      const transaction = Transaction.from(fields)
      const error = await problem(account.signTransaction(transaction))
      expect(error.message).toMatch(said)
      expect(error).toBeInstanceOf(ChainUnavailable)
      expect(error.message).not.toContain(SECRET)
      expect(error.message).not.toContain('user')
      expect(transaction.signature).toBeNull()
    }),
  )

  test('letters of any case are the same bytes', () =>
    withSigner(
      (asked) => `0x${signed(understood(asked)).slice(2).toUpperCase()}`,
      async ({ url }) => {
        const transaction = Transaction.from(fields)
        await (await open(url)).signTransaction(transaction)
        expect(transaction.from).toBe(ADDRESS)
      },
    ))

  test('one that hangs is left after the time it has', () =>
    withSigner(
      () => new Promise(() => {}),
      async ({ url }) => {
        const account = await open(url, { timeoutMs: 50 })
        const error = await problem(account.signTransaction(Transaction.from(fields)))
        expect(error).toBeInstanceOf(ChainUnavailable)
        expect(error.message).toMatch(/^the remote signer at 127\.0\.0\.1:\d+ does not answer: timed out$/)
      },
    ))

  test('one that is not there when the public key is needed is unavailable, not unusable', async () => {
    const gone = fakeSigner(() => null)
    await gone.stop()
    const error = await problem(openRemoteSigner({ url: gone.url, address: ADDRESS, chainIds: [1, 2, 3] }))
    expect(error).toBeInstanceOf(ChainUnavailable)
    expect(error.message).not.toContain(SECRET)
  })

  test('a public key that is not that of the address is found anew', () =>
    withSigner(
      (asked) => signed(understood(asked)),
      async ({ url, requests }) => {
        const account = await open(url, { publicKey: OTHER!.publicKey.slice(4) })
        expect(toHex(account.publicKey.x)).toBe(PUBLIC_KEY.slice(0, 64))
        expect(requests.length).toBe(1)
      },
    ))
})
