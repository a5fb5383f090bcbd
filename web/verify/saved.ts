/**
 * verify.html: the checker as one file that works from a disk. It asks the addresses that stand in its own fields and the
 * site it was saved from, and nobody else: a file that is dropped here cannot make it call anybody.
 */
import { didWebUrl } from '../../src/domain/did.ts'
import { EMBEDDED_CHAIN_ID } from '../../src/domain/networks.ts'
import type { Ask } from '../../src/domain/verify-chain.ts'
import type { KnownIssuer } from '../../src/domain/verify-issuer.ts'
import { trustTyped } from '../../src/domain/verify-trust.ts'
import { verdictWords } from '../shared/i18n/texts.ts'
import { waysNamed, type Ways } from '../shared/nodes.ts'
import { credentialInPdf } from '../shared/pdf-credential.ts'
import { readJson } from '../shared/rpc.ts'
import { announce, headline, showVerdict, type ShownVerdict } from '../shared/verdict.ts'
import { fetchRoots, peek, verifyInBrowser, type SiteIssuer } from '../shared/verify-here.ts'
import { savedWords, SAVED_LANGUAGES, type SavedWords } from './saved-texts.ts'
import { readSavedFrom, type SavedFrom } from './saved-from.ts'
import { element, layOut, type Fields } from './saved-layout.ts'

const LARGEST = 1_000_000
const LARGEST_PDF = 40_000_000
const NOTHING = new ArrayBuffer(0)
const from: SavedFrom | null = readSavedFrom(document.getElementById('saved-from')?.textContent)
/** The file looked at last, to be checked again when the language changes or an address is named. */
let current: string | null = null
/** Number of the newest check: one that was overtaken shows nothing. */
let newest = 0
let words: SavedWords
let fields: Fields

const lines = (text: string) => text.split(/[\s,]+/).filter(Boolean)

/** The site's issuers as they were on that day; it may have opened registries since, and a did:key is its own key. */
const vouched = (): SiteIssuer[] =>
  (from?.issuers ?? []).map((issuer) => ({
    ...issuer,
    more: true,
    ...(issuer.did.startsWith('did:key:') ? { keys: [issuer.did.slice('did:key:'.length)] } : {}),
  }))

/** All embedded chains have one number: the site's own says nothing about a stranger's file. */
async function ways(text: string, isOfSite: boolean): Promise<Ways> {
  const named = lines(fields.nodes.value)
  const own = from?.nodes[EMBEDDED_CHAIN_ID] ?? []
  return waysNamed(isOfSite ? named : named.filter((address) => !own.includes(address)), peek(text).chainId)
}

/** Domains that may be asked for their keys: the site's own, and those of a did:web that the visitor wrote down. */
function mayAsk(did: string): boolean {
  const address = didWebUrl(did)
  const typed = lines(fields.trust.value).some((one) => one.split('#')[0] === did)
  return address !== undefined && (typed || (from !== null && new URL(address).origin === from.origin))
}

async function verify(text: string): Promise<void> {
  current = text
  const mine = ++newest
  const { issuer } = peek(text)
  const typed = lines(fields.trust.value)
  const unclear = typed.find((one) => trustTyped(one, null) === undefined)
  if (unclear !== undefined) return problem(words.say('trustUnclear', { typed: unclear }))
  const known: KnownIssuer[] = [...vouched(), ...typed.flatMap((one) => trustTyped(one, issuer ?? null) ?? [])]
  const ofSite = from?.issuers.find(({ did }) => did === issuer)
  announce(fields.line, { mood: 'checking', word: verdicts().say('checking'), text: '' }, verdicts())
  fields.check.hidden = false
  const verdict = await verifyInBrowser(text, {
    rpc: await ways(text, ofSite !== undefined),
    knownIssuers: known,
    resolveDid: async (did) => {
      const address = mayAsk(did) ? didWebUrl(did) : undefined
      return address && readJson(address)
    },
    roots: await Promise.all([...(fields.roots.files ?? [])].map((file) => file.text())),
    findRoots: async (_issuer, root) => (ofSite && from ? fetchRoots(from.origin, root) : undefined),
  })
  if (mine !== newest) return
  show(verdict, text, ofSite?.sandbox === true)
}

const verdicts = () => {
  const texts = verdictWords(words.language)
  return { ...texts, checks: { ...texts.checks, ...words.checks } }
}

function show(verdict: ShownVerdict, text: string, sandbox: boolean) {
  const texts = verdicts()
  announce(fields.line, headline(verdict, texts, sandbox), texts)
  showVerdict(fields.verdict, verdict, text, texts)
  const { intact, facts } = verdict
  if (intact === 'pass' && facts.title) {
    const awarded = { recipient: facts.recipientName ?? '', issuer: facts.issuerName ?? '' }
    const about = element('p', 'about', texts.say('fileAwarded', awarded))
    fields.verdict.prepend(element('p', 'about who', facts.title), about)
  }
}

function problem(text: string) {
  newest++
  fields.check.hidden = false
  document.body.dataset.verdict = 'invalid'
  fields.line.textContent = text
  fields.verdict.replaceChildren()
}

async function take(file: File | undefined) {
  if (!file) return
  const texts = verdicts()
  const bytes = file.size > LARGEST_PDF ? undefined : new Uint8Array(await file.arrayBuffer().catch(() => NOTHING))
  if (bytes === undefined) return problem(texts.say('fileTooLarge'))
  if (bytes.length === 0) return problem(texts.say('fileUnreadable'))
  const isPdf = new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-')
  if (!isPdf && bytes.length > LARGEST) return problem(texts.say('fileTooLarge'))
  const content = isPdf ? await credentialInPdf(bytes) : { file: new TextDecoder().decode(bytes) }
  if ('problem' in content) return problem(texts.say(content.problem === 'locked' ? 'fileLocked' : 'filePdf'))
  await verify(content.file)
  // Only now: whoever is typing stays where they are.
  fields.check.focus()
}

function listen() {
  const { file, paste, drop } = fields
  file.addEventListener('change', () => {
    void take(file.files?.[0])
    file.value = '' // so that the same file can be chosen again
  })
  paste.addEventListener('input', () => {
    if (paste.value.trim()) void verify(paste.value)
  })
  for (const input of [fields.nodes, fields.trust, fields.roots])
    input.addEventListener('change', () => void (current !== null && verify(current)))
  fields.language.addEventListener('change', () => start(fields.language.value))
  drop.addEventListener('dragleave', () => drop.classList.remove('over'))
}

/** Anywhere on the page: a file that misses the box would otherwise replace the page. */
function catchFiles() {
  document.addEventListener('dragover', (event) => {
    event.preventDefault()
    fields.drop.classList.add('over')
  })
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    fields.drop.classList.remove('over')
    void take(event.dataTransfer?.files[0])
  })
}

/** Draws everything in this language; what was typed stays. */
function start(language: string) {
  const before = fields as Fields | undefined
  words = savedWords(language)
  document.documentElement.lang = words.language
  document.title = words.say('title')
  fields = layOut(words, from)
  if (before) for (const name of ['nodes', 'trust', 'paste'] as const) fields[name].value = before[name].value
  else
    fields.nodes.value = Object.values(from?.nodes ?? {})
      .flat()
      .join('\n')
  if (before) fields.roots.replaceWith(((before.roots.id = fields.roots.id), before.roots))
  if (before) fields.roots = before.roots
  listen()
  if (current !== null) void verify(current)
}

start(
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => SAVED_LANGUAGES.includes(tag)) ?? 'en',
)
catchFiles()
