/**
 * Anchored, issuer and valid, by the registries: the one under the issuer's signature and, where its chain is dead, those
 * that a list signed by the issuer names for the same root. One that holds the root is enough; one that says revoked is too.
 */
import { caip10, readCaip10 } from './did.ts'
import { toHex } from './ids.ts'
import type { MerkleProof } from './merkle-proof.ts'
import { EMBEDDED_CHAIN_ID } from './networks.ts'
import { REASON_SUPERSEDED, RELEASED_CODE } from './registry.ts'
import { check, type CheckResult } from './verdict.ts'
import { askChain, type ChainFacts } from './verify-chain.ts'
import { checkIssuer } from './verify-issuer.ts'
import type { Run, VerifyOptions } from './verify-options.ts'
import { otherPlaces, type OtherPlace } from './verify-roots.ts'
import type { CredentialFile } from './verify-shape.ts'

interface Place {
  chainId: number
  /** 0x-address, lower case. */
  registry: string
  elsewhere: boolean
}
/** `unasked`: nobody to ask; `silent`: no usable answer; `disagree`: nodes contradict one another. */
interface Seen {
  place: Place
  said: 'holds' | 'lacks' | 'unasked' | 'silent' | 'disagree'
  checks: CheckResult[]
  facts: ChainFacts | null
}

/** The registry of this chain under the issuer's signature; undefined when there is none, or more than one. */
function signedRegistry({ document }: CredentialFile, chainId: number): string | undefined {
  const accounts = (document.issuer.otherIdentifier ?? [])
    .filter((entry) => entry.identifierType === 'ext:caip10')
    .map((entry) => readCaip10(entry.identifier))
  const here = accounts.filter((account) => account?.chainId === chainId)
  return here.length === 1 ? here[0]!.address : undefined
}

/** Asks every place there is and fills in what follows from it. */
export async function checkPlaces(file: CredentialFile, proof: MerkleProof, run: Run): Promise<void> {
  const { checks, facts } = run
  const registry = signedRegistry(file, proof.chainId)
  if (!registry) {
    checks.push(check('registry_not_signed', `the issuer signed no registry on chain ${proof.chainId}`))
    checks.push(check('issuer_not_established'), check('revocation_not_checked'))
    return
  }
  facts.registry = registry
  const original = await askPlace({ chainId: proof.chainId, registry, elsewhere: false }, proof, run.options)
  const { places, firstAnchored } = await otherPlaces(file, proof, run, original.said === 'holds')
  const fresh = places.filter((place) => place.chainId !== proof.chainId || place.registry !== registry)
  const others = await Promise.all(fresh.map((place) => askPlace({ ...place, elsewhere: true }, proof, run.options)))
  await conclude(file, proof, { original, others, firstAnchored }, run)
}

async function askPlace(
  place: Place | (OtherPlace & Place),
  proof: MerkleProof,
  options: VerifyOptions,
): Promise<Seen> {
  const name = place.elsewhere ? `${caip10(place.chainId, place.registry)}: ` : ''
  const none = (said: Seen['said'], result: CheckResult): Seen => ({ place, said, checks: [result], facts: null })
  const endpoints = [options.rpc?.[place.chainId] ?? []].flat()
  if (endpoints.length === 0) return none('unasked', check('no_rpc', `${name}chain ${place.chainId}`))
  const answer = await askChain(endpoints, {
    chainId: place.chainId,
    root: proof.root,
    leaf: proof.leaf,
    transactionHash: place.elsewhere ? null : `0x${toHex(proof.transactionHash)}`,
    registry: place.registry,
    hash: options.hash,
    minConfirmations: options.minConfirmations ?? 1,
  })
  if (answer.kind === 'unavailable') return none('silent', check('rpc_unavailable', name + answer.detail))
  if (answer.kind === 'other_chain') return none('silent', check('rpc_on_other_chain', name + answer.detail))
  if (answer.kind === 'disagree') return none('disagree', check('endpoints_disagree', name + answer.detail))
  const { facts } = answer as { facts: ChainFacts }
  const holds = facts.codeHash !== '' && facts.status.anchored > 0
  return { place, said: holds ? 'holds' : 'lacks', checks: checkAnchor(facts, proof, place, options), facts }
}

interface Heard {
  original: Seen
  others: Seen[]
  /** In the original registry, as the issuer's list says; ISO. */
  firstAnchored: string | null
}

/** Which place counts: the one the file names, unless it does not hold the root and another does. */
async function conclude(file: CredentialFile, proof: MerkleProof, heard: Heard, run: Run): Promise<void> {
  const { original, others } = heard
  const { checks, notes, facts } = run
  const did = file.document.issuer.id
  const elsewhere = others.filter(({ said, facts: seen }) => said === 'holds' && seen!.did === did).sort(byWorth(run))
  const counted = original.said === 'holds' ? original : (elsewhere[0] ?? original)
  const missing = counted === original ? unheard(original, others) : undefined
  if (missing) checks.push(...missing.checks)
  else checks.push(...counted.checks)
  for (const seen of [original, ...others]) {
    if (seen === (missing ?? counted)) continue
    // Of two nodes that contradict one another, one may say revoked: that is never put aside.
    if (seen.said === 'disagree') checks.push(...seen.checks)
    else notes.push(...doubtsAbout(seen, did))
  }
  const seen = missing ? null : counted.facts
  if (seen) checks.push(...(await checkOrigin(file, counted.place, seen, run.options)))
  else checks.push(check('issuer_not_established'))
  checks.push(checkRevocation([original, ...others], counted, run))
  if (seen && seen.status.anchored > 0) {
    facts.anchoredSince = iso(seen.status.anchored)
    facts.anchoredIn = caip10(counted.place.chainId, counted.place.registry)
    facts.embedded = counted.place.chainId === EMBEDDED_CHAIN_ID
  }
  if (counted !== original || !original.facts) facts.firstAnchored = heard.firstAnchored
}

