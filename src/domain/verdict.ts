/** What a verification says: single checks, four answers, one overall. "Could not ask" is `unknown`, never `fail`. */

export type CheckGroup = 'intact' | 'issuer' | 'anchored' | 'valid'
export type CheckOutcome = 'pass' | 'fail' | 'unknown'

/** Every code a check can have, with its group and the outcomes it comes with: the list that pages translate. */
export const CHECK_CODES = {
  not_json: ['intact', 'fail'],
  too_large: ['intact', 'fail'],
  too_deep: ['intact', 'fail'],
  duplicate_member: ['intact', 'fail'],
  not_a_credential: ['intact', 'fail'],
  malformed_credential: ['intact', 'fail'],
  proof_chain_invalid: ['intact', 'fail'],
  key_not_of_issuer: ['intact', 'fail'],
  signature_valid: ['intact', 'pass'],
  signature_invalid: ['intact', 'fail'],
  leaf_mismatch: ['intact', 'fail'],
  path_mismatch: ['intact', 'fail'],
  merkle_proof_valid: ['intact', 'pass'],
  check_failed: ['intact', 'unknown'],

  not_anchored_yet: ['anchored', 'unknown'],
  registry_not_signed: ['anchored', 'fail'],
  no_rpc: ['anchored', 'unknown'],
  rpc_unavailable: ['anchored', 'unknown'],
  rpc_on_other_chain: ['anchored', 'unknown'],
  endpoints_disagree: ['anchored', 'unknown'],
  registry_missing: ['anchored', 'fail'],
  registry_code_known: ['anchored', 'pass'],
  registry_code_not_known: ['anchored', 'unknown'],
  root_anchored: ['anchored', 'pass'],
  /** In a registry that the issuer's signed list names beside the one in the file. */
  root_anchored_elsewhere: ['anchored', 'pass'],
  root_not_anchored: ['anchored', 'fail'],
  anchor_final: ['anchored', 'pass'],
  anchor_not_final: ['anchored', 'unknown'],
  finality_not_checked: ['anchored', 'unknown'],
  transaction_confirmed: ['anchored', 'pass'],
  /** The registry's state is enough: nodes forget old transactions. */
  transaction_not_served: ['anchored', 'pass'],
  transaction_other_content: ['anchored', 'fail'],
  transaction_elsewhere: ['anchored', 'fail'],
  transaction_reverted: ['anchored', 'fail'],
  /** These three are only ever notes: a list of roots that does not help does not harm either. */
  roots_unreadable: ['anchored', 'unknown'],
  roots_not_of_issuer: ['anchored', 'unknown'],
  roots_without_root: ['anchored', 'unknown'],

  registry_names_issuer: ['issuer', 'pass'],
  registry_names_other_issuer: ['issuer', 'fail'],
  registry_of_issuer: ['issuer', 'pass'],
  registry_not_of_issuer: ['issuer', 'fail'],
  key_of_issuer: ['issuer', 'pass'],
  roots_name_registry: ['issuer', 'pass'],
  did_lists_key: ['issuer', 'pass'],
  did_does_not_list_key: ['issuer', 'fail'],
  did_lists_account: ['issuer', 'pass'],
  did_does_not_list_account: ['issuer', 'fail'],
  did_unreachable: ['issuer', 'unknown'],
  issuer_not_known: ['issuer', 'unknown'],
  issuer_not_established: ['issuer', 'unknown'],

  within_dates: ['valid', 'pass'],
  not_yet_valid: ['valid', 'fail'],
  expired: ['valid', 'fail'],
  not_revoked: ['valid', 'pass'],
  revoked: ['valid', 'fail'],
  /** Authentic, but replaced by a newer version. */
  superseded: ['valid', 'fail'],
  revocation_not_checked: ['valid', 'unknown'],
} as const satisfies Record<string, readonly [CheckGroup, CheckOutcome]>
export type CheckCode = keyof typeof CHECK_CODES

export interface CheckResult {
  group: CheckGroup
  code: CheckCode
  result: CheckOutcome
  detail?: string
}

/** What the file says and what the chain says about it; null where it is not known. Moments are ISO texts. */
export interface VerifiedFacts {
  issuerId: string | null
  issuerName: string | null
  recipientName: string | null
  title: string | null
  validFrom: string | null
  validUntil: string | null
  chainId: number | null
  /** Name of a built-in network. */
  network: string | null
  /** Address of the registry under the issuer's signature, lower case. */
  registry: string | null
  root: string | null
  leaf: string | null
  transactionHash: string | null
  /** By the clock of the chain that was asked. */
  anchoredSince: string | null
  /** CAIP-10 id of the registry that `anchoredSince` comes from. */
  anchoredIn: string | null
  /** In the registry the file names, by the issuer's signed list; null where that registry itself was asked. */
  firstAnchored: string | null
  revokedAt: string | null
  revocationReason: 'revoked' | 'superseded' | null
  /** The record that counts is on an issuer's own chain: no public evidence. */
  embedded: boolean
}

export interface Verdict {
  intact: CheckOutcome
  issuer: CheckOutcome
  anchored: CheckOutcome
  valid: CheckOutcome
  overall: 'valid' | 'invalid' | 'unknown'
  checks: CheckResult[]
  /** What was also found out and decides nothing, e.g. that a dead chain does not answer while another holds the root. */
  notes: CheckResult[]
  facts: VerifiedFacts
}

export const noFacts = (): VerifiedFacts => ({
  issuerId: null,
  issuerName: null,
  recipientName: null,
  title: null,
  validFrom: null,
  validUntil: null,
  chainId: null,
  network: null,
  registry: null,
  root: null,
  leaf: null,
  transactionHash: null,
  anchoredSince: null,
  anchoredIn: null,
  firstAnchored: null,
  revokedAt: null,
  revocationReason: null,
  embedded: false,
})

export function check(code: CheckCode, detail?: string): CheckResult {
  const [group, result] = CHECK_CODES[code]
  return detail === undefined ? { group, code, result } : { group, code, result, detail }
}

/** A group fails when one check failed, and is unknown when one is or when nothing was checked. */
function outcomeOf(checks: CheckResult[]): CheckOutcome {
  if (checks.some(({ result }) => result === 'fail')) return 'fail'
  return checks.length === 0 || checks.some(({ result }) => result === 'unknown') ? 'unknown' : 'pass'
}

/** Invalid when any check failed; valid only when all four answers are `pass`. */
export function verdictOf(checks: CheckResult[], facts: VerifiedFacts, notes: CheckResult[] = []): Verdict {
  const of = (group: CheckGroup) => outcomeOf(checks.filter((one) => one.group === group))
  const groups = { intact: of('intact'), issuer: of('issuer'), anchored: of('anchored'), valid: of('valid') }
  const outcomes = Object.values(groups)
  const overall = outcomes.includes('fail') ? 'invalid' : outcomes.includes('unknown') ? 'unknown' : 'valid'
  return { ...groups, overall, checks, notes, facts }
}
