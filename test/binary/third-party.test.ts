/** Certificates of the compiled binary before verifiers that nobody here wrote. How, and Blockcerts' own limits: docs/verify-without-us.md. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DEVELOPMENT_KEYS, startAnvil, type Anvil } from '../kit/anvil.ts'
import { Binary, newFolder, until } from '../kit/binary.ts'

const JUDGE = resolve(import.meta.dir, '../oracles/judge.mjs')
const ORIGIN = 'https://certs.example.edu'
const SEPOLIA = 11_155_111

interface Verdict {
  verified: boolean
  steps: Record<string, unknown>
}
let bundles = 0
async function judge(binary: Binary, which: 'db' | 'dcc' | 'blockcerts', bundle: object): Promise<Verdict> {
  const file = join(binary.dir, `bundle-${bundles++}.json`)
  writeFileSync(file, JSON.stringify(bundle))
  const child = Bun.spawn(['node', JUDGE, which, file], { stdout: 'pipe', stderr: 'pipe' })
  const [text, complaints] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
  if (!text) throw new Error(complaints)
  return JSON.parse(text) as Verdict
}

async function remove(binary: Binary) {
  await binary.discard()
  rmSync(binary.dir, { recursive: true, force: true })
}

async function startIssuer(config: string, env: Record<string, string> = {}) {
  const binary = new Binary({
    config,
    env: { TESTAMUR_SERVER__PUBLIC_URL: ORIGIN, TESTAMUR_ISSUER__NAME: 'Example University', ...env },
  })
  await binary.start()
  binary.key = await binary.createKey('--scope', 'admin', '--plan', 'enterprise')
  const template = await binary.api('POST', '/v1/templates', {
    name: 'Advanced Project Management',
    fields: [
      { key: 'course_name', label: 'Course', type: 'text', required: true },
      { key: 'completion_date', label: 'Completed', type: 'date', required: true },
      { key: 'credential_id', label: 'Number', type: 'text' },
      { key: 'score', label: 'Score', type: 'number' },
    ],
    achievement: {
      type: 'CertificateOfCompletion',
      description: 'A forty-hour course.',
      criteria: 'All sessions, and the examination.',
    },
    validity: { months: 24 },
  })
  expect(template.status).toBe(201)
  return { binary, templateId: template.json.id as string }
}

async function issue(binary: Binary, templateId: string): Promise<string> {
  const request = {
    template_id: templateId,
    recipient: { name: 'Maria Åkerström 漢字', email: 'maria@example.org' },
    fields: {
      course_name: 'Advanced Project Management',
      completion_date: '2026-03-03',
      credential_id: 'PM-2026-0042',
      score: 97.5,
    },
  }
  const id = await until(
    'the certificate to be accepted',
    async () => {
      const answer = await binary.api('POST', '/v1/certificates', request)
      if (answer.status === 503) return undefined // the registry is being deployed
      expect(answer.status).toBe(201)
      return answer.json.id as string
    },
    60_000,
  )
  await until(
    'the certificate to be issued',
    async () => (await binary.api('GET', `/v1/certificates/${id}`)).json.status === 'issued',
    60_000,
  )
  return id
}

async function bundleOf(binary: Binary, id: string, rpcUrl: string) {
  const read = async (path: string) => (await binary.api('GET', path)).json
  const certificate = await read(`/${id}.json`)
  const listUrl = certificate.credentialStatus?.statusListCredential as string | undefined
  return {
    certificate,
    didDocument: await read('/.well-known/did.json'),
    issuerProfile: await read('/issuer.json'),
    ...(listUrl ? { statusList: await read(new URL(listUrl).pathname) } : {}),
    rpcUrl,
  }
}

describe('a certificate of the compiled binary on its embedded chain', () => {
  let binary: Binary
  let id: string
  beforeAll(async () => {
    const started = await startIssuer('')
    binary = started.binary
    id = await issue(binary, started.templateId)
  }, 60_000)
  afterAll(() => remove(binary))

  describe.each(['db', 'dcc'] as const)('before %s', (which) => {
    test('is accepted', async () => {
      const verdict = await judge(binary, which, await bundleOf(binary, id, `${binary.url}/chain/rpc`))
      expect(verdict).toMatchObject({ verified: true })
    }, 60_000)
    test('is refused when a letter was changed', async () => {
      const bundle = { ...(await bundleOf(binary, id, `${binary.url}/chain/rpc`)), tamper: true }
      expect((await judge(binary, which, bundle)).verified).toBe(false)
    }, 60_000)
  })

  test('is seen as revoked by both once it is', async () => {
    expect((await binary.api('POST', `/v1/certificates/${id}/revoke`, { reason: 'issued in error' })).status).toBe(200)
    for (const which of ['db', 'dcc'] as const) {
      const verdict = await until(
        'the status list to say so',
        async () => {
          const found = await judge(binary, which, await bundleOf(binary, id, `${binary.url}/chain/rpc`))
          return found.verified ? undefined : found
        },
        60_000,
      )
      expect(verdict.verified).toBe(false)
    }
  }, 120_000)
})

describe('a certificate of the compiled binary on chain 11155111', () => {
  let anvil: Anvil
  let keyFolder: string
  let binary: Binary
  let id: string
  beforeAll(async () => {
    // The network's own rule holds: final is what the node's finalized tag covers.
    anvil = await startAnvil({ chainId: SEPOLIA, args: ['--block-time', '1', '--slots-in-an-epoch', '1'] })
    keyFolder = newFolder()
    const keyFile = join(keyFolder, 'account.key')
    writeFileSync(keyFile, DEVELOPMENT_KEYS[0], { mode: 0o600 })
    const config = `[chain]\ndefault = "sepolia"\nkey_file = ${JSON.stringify(keyFile)}\n[chain.sepolia]\nrpc_urls = ["${anvil.url}"]\npage_rpc_urls = ["https://public-rpc.example.org"]\nconfirmations = 1\n`
    // Blockcerts 6.35 cannot read the standard's status lists: certificates meant for it leave theirs out.
    const started = await startIssuer(config, { TESTAMUR_ISSUER__STATUS_LIST: 'false' })
    binary = started.binary
    id = await issue(binary, started.templateId)
    await anvil.request('evm_mine')
  }, 120_000)
  afterAll(async () => {
    await remove(binary)
    rmSync(keyFolder, { recursive: true, force: true })
    await anvil.stop()
  })

  test('is accepted by Blockcerts, step by step', async () => {
    const verdict = await judge(binary, 'blockcerts', await bundleOf(binary, id, anvil.url))
    expect(verdict).toMatchObject({ verified: true })
  }, 120_000)
  test('is refused by Blockcerts when a letter was changed', async () => {
    const bundle = { ...(await bundleOf(binary, id, anvil.url)), tamper: true }
    expect((await judge(binary, 'blockcerts', bundle)).verified).toBe(false)
  }, 120_000)
  test('is verified by our own command line with a node and nothing else', async () => {
    const file = join(binary.dir, 'certificate.json')
    writeFileSync(file, JSON.stringify((await bundleOf(binary, id, anvil.url)).certificate))
    const { code, out } = await binary.run(['verify', file, '--rpc', anvil.url])
    expect(out).toContain('VALID')
    expect(code).toBe(0)
  }, 60_000)

  test('has a page that names to browsers the nodes meant for them, and never the configured ones', async () => {
    const { status, text } = await binary.api('GET', `/${id}`, undefined, { accept: 'text/html' })
    expect(status).toBe(200)
    expect(text).toContain('https://public-rpc.example.org')
    expect(text).not.toContain(anvil.url)
  })
})
