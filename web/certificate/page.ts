/** The certificate page at work: verifies the file this page is about, counts the visit, copies, shares, prints. */
import { noFacts } from '../../src/domain/verdict.ts'
import { verdictWords } from '../shared/i18n/texts.ts'
import { readNodes } from '../shared/nodes.ts'
import { readText } from '../shared/rpc.ts'
import {
  announce,
  headline,
  showVerdict,
  type Headline,
  type ShownCheck,
  type ShownVerdict,
} from '../shared/verdict.ts'
import { verifyHere, type Checked } from '../shared/verify-here.ts'

const words = verdictWords(document.documentElement.lang)
const find = (id: string) => document.getElementById(id)

/** No cookie and nothing about the visitor: what happened, and the host they came from. */
function count(kind: 'view' | 'verified' | 'shared', channel?: 'copy' | 'share') {
  const address = find('check')?.dataset.visits
  if (!address) return
  let referrer = ''
  if (URL.canParse(document.referrer)) {
    const { host } = new URL(document.referrer)
    if (host !== location.host) referrer = host
  }
  const said = JSON.stringify({ kind, referrer, ...(channel ? { channel } : {}) })
  navigator.sendBeacon(address, new Blob([said], { type: 'application/json' }))
}

/** Files of this site are asked for at this host, also when the page was reached by another name. */
const here = (address: string) => new URL(address, location.href).pathname

const shownText = (name: string) =>
  document.querySelector(`[data-shown="${name}"]`)?.textContent?.replace(/\s+/g, ' ').trim()
const sameText = (shown: string | undefined, signed: string | null) => shown === signed?.replace(/\s+/g, ' ').trim()

/** The page could show a name and hand out a file with another one. Only what was signed counts. */
function compareWithPage({ verdict }: Checked): ShownVerdict {
  if (verdict.intact !== 'pass') return verdict
  const { facts } = verdict
  const same =
    sameText(shownText('recipient'), facts.recipientName) &&
    sameText(shownText('title'), facts.title) &&
    sameText(shownText('issuer'), facts.issuerName)
  if (same)
    return { ...verdict, checks: [...verdict.checks, { group: 'intact', code: 'page_matches_file', result: 'pass' }] }
  const check = { group: 'intact', code: 'page_differs_from_file', result: 'fail' } as const
  return { ...verdict, intact: 'fail', overall: 'invalid', checks: [...verdict.checks, check] }
}

/** The issuer's own word against itself counts at once: the entry on the chain takes its time. */
function withIssuersWord(verdict: ShownVerdict): ShownVerdict {
  const revoked = document.body.dataset.standing === 'revoked'
  if (!revoked || verdict.intact !== 'pass' || verdict.checks.some(({ code }) => code === 'revoked')) return verdict
  const word: ShownCheck = { group: 'valid', code: 'revoked_by_issuer', result: 'fail' }
  const silent: ShownCheck = { group: 'valid', code: 'not_revoked_yet', result: 'unknown' }
  const asked = verdict.checks.some(({ code }) => code === 'not_revoked')
  const checks = [...verdict.checks.filter(({ code }) => code !== 'not_revoked'), word]
  const notes = asked ? [...verdict.notes, silent] : verdict.notes
  return { ...verdict, valid: 'fail', overall: 'invalid', checks, notes }
}

/** Nothing could be asked: four times unknown. */
function nothingChecked(error: unknown): ShownVerdict {
  const detail = error instanceof Error ? error.message : ''
  const check = { group: 'intact', code: 'file_unavailable', result: 'unknown', detail } as const
  const unknown = { intact: 'unknown', issuer: 'unknown', anchored: 'unknown', valid: 'unknown' } as const
  return { ...unknown, overall: 'unknown', checks: [check], notes: [], facts: noFacts() }
}

/** The issuer's own word against itself counts at once, also while the chain does not hold it yet. */
function lineFor(verdict: ShownVerdict, sandbox: boolean): Headline {
  const line = headline(verdict, words, sandbox)
  const revokedHere = document.body.dataset.standing === 'revoked' && line.mood !== 'invalid'
  return revokedHere ? { mood: 'invalid', word: words.say('revoked'), text: words.say('revokedHere') } : line
}

async function verify(section: HTMLElement, line: Element, place: Element) {
  announce(line, { mood: 'checking', word: words.say('checking'), text: '' }, words)
  let text = ''
  let verdict: ShownVerdict
  try {
    text = await readText(here(section.dataset.json!), 'application/vc+json')
    verdict = withIssuersWord(compareWithPage(await verifyHere(text, readNodes(section.dataset.rpc), [], false)))
  } catch (error) {
    verdict = nothingChecked(error)
  }
  announce(line, lineFor(verdict, section.dataset.sandbox === 'true'), words, '#check')
  showVerdict(place, verdict, text, words)
  if (verdict.overall !== 'unknown') count('verified')
}

function offer(id: string, available: boolean, action: (button: HTMLElement) => Promise<void> | void) {
  const button = find(id)
  if (!button || !available) return
  button.hidden = false
  button.addEventListener('click', () => void Promise.resolve(action(button)).catch(() => undefined))
}

/** Each beside what it copies. */
function offerCopies() {
  if (!('clipboard' in navigator)) return
  for (const button of document.querySelectorAll<HTMLElement>('[data-copies]')) {
    button.hidden = false
    button.addEventListener('click', () => {
      const told = () => (find('said')!.textContent = find('copy')?.dataset.done ?? '')
      navigator.clipboard.writeText(button.dataset.copies ?? '').then(told, () => undefined)
    })
  }
}

/** A picture that does not come leaves no hole: its text stands below it. */
function hideBrokenPicture() {
  const image = document.querySelector<HTMLImageElement>('.picture img')
  const figure = image?.closest<HTMLElement>('.picture')
  if (!image || !figure) return
  const hide = () => void (figure.hidden = true)
  image.addEventListener('error', hide)
  // It may have failed before this script came.
  if (image.complete) image.decode().catch(hide)
}

function start() {
  hideBrokenPicture()
  offerCopies()
  const section = find('check')
  const line = find('verdict-line')
  const place = find('verdict')
  const address = find('address')?.textContent ?? location.href
  offer('copy', 'clipboard' in navigator, async (button) => {
    await navigator.clipboard.writeText(address)
    find('said')!.textContent = button.dataset.copied ?? ''
    count('shared', 'copy')
  })
  offer('share', 'share' in navigator, async () => {
    await navigator.share({ title: document.title, url: address })
    count('shared', 'share')
  })
  offer('print', true, () => window.print())
  if (!section || !line || !place) return
  for (const element of document.querySelectorAll('.unchecked')) element.remove()
  const visit = () => {
    count('view')
    void verify(section, line, place)
  }
  // A page that a browser renders ahead was not looked at yet.
  const prerendering = 'prerendering' in document && document.prerendering === true
  if (prerendering) document.addEventListener('prerenderingchange', visit, { once: true })
  else visit()
}

start()
