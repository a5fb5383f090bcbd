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
import { leafOf, signedBytes } from './proof.ts'
import { parseStrictJson, StrictJsonError } from './strict-json.ts'
import { check, noFacts, verdictOf, type CheckResult, type Verdict, type VerifiedFacts } from './verdict.ts'
import type { Run, VerifyOptions } from './verify-options.ts'
import { checkPlaces } from './verify-places.ts'
import { looksLikeCredential, Malformed, readCredentialFile, type CredentialFile } from './verify-shape.ts'

export type { VerifyOptions } from './verify-options.ts'

const LIMITS = { maxLength: 1_000_000, maxDepth: 16 }

/** Verifies a credential given as text, or as JSON already parsed by a parser that refuses doubled members. */
export async function verifyCredential(input: unknown, options: VerifyOptions): Promise<Verdict> {
  const run: Run = { options, checks: [], notes: [], facts: noFacts() }
  try {
    await verify(input, run)
  } catch (error) {
    run.checks.push(check('check_failed', error instanceof Error ? error.message.slice(0, 200) : undefined))
  }
  return verdictOf(run.checks, run.facts, run.notes)
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
  if (proof) await checkPlaces(file, proof, run)
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
