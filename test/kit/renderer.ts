/** Renderers for tests: one that draws nothing, and the real one without a worker. */
import type { DesignProblem } from '../../src/domain/designs.ts'
import { FONT_FACES } from '../../src/render/fonts-catalogue.ts'
import type { PdfFacts, RenderJob, Renderer } from '../../src/domain/ports.ts'
import { assetIdsOf } from '../../src/render/assets-of.ts'
import { RenderService } from '../../src/render/service.ts'
import type { PlainJob, RenderTask } from '../../src/render/worker-messages.ts'

const encoder = new TextEncoder()

/** Draws nothing: what was asked of it can be read off, and it fails as a test says. */
export class FakeRenderer implements Renderer {
  /** What every job is said to be wrong with. */
  problems: DesignProblem[] = []
  failure: Error | undefined
  readonly asked: Array<{ kind: 'check' | 'svg' | 'raster' | 'pdf'; job: RenderJob }> = []

  async check(job: RenderJob) {
    return this.#ask('check', job)
  }
  async svg(job: RenderJob) {
    const problems = this.#ask('svg', job)
    const texts = Object.values(job.values).map((text) => text.replace(/[<&]/g, ''))
    return { svg: `<svg xmlns="http://www.w3.org/2000/svg"><title>${texts.join(' ')}</title></svg>`, problems }
  }
  async raster(job: RenderJob, { width, format }: { width: number; format: string }) {
    this.#ask('raster', job)
    return encoder.encode(`${format} ${width}`)
  }
  async pdf(job: RenderJob, { title }: PdfFacts) {
    this.#ask('pdf', job)
    return encoder.encode(`%PDF-1.7 ${title}`)
  }
  async fonts() {
    return [...FONT_FACES]
  }
  async inspectFont() {
    return { family: 'Test', style: 'Regular', glyphs: 1, embeddable: true }
  }
  async normalizeImage(bytes: Uint8Array) {
    return { bytes, mediaType: 'image/png' as const, width: 1, height: 1 }
  }
  async credentialOf() {
    return null
  }

  #ask(kind: FakeRenderer['asked'][number]['kind'], job: RenderJob): DesignProblem[] {
    if (this.failure) throw this.failure
    this.asked.push({ kind, job })
    return this.problems
  }
}

/** The real one, in this process: for tests of what is drawn. Tests of the worker take RenderClient. */
export class LocalRenderer implements Renderer {
  readonly service = new RenderService()

  check(job: RenderJob) {
    return this.#draw(job, (plain) => ({ kind: 'check', job: plain })) as Promise<DesignProblem[]>
  }
  svg(job: RenderJob, href?: Record<string, string>) {
    const task = (plain: PlainJob) => ({ kind: 'svg' as const, job: plain, href: href ?? null })
    return this.#draw(job, task) as ReturnType<Renderer['svg']>
  }
  raster(job: RenderJob, options: { width: number; format: 'png' | 'jpeg' | 'webp' }) {
    return this.#draw(job, (plain) => ({ kind: 'raster', job: plain, ...options })) as Promise<Uint8Array>
  }
  pdf(job: RenderJob, facts: PdfFacts) {
    return this.#draw(job, (plain) => ({ kind: 'pdf', job: plain, facts })) as Promise<Uint8Array>
  }
  fonts() {
    return this.service.perform({ kind: 'fonts' }) as ReturnType<Renderer['fonts']>
  }
  inspectFont(bytes: Uint8Array) {
    return this.service.perform({ kind: 'inspect-font', bytes }) as ReturnType<Renderer['inspectFont']>
  }
  normalizeImage(bytes: Uint8Array, maxPixels: number) {
    const task = { kind: 'normalize-image' as const, bytes, maxPixels }
    return this.service.perform(task) as ReturnType<Renderer['normalizeImage']>
  }
  credentialOf(pdf: Uint8Array) {
    return this.service.perform({ kind: 'credential-of', pdf }) as ReturnType<Renderer['credentialOf']>
  }

  async #draw({ asset, ...job }: RenderJob, make: (plain: PlainJob) => RenderTask): Promise<unknown> {
    const found = await Promise.all(assetIdsOf(job.design).map(async (id) => ({ id, file: await asset(id) })))
    const assets = found.flatMap(({ id, file }) => (file ? [{ id, sha256: file.sha256 }] : []))
    const task = make({ ...job, assets })
    this.service.take(
      found.flatMap(({ file }) => (file ? [file] : [])),
      task,
    )
    return this.service.perform(task)
  }
}
