import { caip10, didWebUrl } from '../domain/did.ts'
import { EMBEDDED_CHAIN_ID } from '../domain/networks.ts'
import type { Verdict } from '../domain/verdict.ts'
import { verifyCredential } from '../domain/verify.ts'
import type { Ask } from '../domain/verify-chain.ts'
import type { KnownIssuer } from '../domain/verify-issuer.ts'
import type { AppContext } from './app-context.ts'
import type { Arguments } from './arguments.ts'
import { EXIT, type Command } from './context.ts'
import { verdictLines } from './verify-output.ts'

/** Verifies files and links with nothing but an RPC of the chain; the issuer's server is not needed. */
export const verify: Command<AppContext> = {
  name: 'verify',
  summary: 'verify credential files or links',
  description: [
    'FILE is a credential (JSON); a link is the page of a certificate or its .json. Exit code 0: all are valid, 1: at least one is not, 2: at least one could not be checked.',
    'The chain is asked through --rpc, else through the rpc_urls of the configuration. For the embedded chain of an issuer name its address: --rpc https://HOST/chain/rpc. Several --rpc must agree.',
    'Who the issuer is, is known from the own data folder, from the did.json of its domain (did:web), from the site a link or an embedded chain belongs to, or because --trust names it.',
  ],
  flags: [
    { name: 'rpc', value: 'URL', many: true, summary: 'JSON-RPC address of a node of the chain' },
    { name: 'trust', value: 'DID', many: true, summary: 'an issuer you know by its DID' },
    { name: 'json', summary: 'print the verdicts as a JSON array' },
  ],
  positionals: [{ name: 'FILE|URL', required: true, many: true }],
  async run(context, given) {
    const shared = await trustFrom(context, given)
    const results: Array<{ source: string; verdict: Verdict | null; problem: string | null }> = []
    for (const source of given.positionals)
      results.push({ source, ...(await verifyOne(context, given, shared, source)) })
    if (given.has('json')) context.print(JSON.stringify(results.map(asJson), null, 2))
    else for (const result of results) for (const line of verdictLines(result)) context.print(line)
    if (results.some(({ verdict }) => verdict?.overall === 'invalid')) return EXIT.failed
    return results.every(({ verdict }) => verdict?.overall === 'valid') ? EXIT.done : EXIT.usage
  },
}

const asJson = ({ source, verdict, problem }: { source: string; verdict: Verdict | null; problem: string | null }) => ({
  source,
  result: verdict?.overall ?? 'unknown',
  ...(problem ? { problem } : {}),
  ...verdict,
})

interface Trust {
  issuers: KnownIssuer[]
  /** Chain id → addresses of the configuration. */
  configured: Record<number, string[]>
  /** The embedded chain of the program whose data folder this is. */
  own: string
}

/** What this machine knows by itself: its own data folder and its configuration. Neither is needed. */
async function trustFrom(context: AppContext, given: Arguments): Promise<Trust> {
  const config = context.loadConfig(given.value('config'))
  const configured: Record<number, string[]> = {}
  for (const { network, rpcUrls } of Object.values(config.chain.networks))
    if (rpcUrls.length) configured[network.chainId] = rpcUrls
  const registries =
    (await context.withRecordsToRead(config, ({ store }) => store.registries.all()).catch(() => undefined)) ?? []
  const own = registries
    .filter(({ address }) => address !== null)
    .map(({ did, chainId, address }) => ({ did, registries: [caip10(chainId, address!)] }))
  return { issuers: own, configured, own: context.ownChainRpc(config) }
}

