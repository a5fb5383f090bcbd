/** `testamur verify` as an outsider runs it: in an empty folder, with a file and the address of a node. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Binary, newFolder, runBinary, until } from '../kit/binary.ts'

const folder = newFolder()
const app = new Binary()
const other = new Binary()
type Rpc = { id: number; method: string; params: unknown[] }
const nodes: Array<ReturnType<typeof Bun.serve>> = []

/** A node that passes questions on to the issuer's chain, and changes answers as the test says. */
function node(change: (request: Rpc, result: unknown) => unknown = (_request, result) => result): string {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const question = (await request.json()) as Rpc
      const answer = await app.rpc(question.method, question.params).catch(() => null)
      return Response.json({ jsonrpc: '2.0', id: question.id, result: change(question, answer) })
    },
  })
  nodes.push(server)
  return server.url.href
}

const TEMPLATE = {
  name: 'Course',
  slug: 'course',
  fields: [{ key: 'course_name', label: 'Course', type: 'text', required: true }],
}
async function issue(from: Binary, more: Record<string, unknown> = {}): Promise<{ id: string; file: string }> {
  const recipient = { name: 'Maria Andersson', email: 'maria@example.org' }
  const body = { template_id: 'course', recipient, fields: { course_name: 'Bees' }, ...more }
  const { json } = await from.api('POST', '/v1/certificates', body)
  expect(json.status).toMatch(/issued|expired/)
  return { id: json.id, file: (await from.api('GET', `/${json.id}.json`)).text }
}

/** Writes a file into the outsider's folder. */
function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content)
}
type Credential = {
  credentialSubject: { name: string }
  issuer: { id: string; name: string }
  proof: Array<{ proofValue: string }>
}
const changed = (file: string, change: (credential: Credential) => void): string => {
  const credential = JSON.parse(file) as Credential
  change(credential)
  return JSON.stringify(credential)
}
/** Another letter in the middle. */
const bent = (text: string) => {
  const place = text.length >> 1
  return `${text.slice(0, place)}${text[place] === 'x' ? 'y' : 'x'}${text.slice(place + 1)}`
}

const verify = (...words: string[]) => runBinary(['verify', ...words], { dir: folder })
const link = (path: string) => `${app.url}${path}`
const rpc = () => link('/chain/rpc')
let good = { id: '', file: '' }
let did = ''

beforeAll(async () => {
  for (const each of [app, other]) {
    await each.start()
    each.key = await each.createKey('--scope', 'admin', '--plan', 'enterprise')
    expect((await each.api('POST', '/v1/templates', TEMPLATE)).status).toBe(201)
  }
  good = await issue(app)
  did = (JSON.parse(good.file) as Credential).issuer.id
  const second = await issue(app)
  const expired = await issue(app, { issued_on: '2020-01-01', expires_at: '2021-01-01' })
  const replaced = await issue(app)
  const revoked = await issue(app)
  const patch = { recipient: { name: 'Maria Anderson' }, reason: 'misspelt' }
  expect((await app.api('PATCH', `/v1/certificates/${replaced.id}`, patch)).json.version).toBe(2)
  expect((await app.api('POST', `/v1/certificates/${revoked.id}/revoke`, { reason: 'by mistake' })).status).toBe(200)
  write('good.json', good.file)
  write('second.json', second.file)
  write('expired.json', expired.file)
  write('replaced.json', replaced.file)
  write('revoked.json', revoked.file)
  write('corrected.json', (await app.api('GET', `/${replaced.id}.json`)).text)
  write('of-another.json', (await issue(other)).file)
  write(
    'name.json',
    changed(good.file, (credential) => void (credential.credentialSubject.name = 'Mallory')),
  )
  write(
    'issuer.json',
    changed(good.file, (credential) => void (credential.issuer.name = 'Another University')),
  )
  write(
    'signature.json',
    changed(good.file, ({ proof }) => void (proof[0]!.proofValue = bent(proof[0]!.proofValue))),
  )
  write(
    'path.json',
    changed(good.file, ({ proof }) => void (proof[1]!.proofValue = bent(proof[1]!.proofValue))),
  )
  const foreign = (JSON.parse(second.file) as Credential).proof[1]!
  write(
    'foreign-proof.json',
    changed(good.file, ({ proof }) => void (proof[1]!.proofValue = foreign.proofValue)),
  )
  write(
    'not-anchored.json',
    changed(good.file, ({ proof }) => void (proof.length = 1)),
  )
  write('doubled.json', good.file.replace('"credentialSubject"', '"name": "x", "name": "y", "credentialSubject"'))
  write('empty.json', '')
  write('object.json', '{"hello": "world"}')
  write('words.txt', 'This is to certify that Maria')
  write('bytes.bin', new Uint8Array([0xff, 0xfe, 0, 1, 2, 0x80]))
  mkdirSync(join(folder, 'folder'))
  // The chain is told of a revocation and of a replacement a moment later.
  for (const name of ['revoked.json', 'replaced.json'])
    await until(`the chain to know of ${name}`, async () => (await verify('--rpc', rpc(), name)).code === 1)
}, 60_000)

