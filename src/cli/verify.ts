import { caip10, didWebUrl } from '../domain/did.ts'
import { EMBEDDED_CHAIN_ID } from '../domain/networks.ts'
import { MAX_ROOTS_BYTES } from '../domain/roots.ts'
import type { Verdict } from '../domain/verdict.ts'
import { verifyCredential } from '../domain/verify.ts'
import type { KnownIssuer } from '../domain/verify-issuer.ts'
import { TRUST_FORMS, trustTyped } from '../domain/verify-trust.ts'
import type { AppContext } from './app-context.ts'
import type { Arguments } from './arguments.ts'
import { EXIT, type Command } from './context.ts'
import { nameNodes, nodesByChain, unusedNodes, type NamedNode } from './verify-nodes.ts'
import { decode, load } from './verify-load.ts'
import { verdictLines } from './verify-output.ts'

/** Verifies files and links with nothing but an RPC of the chain; the issuer's server is not needed. */
export const verify: Command<AppContext> = {
  name: 'verify',
  summary: 'verify credential files or links',
  description: [
    'FILE is a credential: JSON, or a PDF that carries it. A link is the page of a certificate, its .json or its .pdf. Of a PDF the attached credential is checked, not what is printed on it: compare the two. Exit code 0: all are valid, 1: at least one is not, 2: at least one could not be checked.',
    'The chain is asked through --rpc, else through the rpc_urls of the configuration. For the embedded chain of an issuer name its address: --rpc https://HOST/chain/rpc. Nodes of several chains can be named; those of one chain must agree.',
    'Who the issuer is, is known from the own data folder, from the did.json of its domain (did:web), from the site a link or an embedded chain belongs to, or because --trust names it.',
    'When the chain of a file does not answer or does not hold it, the issuer’s signed list of roots (/roots.json of its site, or --roots) says where else it is anchored.',
  ],
  flags: [
    { name: 'rpc', value: 'URL', many: true, summary: 'JSON-RPC address of a node; its chain is found out' },
    { name: 'roots', value: 'FILE|URL', many: true, summary: 'roots.json of the issuer, for chains that are gone' },
    { name: 'trust', value: 'DID', many: true, summary: 'an issuer you know: DID, DID#KEY, or its registry' },
    { name: 'json', summary: 'print the verdicts as a JSON array' },
  ],
  positionals: [{ name: 'FILE|URL', required: true, many: true }],
  async run(context, given) {
    const unclear = given.values('trust').find((typed) => trustTyped(typed, null) === undefined)
    if (unclear !== undefined) return refuse(context, `--trust ${unclear} is not ${TRUST_FORMS}`)
    const roots: string[] = []
    for (const source of given.values('roots')) {
      const loaded = await load(context, source, 'roots')
      if ('problem' in loaded) return refuse(context, loaded.problem)
      roots.push(loaded.text)
    }
    const shared = { ...(await trustFrom(context, given)), roots, named: await nameNodes(context, given.values('rpc')) }
    const results: Result[] = []
    for (const source of given.positionals)
      results.push({ source, ...(await verifyOne(context, given, shared, source)) })
    // Files that never came to ask a chain say nothing about which chains are needed.
    if (results.some(({ verdict }) => verdict?.facts.registry))
      for (const line of unusedNodes(shared.named)) context.printError(line)
    if (given.has('json')) context.print(JSON.stringify(results.map(asJson), null, 2))
    else for (const result of results) for (const line of verdictLines(result)) context.print(line)
    if (results.some(({ verdict }) => verdict?.overall === 'invalid')) return EXIT.failed
    return results.every(({ verdict }) => verdict?.overall === 'valid') ? EXIT.done : EXIT.usage
  },
}

interface Result {
  source: string
  verdict: Verdict | null
  problem: string | null
  /** The credential was attached to a PDF. */
  fromPdf: boolean
}

const asJson = ({ source, verdict, problem, fromPdf }: Result) => ({
  source,
  ...(fromPdf ? { attachedTo: 'pdf' } : {}),
  result: verdict?.overall ?? 'unknown',
  ...(problem ? { problem } : {}),
  ...verdict,
})

function refuse(context: AppContext, message: string): number {
  context.printError(message)
  return EXIT.usage
}

