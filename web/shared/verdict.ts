/** Shows a verdict: one line, four answers, every single check, the raw proof. Text only ever goes in as text. */
import type { MerkleProof } from '../../src/domain/merkle-proof.ts'
import { decodeMerkleProof } from '../../src/domain/merkle-proof.ts'
import { readCaip10 } from '../../src/domain/did.ts'
import { toHex } from '../../src/domain/ids.ts'
import { networkOfChain } from '../../src/domain/networks.ts'
import type { CheckGroup, CheckOutcome, Verdict } from '../../src/domain/verdict.ts'
import type { PageCheckCode } from './i18n/en.ts'
import type { VerdictWord, VerdictWords } from './i18n/texts.ts'

/** A check of the domain, or one that only the page can make. */
export interface ShownCheck {
  group: CheckGroup
  code: Verdict['checks'][number]['code'] | PageCheckCode
  result: CheckOutcome
  detail?: string
}
export interface ShownVerdict extends Omit<Verdict, 'checks' | 'notes'> {
  checks: ShownCheck[]
  notes: ShownCheck[]
}
/** For the style sheet: what the seal shows. `ended`: authentic, but expired or replaced. */
export type Mood = 'checking' | 'valid' | 'invalid' | 'ended' | 'unknown'
export interface Headline {
  mood: Mood
  word: string
  text: string
}

const GROUPS: CheckGroup[] = ['intact', 'issuer', 'anchored', 'valid']
const NOT_A_FILE = new Set<string>(['not_json', 'not_a_credential', 'too_large', 'too_deep'])

/** The verdict in one line. What failed first decides; a sandbox certificate never reads as valid. */
export function headline(verdict: ShownVerdict, words: VerdictWords, sandbox: boolean): Headline {
  const { facts } = verdict
  const line = (mood: Mood, key: VerdictWord, date: string | null = null): Headline => ({
    mood,
    word: words.say(key),
    text: words.say(`${key}Text` as VerdictWord, { date: words.date(date) }),
  })
  const has = (code: string) => verdict.checks.some((check) => check.code === code)
  if (verdict.checks.some(({ code }) => NOT_A_FILE.has(code))) return line('invalid', 'noCredential')
  if (verdict.intact === 'fail') return line('invalid', 'altered')
  if (verdict.issuer === 'fail') return line('invalid', 'forged')
  if (verdict.anchored === 'fail') return line('invalid', 'unrecorded')
  if (has('revoked')) return line('invalid', 'revoked', facts.revokedAt)
  if (has('superseded')) return line('ended', 'superseded', facts.revokedAt)
  if (has('expired')) return line('ended', 'expired', facts.validUntil)
  if (has('not_yet_valid')) return line('ended', 'notYetValid', facts.validFrom)
  if (sandbox) return line('unknown', 'sandbox')
  if (has('not_anchored_yet')) return line('unknown', 'pending')
  if (verdict.overall !== 'valid') return line('unknown', 'unknown')
  return facts.embedded ? { ...line('valid', 'valid'), word: words.say('validEmbedded') } : line('valid', 'valid')
}

type Child = Node | string | null
function element(tag: string, className: string, ...children: Child[]): HTMLElement {
  const node = document.createElement(tag)
  if (className) node.className = className
  node.append(...children.filter((child) => child !== null))
  return node
}

const MARKS: Record<CheckOutcome | 'ended', string> = {
  pass: 'M3 9.5l4 4L15 4.5',
  fail: 'M4 4l10 10M14 4L4 14',
  unknown: 'M3 9h.01M9 9h.01M15 9h.01',
  ended: 'M3.5 9h11',
}
const MARK_OF_MOOD: Record<Mood, keyof typeof MARKS> = {
  valid: 'pass',
  invalid: 'fail',
  ended: 'ended',
  unknown: 'unknown',
  checking: 'unknown',
}
const SVG = 'http://www.w3.org/2000/svg'
/** Drawn beside words that say the same, so hidden from screen readers. */
function mark(result: keyof typeof MARKS): Element {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('class', `mark is-${result}`)
  svg.setAttribute('viewBox', '0 0 18 18')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS(SVG, 'path')
  path.setAttribute('d', MARKS[result])
  svg.append(path)
  return svg
}

/** The line for #verdict-line; with `target`, a link to where it is explained. */
export function headlineNodes(line: Headline, words: VerdictWords, target?: string): Node[] {
  const link = target ? element('a', '', words.say('seeHow')) : null
  link?.setAttribute('href', target!)
  const nodes = [
    mark(MARK_OF_MOOD[line.mood]),
    element('span', 'word', line.word),
    document.createTextNode(` ${line.text} `),
  ]
  return link ? [...nodes, link] : nodes
}

function whyNotValid({ checks, facts }: ShownVerdict, words: VerdictWords): string {
  const has = (code: string) => checks.some((check) => check.code === code)
  if (has('revoked')) return words.say('validRevoked', { date: words.date(facts.revokedAt) })
  if (has('revoked_by_issuer')) return words.say('validRevokedHere')
  if (has('superseded')) return words.say('validSuperseded', { date: words.date(facts.revokedAt) })
  if (has('expired')) return words.say('validExpired', { date: words.date(facts.validUntil) })
  return words.say('notYetValidText', { date: words.date(facts.validFrom) })
}