afterAll(async () => {
  await Promise.all([app.discard(), other.discard(), ...nodes.map((server) => server.stop(true))])
  for (const dir of [folder, app.dir, other.dir]) rmSync(dir, { recursive: true, force: true })
})

/** The blocks of this test are of today. */
const TODAY = new Date().toISOString().slice(0, 10)
const CASES: Array<[what: string, file: string, code: number, says: string]> = [
  ['a valid credential', 'good.json', 0, 'good.json: VALID'],
  ['a corrected one', 'corrected.json', 0, 'Maria Anderson'],
  ['a tampered name', 'name.json', 1, 'the content was changed after it was signed'],
  ['a tampered issuer', 'issuer.json', 1, 'NOT VALID'],
  ['a tampered signature', 'signature.json', 1, 'NOT VALID'],
  ['a tampered chain proof', 'path.json', 1, 'NOT VALID'],
  ['the chain proof of another certificate', 'foreign-proof.json', 1, 'that of another document'],
  ['another installation, whose registry this chain does not know', 'of-another.json', 1, 'no registry'],
  ['a revoked one', 'revoked.json', 1, 'it was revoked'],
  ['a replaced one', 'replaced.json', 1, 'it is authentic, but was replaced by a newer version'],
  [
    'a replaced one, in its first line',
    'replaced.json',
    1,
    `replaced.json: NOT VALID: authentic, replaced on ${TODAY}`,
  ],
  ['a revoked one, in its first line', 'revoked.json', 1, `revoked.json: NOT VALID: authentic, revoked on ${TODAY}`],
  ['an expired one, in its first line', 'expired.json', 1, 'expired.json: NOT VALID: authentic, expired on 2021-01-0'],
  ['an expired one', 'expired.json', 1, 'it has expired'],
  ['one that is signed and not anchored', 'not-anchored.json', 2, 'it is signed, but not on a chain yet'],
  ['a member named twice', 'doubled.json', 1, 'names a member twice'],
  ['JSON that is no credential', 'object.json', 1, 'this is not a credential'],
  ['a text', 'words.txt', 1, 'this is not JSON'],
  ['bytes', 'bytes.bin', 1, 'this is not JSON'],
  ['an empty file', 'empty.json', 1, 'this is not JSON'],
  ['no file', 'nothing.json', 2, 'there is no such file'],
  ['a folder', 'folder', 2, 'it is a folder'],
]

describe('testamur verify FILE', () => {
  test.each(CASES)('%s', async (_what, file, code, says) => {
    const answer = await verify('--rpc', rpc(), file)
    expect({ ...answer, out: answer.out.includes(says) ? says : answer.out }).toEqual({ code, out: says, err: '' })
  })

  test('several files: one that is not valid outweighs one that could not be checked', async () => {
    const codes = async (...files: string[]) => (await verify('--rpc', rpc(), ...files)).code
    expect(await codes('good.json', 'second.json')).toBe(0)
    expect(await codes('good.json', 'nothing.json')).toBe(2)
    expect(await codes('good.json', 'name.json', 'second.json')).toBe(1)
    expect(await codes('nothing.json', 'name.json')).toBe(1)
  })

  test('--json is data about each', async () => {
    const { code, out, err } = await verify('--json', '--rpc', rpc(), 'good.json', 'name.json', 'nothing.json')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    const verdicts = JSON.parse(out) as Array<{ source: string; result: string; facts?: { recipientName: string } }>
    expect(verdicts.map(({ source, result }) => [source, result])).toEqual([
      ['good.json', 'valid'],
      ['name.json', 'invalid'],
      ['nothing.json', 'unknown'],
    ])
    expect(verdicts[0]!.facts!.recipientName).toBe('Maria Andersson')
  })

  test('says of an embedded chain that it is the issuer’s own', async () => {
    expect((await verify('--rpc', rpc(), 'good.json')).out).toContain('embedded chain')
  })

  test('without a file it says how', async () => {
    const { code, out, err } = await verify()
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('verify --help')
  })
})