function doubtsAbout({ checks, facts: seen }: Seen, did: string): CheckResult[] {
  const doubts = checks.filter(({ result }) => result !== 'pass')
  const foreign = seen !== null && seen.codeHash !== '' && seen.did !== did
  return foreign ? [...doubts, check('registry_names_other_issuer', String(seen.did).slice(0, 300))] : doubts
}

/** Code that is known first, then the older record. */
const byWorth =
  ({ options }: Run) =>
  (one: Seen, other: Seen): number => {
    const known = ({ facts }: Seen) => Number((options.knownCode ?? RELEASED_CODE).has(facts!.codeHash))
    return known(other) - known(one) || one.facts!.status.anchored - other.facts!.status.anchored
  }

/** The file's registry lacks the root, but another that may hold it could not be asked: then nothing is disproved. */
function unheard(original: Seen, others: Seen[]): Seen | undefined {
  if (original.said !== 'lacks') return undefined
  return others.find(({ said }) => said === 'unasked' || said === 'silent' || said === 'disagree')
}

const iso = (seconds: number) => new Date(Math.min(seconds, 253402300799) * 1000).toISOString()

function checkAnchor(seen: ChainFacts, proof: MerkleProof, place: Place, options: VerifyOptions): CheckResult[] {
  const name = caip10(place.chainId, place.registry)
  if (seen.codeHash === '') return [check('registry_missing', place.elsewhere ? name : place.registry)]
  const known = (options.knownCode ?? RELEASED_CODE).has(seen.codeHash)
  const checks = [check(known ? 'registry_code_known' : 'registry_code_not_known', seen.codeHash)]
  const { anchored } = seen.status
  if (anchored === 0) checks.push(place.elsewhere ? check('root_not_anchored', name) : check('root_not_anchored'))
  else if (place.elsewhere) checks.push(check('root_anchored_elsewhere', `${name}, ${iso(anchored)}`))
  else checks.push(check('root_anchored', iso(anchored)))
  if (anchored > 0 && (options.minConfirmations ?? 1) > 1) {
    checks.push(check(seen.final === null ? 'finality_not_checked' : seen.final ? 'anchor_final' : 'anchor_not_final'))
  }
  if (!place.elsewhere) checks.push(...checkTransaction(seen, proof, place.registry))
  return checks
}

/** The way of Blockcerts, which looks neither at the receiver nor at the receipt; this does. */
function checkTransaction({ transaction, status }: ChainFacts, proof: MerkleProof, registry: string): CheckResult[] {
  const hash = `0x${toHex(proof.transactionHash)}`
  if (!transaction) return status.anchored > 0 ? [check('transaction_not_served', hash)] : []
  if (transaction.input !== `0x${toHex(proof.root)}`) return [check('transaction_other_content', hash)]
  if (transaction.to !== registry) return [check('transaction_elsewhere', transaction.to)]
  return [check(transaction.succeeded ? 'transaction_confirmed' : 'transaction_reverted', hash)]
}

async function checkOrigin(
  { document, signature }: CredentialFile,
  { chainId, registry, elsewhere }: Place,
  seen: ChainFacts,
  options: VerifyOptions,
): Promise<CheckResult[]> {
  const did = document.issuer.id
  const link = await checkIssuer(
    {
      did,
      multikey: signature.verificationMethod.slice(did.length + 1),
      chainId,
      registry,
      sender: seen.transaction?.from ?? null,
      anchored: seen.status.anchored > 0,
      elsewhere,
    },
    options,
  )
  if (seen.did === null) return [...link, check('issuer_not_established')]
  return [
    check(seen.did === did ? 'registry_names_issuer' : 'registry_names_other_issuer', seen.did.slice(0, 300)),
    ...link,
  ]
}

/** Wherever it stands it counts: revoked outranks replaced, and of equal reasons the earlier. */
function checkRevocation(all: Seen[], counted: Seen, { facts }: Run): CheckResult {
  const weight = (reason: number) => (reason === REASON_SUPERSEDED ? 1 : 0)
  const [worst] = all
    .flatMap(({ facts: seen }) => (seen && seen.status.revoked > 0 ? [seen.status] : []))
    .sort((one, other) => weight(one.reason) - weight(other.reason) || one.revoked - other.revoked)
  if (worst) {
    facts.revokedAt = iso(worst.revoked)
    facts.revocationReason = worst.reason === REASON_SUPERSEDED ? 'superseded' : 'revoked'
    return check(facts.revocationReason, facts.revokedAt)
  }
  // A registry that does not hold the root cannot say that its leaf was never revoked.
  return check(counted.said === 'holds' ? 'not_revoked' : 'revocation_not_checked')
}
