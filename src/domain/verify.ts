/**
 * Verification of a credential file, shared by the command line, the certificate page and verify.html. It never throws and
 * trusts nothing it is given: the file may be hostile, a node may lie, and what cannot be asked is unknown.
 */
import { documentQuads, type Quads } from './canonical.ts'
import { readCaip10 } from './did.ts'
import { toHex } from './ids.ts'
import { rootOfPath } from './merkle.ts'
import { decodeMerkleProof, type MerkleProof } from './merkle-proof.ts'
import { decodeMultikey, unmultibase } from './multibase.ts'
import { EMBEDDED_CHAIN_ID, networkOfChain } from './networks.ts'
import type { Hash, SignatureVerifier } from './ports.ts'
import { leafOf, signedBytes } from './proof.ts'
import { REASON_SUPERSEDED, RELEASED_CODE } from './registry.ts'
import { parseStrictJson, StrictJsonError } from './strict-json.ts'
import { check, noFacts, verdictOf, type CheckResult, type Verdict, type VerifiedFacts } from './verdict.ts'
import { askChain, type Ask, type ChainFacts } from './verify-chain.ts'
import { checkIssuer, type KnownIssuer, type ResolveDid } from './verify-issuer.ts'
import { looksLikeCredential, Malformed, readCredentialFile, type CredentialFile } from './verify-shape.ts'

export interface VerifyOptions {
  hash: Hash
  signatures: SignatureVerifier
  /** Unix milliseconds. */
  now: number
  /** Chain id → node, or several that must agree. */
  rpc?: Record<number, Ask | Ask[]>
  knownIssuers?: KnownIssuer[]
  /** Fetches the DID document of a did:web; asked only when the issuer is not among the known. */
  resolveDid?: ResolveDid
  /** SHA-256 of registry code that counts as ours, 64 hex digits each; default: all released. */
  knownCode?: ReadonlySet<string>
  minConfirmations?: number
}

const LIMITS = { maxLength: 1_000_000, maxDepth: 16 }

/** What the checks leave behind for the ones after them. */
interface Run {
  options: VerifyOptions
  checks: CheckResult[]
  facts: VerifiedFacts
}

/** Verifies a credential given as text, or as JSON already parsed by a parser that refuses doubled members. */
export async function verifyCredential(input: unknown, options: VerifyOptions): Promise<Verdict> {
  const run: Run = { options, checks: [], facts: noFacts() }
  try {
    await verify(input, run)
  } catch (error) {
    run.checks.push(check('check_failed', error instanceof Error ? error.message.slice(0, 200) : undefined))
  }
  return verdictOf(run.checks, run.facts)
}

async function verify(input: unknown, run: Run): Promise<void> {
  const file = readFile(input, run)
  if (!file) return
  takeFacts(file, run.facts)
  const quads = await checkSignature(file, run)
  if (!quads) return
  const proof = file.chain && checkPath(file, quads, run)
  if (file.chain && !proof) return
  run.checks.push(checkDates(file, run.options.now))
  if (!file.chain) {
    const why = 'signed, not anchored yet'
    run.facts.leaf = toHex(leafOf(quads, file.signature, run.options.hash))
    run.checks.push(
      check('not_anchored_yet', why),
      check('issuer_not_established', why),
      check('revocation_not_checked', why),
    )
  }
  if (proof) await checkChain(file, proof, run)
}

// --- intact ---------------------------------------------------------------------------------------------------------

function readFile(input: unknown, run: Run): CredentialFile | undefined {
  try {
    const value = typeof input === 'string' ? parseStrictJson(input, LIMITS) : input
    if (looksLikeCredential(value)) return readCredentialFile(value)
    run.checks.push(check('not_a_credential'))
  } catch (error) {
    if (error instanceof StrictJsonError) run.checks.push(check(error.problem, error.message))
    else if (!(error instanceof Malformed)) throw error
    else
      run.checks.push(
        check(error.message.startsWith('proof') ? 'proof_chain_invalid' : 'malformed_credential', error.message),
      )
  }
  return undefined
}