describe('the node', () => {
  test('not named: nobody to ask', async () => {
    expect(await verify('good.json')).toMatchObject({ code: 2, out: expect.stringContaining('name one with --rpc') })
  })

  test('down, or something else than a node: could not be checked', async () => {
    const closed = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response('') })
    const address = closed.url.href
    await closed.stop(true)
    for (const [url, says] of [
      [address, 'no node answered'],
      [link('/livez'), 'no node answered'],
      ['not-an-address', ''],
    ] as const) {
      const { code, out } = await verify('--rpc', url, 'good.json')
      expect({ url, code }).toEqual({ url, code: 2 })
      expect(out).toContain(says)
    }
  })

  test('on another chain: could not be checked', async () => {
    const url = node(({ method }, result) => (method === 'eth_chainId' ? '0x1' : result))
    const { code, out, err } = await verify('--rpc', url, '--trust', did, 'good.json')
    expect(code).toBe(2)
    expect(out).toContain('no node of this chain is known')
    expect(err).toBe(`--rpc ${new URL(url).host}: it serves chain 1 (ethereum), which no file here needs\n`)
    // Beside a node of the file's chain it does no harm.
    const both = await verify('--rpc', url, '--rpc', node(), '--trust', did, 'good.json')
    expect(both).toMatchObject({ code: 0, err })
  })

  test('shows the transaction as reverted: not valid', async () => {
    const url = node(({ method }, result) =>
      method === 'eth_getTransactionReceipt' ? { ...(result as object), status: '0x0' } : result,
    )
    const { code, out } = await verify('--rpc', url, '--trust', did, 'good.json')
    expect(code).toBe(1)
    expect(out).toContain('the transaction was reverted')
  })

  test('knows no registry: not valid', async () => {
    const url = node(({ method }, result) => (method === 'eth_getCode' ? '0x' : result))
    expect((await verify('--rpc', url, '--trust', did, 'good.json')).code).toBe(1)
  })

  test('one of two contradicts: could not be checked', async () => {
    const liar = node(({ method }, result) => (method === 'eth_getCode' ? '0x6000' : result))
    const honest = node()
    const { code, out } = await verify('--rpc', honest, '--rpc', liar, '--trust', did, 'good.json')
    expect(code).toBe(2)
    expect(out).toContain('contradict')
    expect(out).toMatch(
      new RegExp(`${new URL(honest).host}: code [0-9a-f]{8}…; ${new URL(liar).host}: code [0-9a-f]{8}…`),
    )
  })
})

describe('the issuer', () => {
  test('unknown: could not be checked, and the cure is named; trusted by its DID: valid', async () => {
    const url = node()
    const unknown = await verify('--rpc', url, 'good.json')
    expect(unknown).toMatchObject({ code: 2, out: expect.stringContaining('this issuer is not known here') })
    expect((await verify('--rpc', url, '--trust', did, 'good.json')).code).toBe(0)
    const other = (JSON.parse(await Bun.file(join(folder, 'of-another.json')).text()) as Credential).issuer.id
    expect((await verify('--rpc', url, '--trust', other, 'good.json')).code).toBe(2)
    const named = await verify('--rpc', url, '--trust', `${did}x`, 'good.json')
    expect(named).toMatchObject({ code: 2, out: '', err: expect.stringContaining(`--trust ${did}x is not a DID`) })
  })

  test('is known to its own machine by its data folder', async () => {
    const { code } = await app.run(['verify', '--rpc', node(), join(folder, 'good.json')])
    expect(code).toBe(0)
  })
})

describe('testamur verify URL', () => {
  test('the page and the file of a certificate, asked on its own site', async () => {
    expect((await verify(link(`/${good.id}`))).code).toBe(0)
    expect((await verify(link(`/${good.id}.json`), 'good.json', '--rpc', rpc())).code).toBe(0)
  })

  test('an unknown certificate, a site that is down and an address that is none could not be checked', async () => {
    const unknown = link(`/${good.id.slice(0, -4)}0000`)
    for (const [url, says] of [
      [unknown, 'answers 404'],
      ['http://127.0.0.1:9/cert_x', 'cannot be read'],
      ['https://', 'cannot be read'],
    ] as const) {
      const { code, out, err } = await verify(url)
      expect({ url, code, err }).toEqual({ url, code: 2, err: '' })
      expect(out).toContain(says)
    }
  })

  test('with the issuer’s server gone a kept file is still checked by any node of its chain', async () => {
    // The chain's data under another address, where nothing but the RPC answers.
    const url = node()
    expect((await verify('--rpc', url, '--trust', did, 'good.json', 'second.json')).code).toBe(0)
  })
})
