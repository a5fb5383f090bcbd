/** A site in one process for tests of the public pages: real pages, real bundles, real verification, a chain in memory. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { BUNDLES, buildWeb } from '../../scripts/build.ts'
import { REGISTRY_RUNTIME } from '../../src/chain/contract.ts'
import { caip10, signingMethod } from '../../src/domain/did.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import type { PublicCertificate } from '../../src/domain/public-certificate.ts'
import { rootsDocument } from '../../src/domain/roots.ts'
import { signRoots } from '../../src/domain/roots-sign.ts'
import { brandStyle } from '../../src/http/public/brand.ts'
import { certificatePage } from '../../src/http/public/certificate-page.ts'
import { embedPage, embedPolicy } from '../../src/http/public/embed.ts'
import { PAGE_SECURITY_POLICY } from '../../src/http/public/page-layout.ts'
import { messagePage, notFoundPage, verifyPage } from '../../src/http/public/plain-pages.ts'
import { filledChecker } from '../../src/http/public/saved-checker.ts'
import { serverHash } from '../../src/keys/hash.ts'
import { finishBatch, issueBatch, NOW, signBatch, testIssuer, type BatchOrder } from './credentials.ts'
import { FakeChain } from './fake-registry.ts'
import { publicCertificate } from './public-certificate.ts'

export const CERTIFICATE_ID = publicCertificate().id

/** The files a visitor gets, built by the build itself into a folder of their own. */
export async function buildPages() {
  const folder = mkdtempSync(join(tmpdir(), 'testamur-pages-'))
  const names = ['certificate.js', 'certificate.css', 'verify.js', 'verify.html', 'embed.css']
  try {
    await buildWeb(
      BUNDLES.filter(({ outfile }) => names.includes(outfile)),
      folder,
    )
    const [certificate, style, verify, saved, embed] = await Promise.all(
      names.map((name) => Bun.file(join(folder, name)).text()),
    )
    return { certificate: certificate!, style: style!, verify: verify!, saved: saved!, embed: embed! }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
export type Bundles = Awaited<ReturnType<typeof buildPages>>

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210"><path fill="#fff" d="M0 0h297v210H0z"/><path fill="none" stroke="#8a6d1f" stroke-width="2" d="M8 8h281v194H8z"/><path fill="#14284f" d="M80 70h137v12H80zM95 100h107v6H95z"/></svg>`

export interface Visit {
  address: string
  kind: string
  referrer: string
  channel?: string
}

/** One certificate on its page. What a test changes, the next request shows. */
export class CertificateSite {
  readonly issuer = testIssuer(7, 'key')
  readonly chain = new FakeChain(EMBEDDED_CHAIN_ID)
  readonly registry = this.chain.deploy(this.issuer.did, this.issuer.account.address, REGISTRY_RUNTIME)
  readonly visits: Visit[] = []
  /** The credential file, or null: 404. */
  file: string | null = null
  view: PublicCertificate = publicCertificate()
  language = 'en'
  /** What /cert_….svg answers; null: 404. */
  picture: string | null = PICTURE
  /** Forms that were sent. */
  readonly forms: Array<Record<string, string>> = []
  /** Nodes that the certificate page names. */
  nodes = ['/chain/rpc']
  furtherNodes: Record<number, string[]> = {}
  knowsItself = true
  sandboxIssuer = false
  leaf = ''
  root = ''
  /** /roots.json; null: the list of an issuer who never moved. */
  roots: object | null = null
  private readonly server: ReturnType<typeof Bun.serve>

  constructor(private readonly bundles: Bundles) {
    this.server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => this.answer(request) })
  }

  private visited = () => {}
  /** Resolves when so many visits were counted. */
  counted(visits: number): Promise<void> {
    return new Promise((resolve) => {
      this.visited = () => this.visits.length >= visits && resolve()
      this.visited()
    })
  }

  get origin() {
    return `http://127.0.0.1:${this.server.port}`
  }
  get page() {
    return `${this.origin}/${CERTIFICATE_ID}`
  }
  stop = () => this.server.stop(true)

  /** A fresh certificate, signed and, unless `pending`, anchored; and the view its page would get. */
  async issue(change: Partial<PublicCertificate> = {}, order: Partial<BatchOrder> = {}, pending = false) {
    const { issuer, registry, chain } = this
    const full = { issuer, registry, count: 3, ...order }
    let file: unknown
    if (pending) {
      const [signed] = await signBatch(chain.chainId, full)
      file = { ...signed!.document, proof: [signed!.proof] }
    } else {
      const batch = await issueBatch(chain, full)
      file = batch.files[1]
      this.leaf = batch.leaves[1]!
      this.root = batch.root
    }
    this.file = JSON.stringify(file)
    const anchored = !pending
    this.view = publicCertificate({
      recipientName: 'Maria Åström 漢字',
      chain: {
        ...publicCertificate().chain,
        network: 'embedded',
        title: 'Embedded chain',
        chainId: chain.chainId,
        embedded: true,
        explorerUrl: null,
        registry,
        confirmed: anchored,
        ...(anchored ? {} : { transactionHash: null, blockNumber: null, blockTime: null, root: null }),
      },
      state: anchored ? 'issued' : 'pending',
      ...change,
    })
  }

  private async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    const { bundles } = this
    const assets = (script: string) => ({ script, style: '/assets/page.css' })
    const html = (text: string, status = 200) =>
      new Response(text, {
        status,
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_SECURITY_POLICY },
      })
    const typed = (text: string, type: string) => new Response(text, { headers: { 'content-type': type } })
    const { language } = this
    if (pathname === `/${CERTIFICATE_ID}`)
      return html(
        certificatePage(this.view, {
          language,
          assets: assets('/assets/certificate.js'),
          chainRpcUrl: this.nodes,
          furtherNodes: this.furtherNodes,
        }),
      )
    if (pathname === '/verify') return html(verifyPage({ language, assets: assets('/assets/verify.js') }))
    if (pathname === '/verify.html') return this.checker()
    if (pathname === '/roots.json') return open(JSON.stringify(this.roots ?? (await this.listOf([]))))
    if (pathname === '/assets/page.css') return typed(bundles.style, 'text/css')
    if (pathname === '/assets/certificate.js') return typed(bundles.certificate, 'text/javascript')
    if (pathname === '/assets/verify.js') return typed(bundles.verify, 'text/javascript')
    if (pathname === '/assets/embed.css') return typed(bundles.embed, 'text/css')
    if (pathname === `/${CERTIFICATE_ID}.svg`)
      return this.picture === null ? html('', 404) : typed(this.picture, 'image/svg+xml')
    if (pathname === `/${CERTIFICATE_ID}/embed`)
      return new Response(embedPage(this.view, { language, style: '/assets/embed.css' }), {
        headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': embedPolicy(['*']) },
      })
    if (/^\/brand\/\w+\.css$/.test(pathname)) return typed(brandStyle(`#${pathname.slice(7, 13)}`), 'text/css')
    if (/\/(mail|report)$/.test(pathname)) {
      this.forms.push({ address: pathname, ...Object.fromEntries(new URLSearchParams(await request.text())) })
      return html(messagePage({ language, assets: assets(''), title: 'Thank you', text: 'Sent.' }), 202)
    }
    if (pathname === `/${CERTIFICATE_ID}.json` && this.file !== null) return typed(this.file, 'application/vc+json')
    if (pathname === '/.well-known/testamur.json') return open(JSON.stringify(this.selfDescription()))
    if (pathname === '/chain/rpc') return answerRpc(this.chain, request)
    if (pathname.endsWith('/visits')) {
      this.visits.push({ address: pathname, ...((await request.json()) as Omit<Visit, 'address'>) })
      this.visited()
      return new Response(null, { status: 204 })
    }
    return html(notFoundPage({ language, assets: assets('') }), 404)
  }

  private selfDescription() {
    const { did } = this.issuer
    const registries = [caip10(this.chain.chainId, this.registry)]
    return { issuers: this.knowsItself ? [{ did, registries, sandbox: this.sandboxIssuer }] : [] }
  }

  private listOf(roots: Parameters<typeof rootsDocument>[0]['roots'], by = this.issuer) {
    const { did } = this.issuer
    const verificationMethod = signingMethod(did, by.publicKey)
    const document = rootsDocument({ issuer: did, updated: NOW, roots })
    return signRoots(document, { hash: serverHash, sign: by.sign, verificationMethod, created: NOW })
  }

  /** The same root in a registry on another chain, and the list that says so, signed by the issuer or whoever else. */
  async moveTo(node: FakeChain, by = this.issuer) {
    const { did, account } = this.issuer
    const address = node.deploy(did, account.address, REGISTRY_RUNTIME)
    node.send(account.address, address, `0x${this.root}`)
    const first = { chainId: this.chain.chainId, address: this.registry, blockTime: Date.UTC(2026, 2, 3) / 1000 }
    const again = { chainId: node.chainId, address, transactionHash: null, blockTime: node.time() }
    const list = await this.listOf([{ root: this.root, ...first, transactionHash: null, also: [again] }], by)
    return { list, node }
  }

  /** verify.html as this site hands it out. */
  checkerFile() {
    const bytes = new TextEncoder().encode(this.bundles.saved)
    return filledChecker(
      { bytes, type: 'text/html', hash: '' },
      {
        host: new URL(this.origin).host,
        origin: this.origin,
        saved: '2026-06-02',
        ...this.selfDescription(),
        nodes: { [this.chain.chainId]: [`${this.origin}/chain/rpc`] },
      },
    )
  }
  private checker() {
    const { text, policy } = this.checkerFile()
    return new Response(text, {
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    })
  }
}

