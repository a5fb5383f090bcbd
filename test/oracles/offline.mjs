// What every judge shares: the bundle it is given, contexts from a file, and a `fetch` that plays the issuer's web site.
// Nothing leaves the machine but JSON-RPC to the bundle's rpcUrl, which must be on loopback.
import { readFileSync } from 'node:fs'

const contexts = JSON.parse(
  readFileSync(new URL('../fixtures/credential-format/contexts.json', import.meta.url), 'utf8'),
)

/** {certificate, didDocument, issuerProfile, statusList?, rpcUrl, tamper?}; `tamper` changes one signed text. */
export function readBundle(file) {
  const bundle = JSON.parse(readFileSync(file, 'utf8'))
  if (bundle.rpcUrl && new URL(bundle.rpcUrl).hostname !== '127.0.0.1') throw new Error('rpcUrl must be on 127.0.0.1')
  if (bundle.tamper) bundle.certificate.credentialSubject.name = 'Altered'
  return bundle
}

const didUrl = (did) => {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent)
  return `https://${host}/${path.length ? path.join('/') : '.well-known'}/did.json`
}

/** Address → document of what the issuer hosts. */
function hosted({ didDocument, issuerProfile, statusList }) {
  const pages = {}
  if (didDocument?.id.startsWith('did:web:')) pages[didUrl(didDocument.id)] = didDocument
  if (issuerProfile) pages[issuerProfile.id] = issuerProfile
  if (statusList) pages[statusList.id] = statusList
  return pages
}

/** JSON-LD document loader that never leaves the machine. */
export const loaderOf = (bundle) => async (url) => {
  const base = url.split('#')[0]
  const { didDocument } = bundle
  let document = contexts[url] ?? hosted(bundle)[base]
  if (!document && base === didDocument?.id) {
    const method = didDocument.verificationMethod.find(({ id }) => id === url)
    document = url === base ? didDocument : { '@context': ['https://w3id.org/security/multikey/v1'], ...method }
  }
  if (!document) throw new Error(`not loaded: ${url}`)
  return { contextUrl: null, documentUrl: url, document }
}

const json = (body) => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })

/** Replaces `fetch`. The list of addresses that were asked comes back and grows. */
export function stubFetch(bundle, extra = {}) {
  const real = globalThis.fetch
  const seen = []
  const pages = { ...contexts, ...hosted(bundle), ...extra }
  const rpc = (body) =>
    real(bundle.rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  globalThis.fetch = async (input) => {
    const url = String(input?.url ?? input)
    seen.push(url)
    const page = pages[url] ?? pages[url.split(/[?#]/)[0]]
    if (page) return json(page)
    if (url.startsWith('https://resolver.test/')) return json({ didDocument: bundle.didDocument })
    if (url.startsWith('https://api.etherscan.io/v2/api')) {
      const query = new URL(url).searchParams
      const method = query.get('action')
      const params =
        method === 'eth_getTransactionByHash'
          ? [query.get('txhash')]
          : method === 'eth_getBlockByNumber'
            ? [query.get('tag'), true]
            : []
      return rpc({ jsonrpc: '2.0', id: 1, method, params })
    }
    return new Response('not found', { status: 404 })
  }
  return seen
}
