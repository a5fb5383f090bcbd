import { readCaip10 } from '../domain/did.ts'
import { networkOfChain } from '../domain/networks.ts'
import type { CheckCode, CheckGroup, CheckOutcome, Verdict } from '../domain/verdict.ts'

const TITLES: Record<CheckGroup, string> = {
  intact: 'intact',
  issuer: 'issued by',
  anchored: 'anchored',
  valid: 'still valid',
}
const WORDS: Record<CheckOutcome, string> = { pass: 'pass', fail: 'FAIL', unknown: 'could not check now' }
const OVERALL = { valid: 'VALID', invalid: 'NOT VALID', unknown: 'COULD NOT BE CHECKED' }

/** What a check means for somebody who reads it in a terminal. Codes without a line are shown by their name. */
const SENTENCES: Partial<Record<CheckCode, string>> = {
  not_json: 'this is not JSON',
  not_a_credential: 'this is not a credential',
  malformed_credential: 'the credential does not have the form it must have',
  duplicate_member: 'the file names a member twice',
  proof_chain_invalid: 'the proofs do not have the form they must have',
  key_not_of_issuer: 'it is signed with a key that is not the issuer’s',
  signature_valid: 'the signature fits the content',
  signature_invalid: 'the content was changed after it was signed',
  leaf_mismatch: 'the chain’s proof is that of another document',
  path_mismatch: 'the chain’s proof was changed',
  merkle_proof_valid: 'the Merkle path leads to the anchored root',
  not_anchored_yet: 'it is signed, but not on a chain yet',
  registry_not_signed: 'the proof names a chain or registry that the issuer did not sign',
  no_rpc: 'no node of this chain is known: name one with --rpc URL',
  rpc_unavailable: 'no node answered',
  rpc_on_other_chain: 'the node is on another chain',
  endpoints_disagree: 'the nodes contradict one another',
  registry_missing: 'there is no registry at the address the issuer signed',
  registry_code_known: 'the registry runs released code',
  registry_code_not_known: 'the registry’s code is not known to this version',
  root_anchored: 'the registry holds the root',
  root_anchored_elsewhere: 'another registry of the issuer’s signed list holds the root',
  root_not_anchored: 'the registry does not hold the root',
  anchor_final: 'the anchor is final',
  anchor_not_final: 'the anchor is not deep enough yet',
  transaction_confirmed: 'the transaction carried the root and succeeded',
  transaction_not_served: 'the node no longer serves the transaction; the registry’s state is enough',
  transaction_other_content: 'the transaction carried something else',
  transaction_elsewhere: 'the transaction went to another contract',
  transaction_reverted: 'the transaction was reverted',
  roots_unreadable: 'a list of roots does not have the form it must have',
  roots_not_of_issuer: 'a list of roots is not signed by this issuer, and was put aside',
  roots_without_root: 'a list of roots does not name this root',
  registry_names_issuer: 'the registry names this issuer',
  registry_names_other_issuer: 'the registry belongs to another issuer',
  registry_of_issuer: 'the registry is known as this issuer’s',
  registry_not_of_issuer: 'the registry is not one of this issuer’s',
  key_of_issuer: 'the signing key is known as this issuer’s',
  roots_name_registry: 'the registry is in the list that this issuer’s key signed',
  did_lists_key: 'the issuer’s domain lists the signing key',
  did_does_not_list_key: 'the issuer’s domain does not list the signing key',
  did_lists_account: 'the issuer’s domain lists the anchoring account',
  did_does_not_list_account: 'the issuer’s domain does not list the anchoring account',
  did_unreachable: 'the issuer’s domain could not be asked',
  issuer_not_known: 'this issuer is not known here: if you know it, add --trust with its DID',
  issuer_not_established: 'who issued it cannot be said without the chain',
  within_dates: 'it is within its dates',
  not_yet_valid: 'it is not valid yet',
  expired: 'it has expired',
  not_revoked: 'it is not revoked',
  revoked: 'it was revoked',
  superseded: 'it is authentic, but was replaced by a newer version',
  revocation_not_checked: 'whether it was revoked could not be asked',
}

