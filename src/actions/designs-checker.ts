/**
 * Asks the renderer whether texts can be printed: many rows in one question. The renderer answers one question after
 * the other, and each costs a turn of the event loop on both sides; rows that come while one is asked go together
 * with the next. What was found to be fine is remembered.
 */
import { renamed } from '../domain/designs-fill.ts'
import type { Design, DesignProblem, QrElement, TextElement } from '../domain/designs.ts'
import { type RenderJob, RenderRefused, type Renderer } from '../domain/ports.ts'

/** A part of a design that depends on the row. */
export interface Part {
  element: TextElement | QrElement
  placeholders: string[]
}
export interface Question {
  design: Design
  language: string
  parts: Part[]
  values: Record<string, string>
  asset: RenderJob['asset']
  /** Questions of different partitions see different assets. */
  partition: string
}
interface Asked extends Question {
  resolve: (problems: DesignProblem[]) => void
  reject: (error: unknown) => void
}

/** Rows in one question: some milliseconds of work, so that a preview in between does not wait long. */
const MAX_ROWS = 200
const MAX_FINE = 20_000

export class DesignChecker {
  private readonly waiting: Asked[] = []
  private readonly fine = new WeakMap<Design, Set<string>>()
  private asking = false

  constructor(private readonly renderer: Pick<Renderer, 'check'>) {}

  /** Problems of these parts with these values; the renderer's own errors pass through. */
  problems(question: Question): Promise<DesignProblem[]> {
    const fine = this.fineOf(question.design)
    const parts = question.parts.filter((part) => !fine.has(nameOf(part, question)))
    if (parts.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...question, parts, resolve, reject })
      if (!this.asking) void this.work()
    })
  }

  private fineOf(design: Design): Set<string> {
    const known = this.fine.get(design) ?? new Set<string>()
    this.fine.set(design, known)
    return known
  }

  private async work(): Promise<void> {
    this.asking = true
    // What is asked in this same turn joins.
    await Promise.resolve()
    while (this.waiting.length > 0) await this.ask(this.takeAlike())
    this.asking = false
  }

  /** The longest waiting one, and those that can be asked with it. */
  private takeAlike(): Asked[] {
    const [first] = this.waiting
    const alike: Asked[] = []
    const others: Asked[] = []
    for (const each of this.waiting.splice(0)) {
      const same =
        each.design === first!.design && each.language === first!.language && each.partition === first!.partition
      if (same && alike.length < MAX_ROWS) alike.push(each)
      else others.push(each)
    }
    this.waiting.push(...others)
    return alike
  }

  private async ask(rows: Asked[]): Promise<void> {
    try {
      const found = await this.renderer.check(jobOf(rows))
      rows.forEach((row, index) => this.answer(row, index, found))
    } catch (error) {
      if (!(error instanceof RenderRefused) || rows.length === 1) return rows.forEach(({ reject }) => reject(error))
      // One of them cannot be laid out at all: which one, each has to say for itself.
      for (const row of rows) await this.ask([row])
    }
  }

  private answer(row: Asked, index: number, found: DesignProblem[]): void {
    const start = `${index}/`
    const own = found
      .filter(({ element }) => element.startsWith(start))
      .map((problem) => ({ ...problem, element: problem.element.slice(start.length) }))
    const wrong = new Set(own.map(({ element }) => element))
    const fine = this.fineOf(row.design)
    for (const part of row.parts) {
      if (wrong.has(part.element.id)) continue
      if (fine.size >= MAX_FINE) fine.clear()
      fine.add(nameOf(part, row))
    }
    row.resolve(own)
  }
}

const nameOf = ({ element, placeholders }: Part, { values, language }: Question) =>
  JSON.stringify([element.id, language, ...placeholders.map((name) => values[name] ?? '')])

/** All rows as one design: each element once per row, its placeholders and its id with the row's number before them. */
function jobOf(rows: Asked[]): RenderJob {
  const [{ design, language, asset }] = rows as [Asked]
  const values: Record<string, string> = {}
  const elements = rows.flatMap((row, index) =>
    row.parts.map(({ element, placeholders }) => {
      for (const name of placeholders) values[`r${index}.${name}`] = row.values[name] ?? ''
      const id = `${index}/${element.id}`
      return element.kind === 'qr'
        ? { ...element, id, data: numbered(element.data ?? '{{verification_url}}', index) }
        : { ...element, id, text: numbered(element.text, index) }
    }),
  )
  return { design: { page: design.page, elements }, values, language, mark: null, asset }
}

const numbered = (text: string, index: number) => renamed(text, (name) => `r${index}.${name}`)