function groupText(group: CheckGroup, verdict: ShownVerdict, words: VerdictWords): string {
  const { facts } = verdict
  const result = verdict[group]
  const title = (id: number | null) => networkOfChain(id ?? 0)?.title ?? words.say('chainNumber', { chain: String(id) })
  const place = facts.anchoredIn === null ? undefined : readCaip10(facts.anchoredIn)
  const values = {
    issuer: facts.issuerName ?? words.say('someIssuer'),
    network: title(place?.chainId ?? facts.chainId),
    origin: title(facts.chainId),
    date: words.date(facts.anchoredSince),
    first: words.date(facts.firstAnchored),
  }
  const ending = { pass: 'Pass', fail: 'Fail', unknown: 'Unknown' }[result]
  const pending = verdict.checks.some(({ code }) => code === 'not_anchored_yet')
  if (group === 'anchored' && result === 'pass' && facts.embedded) return words.say('anchoredEmbedded', values)
  if (group === 'anchored' && result === 'pass' && facts.firstAnchored) return words.say('anchoredElsewhere', values)
  if (group === 'valid' && result === 'fail') return whyNotValid(verdict, words)
  if (group === 'anchored' && result === 'unknown' && pending) return words.say('anchoredPending')
  return words.say(`${group}${ending}` as VerdictWord, values)
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/
function checkItem(check: ShownCheck, words: VerdictWords): HTMLElement {
  const state = words.say(check.result === 'unknown' ? 'unknown_' : check.result)
  const detail = check.detail && MOMENT.test(check.detail) ? words.date(check.detail) : (check.detail ?? '')
  const text = element('span', '', words.checks[check.code])
  // The mark says it to the eye; these words say it to everyone else.
  if (check.result !== 'pass') text.append(element('span', 'detail', state))
  if (detail) text.append(element('span', 'detail', element('code', '', detail)))
  return element('li', `is-${check.result}`, mark(check.result), text)
}

/** Found out on the way, and deciding nothing: no mark of its own. */
function noteItem(note: ShownCheck, words: VerdictWords): HTMLElement {
  const text = element('span', '', words.checks[note.code], element('span', 'detail', words.say('note')))
  if (note.detail) text.append(element('span', 'detail', element('code', '', note.detail)))
  return element('li', 'is-note', mark('ended'), text)
}

function groupItem(group: CheckGroup, verdict: ShownVerdict, words: VerdictWords): HTMLElement {
  const result = verdict[group]
  const name = words.say(group === 'valid' ? 'valid_' : group)
  const state = words.say(result === 'unknown' ? 'unknown_' : result)
  const title = element('span', '', element('span', 'group-name', name), element('span', 'group-result', ` – ${state}`))
  title.append(element('span', 'group-text', groupText(group, verdict, words)))
  const checks = verdict.checks.filter((check) => check.group === group)
  const details = element('details', `is-${result}`, element('summary', '', mark(result), title))
  details.dataset.group = group
  details.dataset.result = result
  const notes = verdict.notes.filter((note) => note.group === group)
  const items = [...checks.map((check) => checkItem(check, words)), ...notes.map((note) => noteItem(note, words))]
  details.append(element('ul', 'checks', ...items))
  return element('li', '', details)
}

type Proofs = { verificationMethod?: unknown; proofValue?: unknown }[]
/** What stands in the file, for those who want to check by hand. */
function rawValues(verdict: ShownVerdict, text: string, words: VerdictWords): [VerdictWord, string][] {
  const { facts } = verdict
  let proofs: Proofs = []
  let proof: MerkleProof | undefined
  try {
    const file = JSON.parse(text) as { proof?: unknown }
    if (Array.isArray(file.proof)) proofs = file.proof as Proofs
    if (proofs[1]) proof = decodeMerkleProof(String(proofs[1].proofValue))
  } catch {
    // A file that cannot be read has no values to show.
  }
  const path = proof?.path.map((step) =>
    'left' in step ? `${words.say('left')} ${toHex(step.left)}` : `${words.say('right')} ${toHex(step.right)}`,
  )
  const values: [VerdictWord, unknown][] = [
    ['rawIssuer', facts.issuerId],
    ['rawKey', proofs[0]?.verificationMethod],
    ['rawSignature', proofs[0]?.proofValue],
    ['rawLeaf', facts.leaf],
    ['rawPath', path?.join('\n')],
    ['rawRoot', facts.root],
    ['rawTransaction', facts.transactionHash],
    ['rawRegistry', facts.registry],
    ['rawOther', facts.firstAnchored === null ? null : facts.anchoredIn],
    ['rawChain', facts.chainId === null ? null : String(facts.chainId)],
  ]
  return values.filter((entry): entry is [VerdictWord, string] => typeof entry[1] === 'string' && entry[1] !== '')
}

/** Fills `place` with the four answers and all that lies behind them. `text` is the file that was verified. */
export function showVerdict(place: Element, verdict: ShownVerdict, text: string, words: VerdictWords): void {
  const list = element('ul', 'groups', ...GROUPS.map((group) => groupItem(group, verdict, words)))
  const values = rawValues(verdict, text, words)
  const facts = values.map(([key, value]) =>
    element('div', '', element('dt', '', words.say(key)), element('dd', '', element('code', '', value))),
  )
  const raw = element('details', 'raw', element('summary', '', words.say('raw')), element('dl', 'technical', ...facts))
  place.replaceChildren(list, ...(values.length ? [raw] : []))
}

/** Replaces the live line and tells the style sheet. */
export function announce(line: Element, head: Headline, words: VerdictWords, target?: string): void {
  document.body.dataset.verdict = head.mood
  line.replaceChildren(...headlineNodes(head, words, target))
}