function takeFacts({ document }: CredentialFile, facts: VerifiedFacts): void {
  facts.issuerId = document.issuer.id
  facts.issuerName = document.issuer.name
  facts.recipientName = document.credentialSubject.name
  facts.title = document.name
  facts.validFrom = document.validFrom
  facts.validUntil = document.validUntil ?? null
}

/** The key's name in the file is the key itself; it must stand under the issuer's DID, and be it where that is a key. */
function signingKey({ document, signature }: CredentialFile): Uint8Array | undefined {
  const [controller, fragment = '', ...more] = signature.verificationMethod.split('#')
  const isIssuer = controller === document.issuer.id && more.length === 0
  if (!isIssuer || (controller.startsWith('did:key:') && controller !== `did:key:${fragment}`)) return undefined
  try {
    return decodeMultikey(fragment)
  } catch {
    return undefined
  }
}

async function checkSignature(file: CredentialFile, run: Run): Promise<Quads | undefined> {
  const { hash, signatures } = run.options
  const key = signingKey(file)
  if (!key) {
    run.checks.push(check('key_not_of_issuer', file.signature.verificationMethod.slice(0, 300)))
    return undefined
  }
  const { proofValue, ...config } = file.signature
  let quads: Quads
  let message: Uint8Array
  let signature: Uint8Array
  try {
    quads = documentQuads(file.document)
    message = signedBytes(config, quads, hash)
    signature = unmultibase(proofValue)
  } catch (error) {
    run.checks.push(check('malformed_credential', (error as Error).message))
    return undefined
  }
  const good = await signatures.verifyEd25519(key, message, signature)
  run.checks.push(check(good ? 'signature_valid' : 'signature_invalid'))
  return good ? quads : undefined
}

/** The second proof must be about this very document and lead to the root it names. */
function checkPath(file: CredentialFile, quads: Quads, run: Run): MerkleProof | undefined {
  const { hash } = run.options
  let proof: MerkleProof
  try {
    proof = decodeMerkleProof(file.chain!.proofValue)
  } catch (error) {
    run.checks.push(check('proof_chain_invalid', (error as Error).message))
    return undefined
  }
  const leaf = leafOf(quads, file.signature, hash)
  const { facts, checks } = run
  facts.leaf = toHex(leaf)
  facts.root = toHex(proof.root)
  facts.chainId = proof.chainId
  facts.network = networkOfChain(proof.chainId)?.name ?? null
  facts.embedded = proof.chainId === EMBEDDED_CHAIN_ID
  facts.transactionHash = `0x${toHex(proof.transactionHash)}`
  if (!isAccountMethod(file, proof.chainId)) checks.push(check('proof_chain_invalid', 'verificationMethod'))
  else if (toHex(proof.leaf) !== facts.leaf) checks.push(check('leaf_mismatch'))
  else if (toHex(rootOfPath(leaf, proof.path, hash)) !== facts.root) checks.push(check('path_mismatch'))
  else {
    checks.push(check('merkle_proof_valid'))
    return proof
  }
  return undefined
}

