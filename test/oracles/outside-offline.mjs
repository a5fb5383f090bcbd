// node --import: the network of somebody who checks a certificate from outside, without leaving the machine. JSON-RPC to
// 127.0.0.1 goes through; contexts and the issuer's pages come from the bundle that TESTAMUR_BUNDLE names (offline.mjs).
import { loaderOf, readBundle } from './offline.mjs'

const load = loaderOf(readBundle(process.env.TESTAMUR_BUNDLE))
const real = globalThis.fetch
globalThis.fetch = async (url, options) => {
  if (new URL(url).hostname === '127.0.0.1') return real(url, options)
  return load(String(url)).then(
    ({ document }) => Response.json(document),
    () => new Response('<h1>not found</h1>', { status: 404 }),
  )
}
