/** The elements of verify.html, drawn anew in each language. Text only ever goes in as text. */
import type { SavedFrom } from './saved-from.ts'
import { SAVED_LANGUAGES, savedTexts, type SavedWord, type SavedWords } from './saved-texts.ts'

export interface Fields {
  drop: HTMLElement
  file: HTMLInputElement
  paste: HTMLTextAreaElement
  nodes: HTMLTextAreaElement
  roots: HTMLInputElement
  trust: HTMLTextAreaElement
  language: HTMLSelectElement
  check: HTMLElement
  line: HTMLElement
  verdict: HTMLElement
}

type Child = Node | string | null
export function element<Name extends keyof HTMLElementTagNameMap>(
  tag: Name,
  className: string,
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(tag)
  if (className) node.className = className
  node.append(...children.filter((child) => child !== null))
  return node
}

/** A label, its field and the hint that describes it. */
export function field<Field extends HTMLElement>(id: string, label: string, input: Field, hint: string): Node[] {
  input.id = id
  input.setAttribute('aria-describedby', `${id}-hint`)
  const caption = element('label', '', label)
  caption.htmlFor = id
  const help = element('p', 'hint', hint)
  help.id = `${id}-hint`
  return [caption, input, help]
}

function area(rows: number): HTMLTextAreaElement {
  const input = element('textarea', '')
  Object.assign(input, { rows, spellcheck: false, autocomplete: 'off' })
  return input
}
function chooser(accept: string, multiple: boolean): HTMLInputElement {
  const input = element('input', '')
  Object.assign(input, { type: 'file', accept, multiple })
  return input
}
const JSON_FILES = '.json,.pdf,application/json,application/vc+json,application/ld+json,application/pdf'

function dropBox(words: SavedWords, file: HTMLInputElement): HTMLElement {
  const [, , hint] = field('file', '', file, words.say('fileHint'))
  const label = element(
    'label',
    '',
    element('span', 'drop-title', words.say('drop')),
    ' ',
    element('span', 'drop-choose', words.say('choose')),
  )
  label.htmlFor = 'file'
  const box = element('div', 'drop', label, file, hint!)
  box.id = 'drop'
  return box
}

function section(title: string, open: boolean, ...children: Child[]): HTMLElement {
  const details = element('details', 'node', element('summary', '', title), ...children)
  details.open = open
  return details
}

/** Whom the file vouches for by itself. */
function issuerList(words: SavedWords, from: SavedFrom | null): HTMLElement | null {
  const issuers = (from?.issuers ?? []).filter(({ sandbox }) => !sandbox)
  if (!from || issuers.length === 0) return null
  const list = issuers.map(({ name, did }) =>
    element('li', '', name ? element('span', '', name) : null, ' ', element('code', '', did)),
  )
  return element(
    'div',
    'vouched',
    element('p', '', words.say('vouches', { host: from.host })),
    element('ul', '', ...list),
  )
}

function languageField(words: SavedWords): HTMLSelectElement {
  const select = element('select', '')
  for (const tag of SAVED_LANGUAGES) {
    const option = element('option', '', savedTexts[tag]!.texts.languageName)
    Object.assign(option, { value: tag, lang: tag, selected: tag === words.language })
    select.append(option)
  }
  select.id = 'language'
  return select
}

function footer(words: SavedWords, from: SavedFrom | null, language: HTMLSelectElement): Node[] {
  const text = from
    ? words.say('savedFrom', { host: from.host, date: words.date(from.saved) })
    : words.say('savedNowhere')
  const label = element('label', '', `${words.say('language')} `)
  label.htmlFor = language.id
  const save = element('a', '', words.say('save'))
  Object.assign(save, { href: location.href.split('#')[0], download: 'verify.html' })
  const served = location.protocol === 'http:' || location.protocol === 'https:'
  return [
    element('p', '', text),
    ...(served ? [element('p', '', save)] : []),
    element('p', 'language-choice', label, language),
  ]
}

/** Replaces what the sheet and the foot of the page hold. */
export function layOut(words: SavedWords, from: SavedFrom | null): Fields {
  const say = (key: SavedWord) => words.say(key)
  const [file, roots] = [chooser(JSON_FILES, false), chooser('.json,application/json', true)]
  const [paste, nodes, trust] = [area(4), area(3), area(2)]
  const language = languageField(words)
  const line = element('h2', '')
  line.id = 'verdict-line'
  line.setAttribute('role', 'status')
  const verdict = element('div', '')
  verdict.id = 'verdict'
  const check = element('section', 'check-here', line, verdict)
  Object.assign(check, { id: 'check', tabIndex: -1, hidden: true })
  const drop = dropBox(words, file)
  document
    .getElementById('sheet')!
    .replaceChildren(
      element('h1', '', say('title')),
      element('p', 'description', say('intro')),
      drop,
      section(say('pasteTitle'), false, ...field('paste', say('pasteLabel'), paste, say('pasteHint'))),
      check,
      section(say('nodesTitle'), true, ...field('nodes', say('nodesLabel'), nodes, say('nodesHint'))),
      section(
        say('trustTitle'),
        false,
        issuerList(words, from),
        ...field('trust', say('trustLabel'), trust, say('trustHint')),
      ),
      section(say('rootsTitle'), false, ...field('roots', say('rootsLabel'), roots, say('rootsHint'))),
    )
  document.getElementById('foot')!.replaceChildren(...footer(words, from, language))
  return { drop, file, paste, nodes, roots, trust, language, check, line, verdict }
}
