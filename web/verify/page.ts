/** /verify at work: a dropped or chosen file is verified here, a typed number or link is opened. */
import { verdictWords } from '../shared/i18n/texts.ts'
import { readNodes } from '../shared/nodes.ts'
import { announce, headline, showVerdict, type ShownVerdict } from '../shared/verdict.ts'
import { credentialInPdf } from '../shared/pdf-credential.ts'
import { verifyHere } from '../shared/verify-here.ts'
import { codeReader, codesIn, watchCamera } from './codes.ts'
import { foreignCredential, type ForeignFacts } from './foreign.ts'
import { certificateLink } from './link.ts'

const words = verdictWords(document.documentElement.lang)
const find = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind
const LARGEST = 1_000_000
const LARGEST_PDF = 40_000_000
const LARGEST_PICTURE = 30_000_000
const reader = codeReader()

/** The visitor's own nodes. The field takes https alone, as the page's policy does. */
const namedNodes = (): string[] => find<HTMLInputElement>('rpc').value.split(/\s+/).filter(Boolean)

function say(problem: string) {
  const section = find('check')
  section.hidden = false
  document.body.dataset.verdict = 'invalid'
  find('verdict-line').textContent = problem
  find('verdict').replaceChildren()
}

/** What the file is about; only from a file whose signature fits. */
function about(verdict: ShownVerdict): Node[] {
  const { intact, facts } = verdict
  if (intact !== 'pass' || !facts.title) return []
  const text = words.say('fileAwarded', { recipient: facts.recipientName ?? '', issuer: facts.issuerName ?? '' })
  const lines = [
    ['who', facts.title],
    ['', text],
  ] as const
  return lines.map(([className, content]) => {
    const paragraph = document.createElement('p')
    paragraph.className = `about ${className}`.trim()
    paragraph.textContent = content
    return paragraph
  })
}

/** A credential of another program: what it says, and what was not checked. */
function tell(facts: ForeignFacts) {
  const section = find('check')
  section.hidden = false
  announce(find('verdict-line'), { mood: 'unknown', word: words.say('foreign'), text: words.say('foreignText') }, words)
  const list = document.createElement('dl')
  list.className = 'technical'
  const rows: [string, string | null][] = [
    [words.say('foreignTitle'), facts.title],
    [words.say('foreignRecipient'), facts.recipient],
    [words.say('foreignIssuer'), facts.issuer],
    [words.say('foreignFrom'), facts.from && words.date(facts.from)],
    [words.say('foreignUntil'), facts.until && words.date(facts.until)],
  ]
  for (const [label, value] of rows) {
    if (!value) continue
    const [row, name, content] = [element('div'), element('dt', label), element('dd', value)]
    row.append(name, content)
    list.append(row)
  }
  find('verdict').replaceChildren(list, element('p', words.say('foreignUnchecked')))
  section.focus()
}

function element(tag: string, text = ''): HTMLElement {
  const node = document.createElement(tag)
  node.textContent = text
  return node
}

/** What a file holds as text; undefined after saying why it holds nothing that can be checked. */
async function textOf(file: File): Promise<string | undefined> {
  const head = new TextDecoder('latin1').decode(await file.slice(0, 1024).arrayBuffer())
  if (head.includes('%PDF-')) {
    if (file.size > LARGEST_PDF) return void say(words.say('fileTooLarge'))
    const content = await credentialInPdf(new Uint8Array(await file.arrayBuffer()))
    if ('file' in content) return content.file
    return void say(words.say(content.problem === 'locked' ? 'fileLocked' : 'filePdf'))
  }
  if (file.size > LARGEST) return void say(words.say('fileTooLarge'))
  return file.text()
}

const PICTURE = /^(\u0089PNG|\u00ff\u00d8\u00ff|RIFF....WEBP|GIF8)/s

async function isPicture(file: File): Promise<boolean> {
  const head = [...new Uint8Array(await file.slice(0, 12).arrayBuffer())]
  return PICTURE.test(String.fromCharCode(...head))
}

/** A photo or a screenshot: its code leads to the certificate, or names another site. */
async function readPicture(file: File) {
  const codes = await reader
  if (!codes) return say(words.say('codeUnsupported'))
  if (file.size > LARGEST_PICTURE) return say(words.say('fileTooLarge'))
  const found = await codesIn(codes, file).catch(() => [])
  if (!found.some(open)) say(words.say('codeNone'))
}

/** Goes to the certificate a text names, or shows the link; false when it names none. */
function open(text: string): boolean {
  const target = certificateLink(text, location.host)
  if (!target) return false
  const problem = find('id-problem')
  problem.textContent = ''
  if (target.host === null) location.assign(target.address)
  else {
    const link = document.createElement('a')
    link.href = target.address
    link.rel = 'noopener'
    link.textContent = target.address
    problem.append(words.say('otherSite', { host: target.host }), ' ', link)
    link.focus()
  }
  return true
}

async function verify(file: File) {
  if (!find<HTMLInputElement>('rpc').reportValidity()) return
  let text: string | undefined
  try {
    if (await isPicture(file)) return await readPicture(file)
    text = await textOf(file)
  } catch {
    return say(words.say('fileUnreadable'))
  }
  if (text === undefined) return
  const foreign = foreignCredential(text)
  if (foreign) return tell(foreign)
  const section = find('check')
  const line = find('verdict-line')
  const place = find('verdict')
  section.hidden = false
  place.replaceChildren()
  announce(line, { mood: 'checking', word: words.say('checking'), text: '' }, words)
  const { verdict, sandbox } = await verifyHere(text, readNodes(section.dataset.rpc), namedNodes(), true)
  announce(line, headline(verdict, words, sandbox), words)
  showVerdict(place, verdict, text, words)
  place.prepend(...about(verdict))
  section.focus()
}

function takeFiles() {
  const drop = find('drop')
  const input = find<HTMLInputElement>('file')
  drop.hidden = false
  find('node').hidden = false
  for (const element of document.querySelectorAll('.unchecked')) element.remove()
  input.addEventListener('change', () => {
    const [file] = input.files ?? []
    if (file) void verify(file)
    input.value = '' // so that the same file can be chosen again
  })
  // Anywhere on the page: a file that misses the box would otherwise replace the page.
  document.addEventListener('dragover', (event) => {
    event.preventDefault()
    drop.classList.add('over')
  })
  document.addEventListener('dragleave', () => drop.classList.remove('over'))
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    drop.classList.remove('over')
    const [file] = event.dataTransfer?.files ?? []
    if (file) void verify(file)
  })
}

function takeLinks() {
  find<HTMLFormElement>('open').addEventListener('submit', (event) => {
    event.preventDefault()
    if (!open(find<HTMLInputElement>('id').value)) find('id-problem').textContent = words.say('idProblem')
  })
}

/** Offered only where the browser has a camera and reads codes by itself. */
async function takeCamera() {
  const codes = await reader
  if (!codes || !('mediaDevices' in navigator)) return
  const button = find<HTMLButtonElement>('camera-button')
  const start = button.textContent
  let stop: (() => void) | undefined
  const end = () => {
    stop?.()
    stop = undefined
    button.textContent = start
  }
  find('camera').hidden = false
  button.addEventListener('click', () => {
    if (stop) return end()
    button.textContent = button.dataset.stop ?? start
    const taken = (text: string) => {
      const found = open(text)
      if (found) end()
      return found
    }
    watchCamera(codes, find<HTMLVideoElement>('camera-view'), taken).then(
      (stopping) => (stop = stopping),
      () => {
        end()
        say(words.say('cameraRefused'))
      },
    )
  })
}

takeFiles()
takeLinks()
void takeCamera()