async function verifyOne(context: AppContext, given: Arguments, trust: Trust, source: string) {
  const loaded = await load(context, source)
  if ('problem' in loaded) return { verdict: null, problem: loaded.problem }
  const { text, site } = loaded
  const facts = peek(text)
  const named = given.values('rpc')
  const ours = trust.issuers.some(({ did }) => did === facts.issuerId)
  const embedded = site ? [`${site}/chain/rpc`] : ours ? [trust.own] : []
  const rpcs = named.length ? named : facts.embedded ? embedded : (trust.configured[facts.chainId ?? 0] ?? [])
  // A link, or an embedded chain that was named here, is the word of that site: it may say who its issuers are.
  const vouching =
    facts.embedded && named.length
      ? named.filter((url) => url.endsWith('/chain/rpc')).map((url) => new URL(url).origin)
      : []
  const sites = [...(site ? [site] : []), ...vouching]
  const vouched = (await Promise.all(sites.map((origin) => vouchersOf(context, origin)))).flat()
  const trusted = given
    .values('trust')
    .map((did) => ({ did, registries: facts.issuerId === did ? facts.registries : [] }))
  const { hash, signatures, now, get, ask } = context.verification
  const askers = rpcs.map(
    (url): Ask =>
      (method, params) =>
        ask(url, method, params),
  )
  const verdict = await verifyCredential(text, {
    hash,
    signatures,
    now: now(),
    rpc: facts.chainId !== null && askers.length ? { [facts.chainId]: askers } : {},
    knownIssuers: [...trust.issuers, ...vouched, ...trusted],
    resolveDid: async (did) => {
      const url = didWebUrl(did)
      if (!url) return undefined
      const answer = await get(url, false)
      return answer.status === 200 ? JSON.parse(new TextDecoder().decode(answer.bytes)) : undefined
    },
  })
  return { verdict, problem: null }
}

/** A file, or what a link leads to. */
async function load(
  context: AppContext,
  source: string,
): Promise<{ text: string; site: string | null } | { problem: string }> {
  const { readFile, get } = context.verification
  try {
    if (!/^https?:\/\//i.test(source)) return { text: decode(await readFile(source)), site: null }
    const url = new URL(source)
    if (!url.pathname.endsWith('.json')) url.pathname = `${url.pathname.replace(/\/$/, '')}.json`
    const answer = await get(url.href, true)
    if (answer.status !== 200) return { problem: `${url.href} answers ${answer.status}` }
    return { text: decode(answer.bytes), site: url.origin }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const reason =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'permission denied'
          : code === 'EISDIR'
            ? 'it is a folder'
            : ''
    return {
      problem: `${source} cannot be read: ${reason || (error instanceof Error ? error.message : String(error))}`,
    }
  }
}

/** What is not UTF-8 is no JSON either: the checks say so of an empty text. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return ''
  }
}

/** What decides whom to ask; the checks read the file again and strictly. */
function peek(text: string): {
  chainId: number | null
  embedded: boolean
  issuerId: string | null
  registries: string[]
} {
  const nothing = { chainId: null, embedded: false, issuerId: null, registries: [] }
  try {
    const { issuer } = JSON.parse(text) as {
      issuer?: { id?: unknown; otherIdentifier?: Array<{ identifier?: unknown }> }
    }
    const registries = (issuer?.otherIdentifier ?? []).map(({ identifier }) => String(identifier))
    const chainId = Number(/^eip155:(\d+):/.exec(registries[0] ?? '')?.[1])
    const issuerId = typeof issuer?.id === 'string' ? issuer.id : null
    return Number.isSafeInteger(chainId)
      ? { chainId, embedded: chainId === EMBEDDED_CHAIN_ID, issuerId, registries }
      : { ...nothing, issuerId }
  } catch {
    return nothing
  }
}

/** The issuers and registries a Testamur site vouches for; none when it does not answer. */
async function vouchersOf(context: AppContext, origin: string): Promise<KnownIssuer[]> {
  try {
    const answer = await context.verification.get(`${origin}/.well-known/testamur.json`, true)
    const { issuers } = JSON.parse(new TextDecoder().decode(answer.bytes)) as { issuers: KnownIssuer[] }
    return issuers.filter(({ did, registries }) => typeof did === 'string' && Array.isArray(registries))
  } catch {
    return []
  }
}
