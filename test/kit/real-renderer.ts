/** The real renderer without its worker: fonts, layout and writers as they are in the program. */
import { RenderService } from '../../src/render/service.ts'
import { assetIdsOf } from '../../src/render/assets-of.ts'
import type {
  FontFace,
  InspectedFont,
  NormalizedImage,
  PdfFacts,
  RenderAsset,
  RenderJob,
  Renderer,
} from '../../src/domain/ports.ts'
import type { DesignProblem } from '../../src/domain/designs.ts'
import type { PlainJob, RenderTask } from '../../src/render/worker-messages.ts'

export class RealRenderer implements Renderer {
  private readonly service = new RenderService()
  /** Elements of each question that was only a check. */
  readonly checked: string[][] = []

  check(job: RenderJob) {
    this.checked.push(job.design.elements.map(({ id }) => id))
    return this.draw<DesignProblem[]>(job, (plain) => ({ kind: 'check', job: plain }))
  }
  svg(job: RenderJob, href?: Record<string, string>) {
    return this.draw<{ svg: string; problems: DesignProblem[] }>(job, (plain) => ({
      kind: 'svg',
      job: plain,
      href: href ?? null,
    }))
  }
  raster(job: RenderJob, options: { width: number; format: 'png' | 'jpeg' | 'webp' }) {
    return this.draw<Uint8Array>(job, (plain) => ({ kind: 'raster', job: plain, ...options }))
  }
  pdf(job: RenderJob, facts: PdfFacts) {
    return this.draw<Uint8Array>(job, (plain) => ({ kind: 'pdf', job: plain, facts }))
  }
  fonts() {
    return this.service.perform({ kind: 'fonts' }) as Promise<FontFace[]>
  }
  inspectFont(bytes: Uint8Array) {
    return this.service.perform({ kind: 'inspect-font', bytes }) as Promise<InspectedFont>
  }
  normalizeImage(bytes: Uint8Array, maxPixels: number) {
    return this.service.perform({ kind: 'normalize-image', bytes, maxPixels }) as Promise<NormalizedImage>
  }
  credentialOf(pdf: Uint8Array) {
    return this.service.perform({ kind: 'credential-of', pdf }) as Promise<Uint8Array | null>
  }

  private async draw<Result>({ asset, ...job }: RenderJob, make: (plain: PlainJob) => RenderTask): Promise<Result> {
    const assets: RenderAsset[] = []
    const names: PlainJob['assets'] = []
    for (const id of assetIdsOf(job.design)) {
      const found = await asset(id)
      if (!found) continue
      assets.push(found)
      names.push({ id, sha256: found.sha256 })
    }
    const task = make({ ...job, assets: names })
    this.service.take(assets, task)
    return (await this.service.perform(task)) as Result
  }
}