export function verdictLines({
  source,
  verdict,
  problem,
  fromPdf,
}: {
  source: string
  verdict: Verdict | null
  problem: string | null
  /** The credential was attached to a PDF. */
  fromPdf: boolean
}): string[] {
  if (!verdict) return [`${source}: ${OVERALL.unknown}`, `  ${safe(problem ?? '')}`, '']
  const { facts } = verdict
  const what = [facts.title, facts.recipientName, facts.issuerName].filter((part) => part !== null).map(safe)
  const lines = [`${source}: ${OVERALL[verdict.overall]}${why(verdict)}`]
  if (what.length) lines.push(`  ${what.join(' · ')}`)
  for (const group of ['intact', 'issuer', 'anchored', 'valid'] as const) {
    lines.push(`  ${TITLES[group].padEnd(12)}${WORDS[verdict[group]]}${extra(group, verdict)}`)
    for (const check of verdict.checks.filter(
      (one) => one.group === group && (one.result !== 'pass' || verdict[group] === 'pass'),
    )) {
      const detail = check.detail && check.result !== 'pass' ? ` (${safe(check.detail)})` : ''
      lines.push(
        `    ${check.result === 'pass' ? '+' : check.result === 'fail' ? 'x' : '?'} ${SENTENCES[check.code] ?? check.code.replaceAll('_', ' ')}${detail}`,
      )
    }
    for (const note of verdict.notes.filter((one) => one.group === group))
      lines.push(
        `    - note: ${SENTENCES[note.code] ?? note.code.replaceAll('_', ' ')}${note.detail ? ` (${safe(note.detail)})` : ''}`,
      )
  }
  if (facts.embedded)
    lines.push(
      '  Note: it is recorded on the issuer’s own embedded chain, which proves nothing beyond the issuer’s word.',
    )
  if (fromPdf)
    lines.push(
      '  Note: this is about the credential attached to the PDF. Does the page say the same as the line above?',
    )
  return [...lines, '']
}

/** Where nothing is wrong but that it ended, the first line says so. */
function why({ intact, issuer, anchored, checks, facts }: Verdict): string {
  if ([intact, issuer, anchored].some((answer) => answer !== 'pass')) return ''
  const has = (code: CheckCode) => checks.some((one) => one.code === code)
  const day = (moment: string | null) => safe(moment ?? '').slice(0, 10)
  if (has('revoked')) return `: authentic, revoked on ${day(facts.revokedAt)}`
  if (has('superseded')) return `: authentic, replaced on ${day(facts.revokedAt)}`
  if (has('expired')) return `: authentic, expired on ${day(facts.validUntil)}`
  return ''
}

function since({ anchoredSince, anchoredIn, firstAnchored, chainId }: Verdict['facts']): string {
  const place = anchoredIn === null ? undefined : readCaip10(anchoredIn)
  const name = (id: number | null) => networkOfChain(id ?? 0)?.name ?? `chain ${id}`
  const now = anchoredSince === null ? '' : `, since ${anchoredSince} on ${name(place?.chainId ?? chainId)}`
  return firstAnchored === null ? now : `${now}, first ${firstAnchored} on ${name(chainId)} by the issuer’s word`
}

function extra(group: CheckGroup, { facts }: Verdict): string {
  if (group === 'issuer' && facts.issuerId) return `, ${safe(facts.issuerId)}`
  if (group === 'anchored') return since(facts)
  if (group === 'valid' && facts.revokedAt) return `, ${facts.revocationReason} ${facts.revokedAt}`
  if (group === 'valid' && facts.validUntil) return `, until ${facts.validUntil}`
  return ''
}

/** A file may be hostile: nothing in it may steer the terminal. */
const safe = (text: string) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?').slice(0, 300)