/** A method of the issuer's own DID; for a did:key, which cannot list accounts, a did:pkh of the proof's chain. */
function isAccountMethod({ document, chain }: CredentialFile, chainId: number): boolean {
  const method = chain!.verificationMethod
  if (!document.issuer.id.startsWith('did:key:')) return method.startsWith(`${document.issuer.id}#`)
  const account = /^did:pkh:(eip155:[^#]*)#blockchainAccountId$/.exec(method)?.[1]
  return account !== undefined && readCaip10(account)?.chainId === chainId
}

// --- valid, by the dates -----------------------------------------------------------------------------------------------

function checkDates({ document }: CredentialFile, now: number): CheckResult {
  const { validFrom, validUntil } = document
  if (now < Date.parse(validFrom)) return check('not_yet_valid', validFrom)
  if (validUntil !== undefined && now >= Date.parse(validUntil)) return check('expired', validUntil)
  return check('within_dates', validUntil)
}

// --- anchored, issuer, valid by the chain --------------------------------------------------------------------------------

/** The registry of this chain under the issuer's signature; undefined when there is none, or more than one. */
function signedRegistry({ document }: CredentialFile, chainId: number): string | undefined {
  const accounts = (document.issuer.otherIdentifier ?? [])
    .filter((entry) => entry.identifierType === 'ext:caip10')
    .map((entry) => readCaip10(entry.identifier))
  const here = accounts.filter((account) => account?.chainId === chainId)
  return here.length === 1 ? here[0]!.address : undefined
}

async function checkChain(file: CredentialFile, proof: MerkleProof, run: Run): Promise<void> {
  const { options, checks, facts } = run
  const notAsked = (result: CheckResult) => {
    checks.push(result, check('issuer_not_established'), check('revocation_not_checked'))
  }
  const registry = signedRegistry(file, proof.chainId)
  if (!registry)
    return notAsked(check('registry_not_signed', `the issuer signed no registry on chain ${proof.chainId}`))
  facts.registry = registry
  const endpoints = [options.rpc?.[proof.chainId] ?? []].flat()
  if (endpoints.length === 0) return notAsked(check('no_rpc', `chain ${proof.chainId}`))
  const { hash, minConfirmations = 1 } = options
  const answer = await askChain(endpoints, { proof, registry, hash, minConfirmations })
  if (answer.kind === 'unavailable') return notAsked(check('rpc_unavailable', answer.detail))
  if (answer.kind === 'other_chain') return notAsked(check('rpc_on_other_chain', answer.detail))
  if (answer.kind === 'disagree') return notAsked(check('endpoints_disagree', answer.detail))
  if (answer.kind !== 'facts') return
  const seen = answer.facts
  checks.push(...checkAnchor(seen, proof, registry, options))
  checks.push(...(await checkOrigin(file, proof, registry, seen, options)))
  checks.push(checkRevocation(seen, facts))
  if (seen.status.anchored > 0) facts.anchoredSince = iso(seen.status.anchored)
}

const iso = (seconds: number) => new Date(Math.min(seconds, 253402300799) * 1000).toISOString()

function checkAnchor(seen: ChainFacts, proof: MerkleProof, registry: string, options: VerifyOptions): CheckResult[] {
  if (seen.codeHash === '') return [check('registry_missing', registry)]
  const known = (options.knownCode ?? RELEASED_CODE).has(seen.codeHash)
  const checks = [check(known ? 'registry_code_known' : 'registry_code_not_known', seen.codeHash)]
  const { anchored } = seen.status
  checks.push(anchored > 0 ? check('root_anchored', iso(anchored)) : check('root_not_anchored'))
  if (anchored > 0 && (options.minConfirmations ?? 1) > 1) {
    checks.push(check(seen.final === null ? 'finality_not_checked' : seen.final ? 'anchor_final' : 'anchor_not_final'))
  }
  checks.push(...checkTransaction(seen, proof, registry))
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
  proof: MerkleProof,
  registry: string,
  seen: ChainFacts,
  options: VerifyOptions,
): Promise<CheckResult[]> {
  const did = document.issuer.id
  const claim = {
    did,
    multikey: signature.verificationMethod.slice(did.length + 1),
    chainId: proof.chainId,
    registry,
    sender: seen.transaction?.from ?? null,
    anchored: seen.status.anchored > 0,
  }
  const link = await checkIssuer(claim, options)
  if (seen.did === null) return [...link, check('issuer_not_established')]
  return [
    check(seen.did === did ? 'registry_names_issuer' : 'registry_names_other_issuer', seen.did.slice(0, 300)),
    ...link,
  ]
}

function checkRevocation({ status }: ChainFacts, facts: VerifiedFacts): CheckResult {
  if (status.revoked > 0) {
    facts.revokedAt = iso(status.revoked)
    facts.revocationReason = status.reason === REASON_SUPERSEDED ? 'superseded' : 'revoked'
    return check(facts.revocationReason, facts.revokedAt)
  }
  // A registry that does not hold the root cannot say that its leaf was never revoked.
  return check(status.anchored > 0 ? 'not_revoked' : 'revocation_not_checked')
}
