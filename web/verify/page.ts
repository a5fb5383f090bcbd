/** /verify at work: a dropped or chosen file is verified here, a typed number or link is opened. */
import { verdictWords } from '../shared/i18n/texts.ts'
import { readNodes } from '../shared/nodes.ts'
import { announce, headline, showVerdict, type ShownVerdict } from '../shared/verdict.ts'
import { verifyHere } from '../shared/verify-here.ts'
import { certificateLink } from './link.ts'

const words = verdictWords(document.documentElement.lang)
const find = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind
const LARGEST = 1_000_000

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

async function verify(file: File) {
  if (!find<HTMLInputElement>('rpc').reportValidity()) return
  if (file.size > LARGEST) return say(words.say('fileTooLarge'))
  let text: string
  try {
    text = await file.text()
  } catch {
    return say(words.say('fileUnreadable'))
  }
  if (text.startsWith('%PDF')) return say(words.say('filePdf'))
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
  const problem = find('id-problem')
  find<HTMLFormElement>('open').addEventListener('submit', (event) => {
    event.preventDefault()
    const target = certificateLink(find<HTMLInputElement>('id').value, location.host)
    problem.textContent = ''
    if (!target) problem.textContent = words.say('idProblem')
    else if (target.host === null) location.assign(target.address)
    else {
      const link = document.createElement('a')
      link.href = target.address
      link.rel = 'noopener'
      link.textContent = target.address
      problem.append(words.say('otherSite', { host: target.host }), ' ', link)
    }
  })
}

takeFiles()
takeLinks()
