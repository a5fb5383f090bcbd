/** What is wrong with the design as it is filled in now. Each entry leads to the element it is about. */
import type { DesignProblem } from '../../src/domain/designs.ts'
import { fill, h, icon, mark } from './dom.ts'
import type { Editor } from './editor.ts'
import { boundsOf, overlap } from './geometry.ts'
import { fieldsWanted, labelOf, placeholdersOf } from './model.ts'

export interface Finding {
  element: string | undefined
  text: string
  /** Publishing would be refused, or certificates would. */
  serious: boolean
}

const VERIFIES = new Set(['verification_url', 'certificate.id'])

/** The server's findings and what can be seen without it. */
export function findingsOf(editor: Editor, problems: DesignProblem[]): Finding[] {
  const { design, fields } = editor
  const findings: Finding[] = problems.map((problem) => {
    const element = editor.find(problem.element)
    const name = element ? labelOf(element) : problem.element
    const letters = (problem.letters ?? []).map((letter) => `“${letter}”`).join(' ')
    const text =
      problem.kind === 'missing_letters'
        ? `${name}: no font has the letters ${letters}`
        : `${name}: the text does not fit, even at its smallest size`
    return { element: problem.element, text, serious: true }
  })
  const page = { left: 0, top: 0, right: design.page.width, bottom: design.page.height }
  for (const element of design.elements) {
    if (element.hidden) continue
    if (!overlap(boundsOf({ ...element, height: element.height + 0.01, width: element.width + 0.01 }), page))
      findings.push({ element: element.id, text: `${labelOf(element)}: lies outside the page`, serious: false })
  }
  for (const name of fieldsWanted(design, fields)) {
    const at = design.elements.find((element) => placeholdersOf(element).includes(name))
    findings.push({ element: at?.id, text: `{{${name}}} is no field of this template`, serious: true })
  }
  const leads = design.elements.some(
    (element) =>
      !element.hidden &&
      (element.kind === 'qr' && !element.data ? true : placeholdersOf(element).some((name) => VERIFIES.has(name))),
  )
  if (!leads)
    findings.push({
      element: undefined,
      text: 'Nothing leads to the page that verifies it. Add a QR code, or a text with {{verification_url}}.',
      serious: true,
    })
  return findings
}

export class Problems {
  private readonly count = h('span', { class: 'count' })
  private readonly list = h('ul', { class: 'problem-list' })
  /** Changes rarely, and is read out when it does. */
  private readonly live = h('p', { class: 'problem-state', role: 'status', 'aria-live': 'polite' })
  readonly element = h(
    'section',
    { class: 'panel problems-panel', 'aria-labelledby': 'problems-title' },
    h('header', { class: 'panel-head' }, h('h2', { id: 'problems-title' }, 'Problems'), this.count),
    this.live,
    this.list,
  )
  private shown = ''
  findings: Finding[] = []

  constructor(
    private readonly editor: Editor,
    private readonly go: (id: string) => void,
  ) {
    this.set([])
  }

  set(findings: Finding[]) {
    this.findings = findings
    const key = JSON.stringify(findings)
    if (key === this.shown) return
    this.shown = key
    this.count.textContent = findings.length ? String(findings.length) : ''
    mark(this.element, 'data-count', String(findings.length))
    const [first] = findings
    this.live.textContent =
      first === undefined
        ? 'Everything fits with this sample.'
        : findings.length === 1
          ? '1 problem'
          : `${findings.length} problems`
    fill(
      this.list,
      findings.map(({ element, text }) =>
        h(
          'li',
          {},
          element
            ? h(
                'button',
                { type: 'button', class: 'problem', on: { click: () => this.choose(element) } },
                icon('warning'),
                h('span', {}, text),
              )
            : h('p', { class: 'problem' }, icon('warning'), h('span', {}, text)),
        ),
      ),
    )
  }
  private choose(id: string) {
    this.editor.select([id])
    this.go(id)
  }
}