interface Shared extends Trust {
  /** Texts of the lists that were named. */
  roots: string[]
  named: NamedNode[]
}

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

async function verifyOne(context: AppContext, given: Arguments, shared: Shared, source: string) {
  const loaded = await load(context, source, 'credential')
  if ('problem' in loaded) return { verdict: null, problem: loaded.problem, fromPdf: false }
  const { text, site, fromPdf } = loaded
  const facts = peek(text)
  const ours = shared.issuers.some(({ did }) => did === facts.issuerId)
  const embedded = site ? [`${site}/chain/rpc`] : ours ? [shared.own] : []
  const known = { ...shared.configured, [EMBEDDED_CHAIN_ID]: embedded }
  const { hash, signatures, now, get } = context.verification
  const verdict = await verifyCredential(text, {
    hash,
    signatures,
    now: now(),
    rpc: nodesByChain(context, shared.named, known, facts.chainId),
    knownIssuers: [
      ...shared.issuers,
      ...(await vouchedFor(context, facts.embedded ? shared.named : [], site)),
      ...given.values('trust').flatMap((typed) => trustTyped(typed, facts.issuerId) ?? []),
    ],
    resolveDid: async (did) => {
      const url = didWebUrl(did)
      if (!url) return undefined
      const answer = await get(url, false)
      return answer.status === 200 ? JSON.parse(new TextDecoder().decode(answer.bytes)) : undefined
    },
    roots: shared.roots,
    findRoots: (issuer, root) =>
      findRoots(context, { issuer, root, sites: [site, ours ? new URL(shared.own).origin : null] }),
  })
  return { verdict, problem: null, fromPdf }
}

/** The list at the site of the link, at our own, or at the issuer's domain. Whose it is, its signature says. */
async function findRoots(
  context: AppContext,
  { issuer, root, sites }: { issuer: string; root: string; sites: Array<string | null> },
): Promise<string | undefined> {
  const domain = didWebUrl(issuer)
  const named = sites.filter((site) => site !== null)
  const origins = [...named, ...(domain ? [new URL(domain).origin] : [])]
  for (const origin of origins) {
    const address = `${origin}/roots.json?root=${root}`
    const answer = await context.verification
      .get(address, named.includes(origin), MAX_ROOTS_BYTES)
      .catch(() => undefined)
    if (answer?.status === 200) return decode(answer.bytes)
  }
  return undefined
}

/**
 * A link, or an embedded chain that was named here, is the word of that site: it may say who its issuers are. About the name
 * of another domain it has no say.
 */
async function vouchedFor(context: AppContext, named: NamedNode[], site: string | null): Promise<KnownIssuer[]> {
  const chains = named.filter(({ url }) => URL.canParse(url) && new URL(url).pathname.endsWith('/chain/rpc'))
  const origins = new Set([...(site ? [site] : []), ...chains.map(({ url }) => new URL(url).origin)])
  const lists = await Promise.all(
    [...origins].map(async (origin) => {
      const { host } = new URL(origin)
      const issuers = await vouchersOf(context, origin)
      return issuers.filter(({ did }) => !did.startsWith('did:web:') || hostOfDid(did) === host)
    }),
  )
  return lists.flat()
}

function hostOfDid(did: string): string | undefined {
  const address = didWebUrl(did)
  return address && new URL(address).host
}

/** What decides whom to ask; the checks read the file again and strictly. */
function peek(text: string): { chainId: number | null; embedded: boolean; issuerId: string | null } {
  try {
    const { issuer } = JSON.parse(text) as {
      issuer?: { id?: unknown; otherIdentifier?: Array<{ identifier?: unknown }> }
    }
    const [first] = (issuer?.otherIdentifier ?? []).map(({ identifier }) => String(identifier))
    const number = Number(/^eip155:(\d+):/.exec(first ?? '')?.[1])
    const chainId = Number.isSafeInteger(number) ? number : null
    const issuerId = typeof issuer?.id === 'string' ? issuer.id : null
    return { chainId, embedded: chainId === EMBEDDED_CHAIN_ID, issuerId }
  } catch {
    return { chainId: null, embedded: false, issuerId: null }
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