const FOR_ALL = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' }
const open = (text: string) => new Response(text, { headers: { ...FOR_ALL, 'content-type': 'application/json' } })

/** JSON-RPC of a chain for whoever asks, also for a page from a disk. */
export async function answerRpc(chain: FakeChain, request: Request): Promise<Response> {
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: FOR_ALL })
  const { id, method, params } = (await request.json()) as { id: number; method: string; params: unknown[] }
  const answer = await chain.request(method, params).then(
    (result) => ({ result }),
    (error: Error) => ({ error: { code: -32000, message: error.message } }),
  )
  return Response.json({ jsonrpc: '2.0', id, ...answer }, { headers: FOR_ALL })
}

/** A certificate of another installation: other key, other registry, its own embedded chain with the same chain id. */
export async function strangersFile(): Promise<string> {
  const issuer = testIssuer(9, 'key')
  const chain = new FakeChain(EMBEDDED_CHAIN_ID)
  const registry = chain.deploy(issuer.did, issuer.account.address, REGISTRY_RUNTIME)
  const signed = await signBatch(chain.chainId, { issuer, registry: `0x${'99'.repeat(20)}` })
  const { files } = finishBatch(chain.chainId, issuer, signed, (root) =>
    chain.send(issuer.account.address, registry, `0x${root}`),
  )
  return JSON.stringify(files[0])
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.TESTAMUR_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })

/** Everything that must not happen on a page: errors in the console, policy violations, requests to other hosts. */
export function watch(page: Page, origin: string): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) complaints.push(request.url())
  })
  return complaints
}
