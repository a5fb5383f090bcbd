/** All that is drawn, in one place: faces, writers and their caches. One per worker. */
import type { DesignProblem } from '../domain/designs.ts'
import { RenderRefused, type RenderAsset } from '../domain/ports.ts'
import { ByteCache } from './byte-cache.ts'
import type { DisplayList } from './display-list.ts'
import { FONT_FACES } from './fonts-catalogue.ts'
import { FaceLibrary } from './fonts-library.ts'
import { normalizeImage } from './images.ts'
import { inspectFont } from './inspect-font.ts'
import { layOut } from './layout.ts'
import { placeAssets } from './layout-assets.ts'
import { PdfWriter } from './pdf.ts'
import { credentialOf } from './pdf-read.ts'
import { Rasterizer } from './raster.ts'
import { toSvg } from './svg.ts'
import type { PlainJob, RenderTask } from './worker-messages.ts'

/** Pictures and fonts of designs. */
const MAX_ASSETS = 128_000_000
const MIN_WIDTH = 16
const MAX_WIDTH = 4_096

interface Laid {
  list: DisplayList
  /** By SHA-256. */
  assets: Map<string, RenderAsset>
}

export class RenderService {
  readonly #assets = new ByteCache<RenderAsset>(MAX_ASSETS, ({ bytes }) => bytes.length)
  readonly #library = new FaceLibrary()
  readonly #pdf = new PdfWriter()
  readonly #raster = new Rasterizer((list, image) => toSvg(list, { title: '', language: 'en', image }))

  /** Keeps what was sent along; names what the task needs and is not here. */
  take(sent: RenderAsset[], task: RenderTask): string[] {
    for (const asset of sent) this.#assets.set(asset.sha256, asset)
    if (!('job' in task)) return []
    return task.job.assets.map(({ sha256 }) => sha256).filter((sha256) => !this.#assets.has(sha256))
  }

  perform(task: RenderTask): Promise<unknown> {
    switch (task.kind) {
      case 'check':
        return this.#lay(task.job).then(({ list }) => list.problems)
      case 'svg':
        return this.#svg(task.job, task.href)
      case 'raster':
        return this.#picture(task)
      case 'pdf':
        return this.#lay(task.job).then(({ list, assets }) => this.#pdf.write(list, task.facts, assets))
      case 'fonts':
        return Promise.resolve(FONT_FACES)
      case 'inspect-font':
        return inspectFont(task.bytes)
      case 'normalize-image':
        return normalizeImage(task.bytes, task.maxPixels)
      case 'credential-of':
        return credentialOf(task.pdf)
    }
  }

  async #lay(job: PlainJob): Promise<Laid> {
    const byId = new Map(job.assets.map(({ id, sha256 }) => [id, this.#assets.get(sha256)]))
    const placed = await placeAssets(job.design, async (id) => byId.get(id), this.#library)
    const { language, mark } = job
    const list = layOut(job.design, job.values, { language, mark, library: this.#library, assets: placed })
    const held = [...byId.values()].filter((asset) => asset !== undefined)
    return { list, assets: new Map(held.map((asset) => [asset.sha256, asset])) }
  }

  /** For screens: without what a printer cuts off. */
  #trimmed({ design, ...job }: PlainJob): Promise<Laid> {
    return this.#lay({ ...job, design: { ...design, page: { ...design.page, bleed: 0 } } })
  }

  /** The whole sheet: a designer has to see what reaches over the edge. Who shows it to readers leaves the bleed out. */
  async #svg(job: PlainJob, href: Record<string, string> | null): Promise<{ svg: string; problems: DesignProblem[] }> {
    const { list, assets } = await this.#lay(job)
    const links = new Map(job.assets.map(({ id, sha256 }) => [sha256, href?.[id]]))
    const image = (sha256: string) => links.get(sha256) ?? dataUri(assets.get(sha256))
    const title = [job.values['template.name'], job.values['recipient.name']].filter(Boolean).join(' – ')
    return { svg: toSvg(list, { title, language: job.language, image }), problems: list.problems }
  }

  async #picture({ job, width, format }: Extract<RenderTask, { kind: 'raster' }>): Promise<Uint8Array> {
    if (!Number.isInteger(width) || width < MIN_WIDTH || width > MAX_WIDTH)
      throw new RenderRefused(`a picture is ${MIN_WIDTH} to ${MAX_WIDTH} pixels wide, not ${width}`)
    const { list, assets } = await this.#trimmed(job)
    return this.#raster.draw(list, { width, format }, assets)
  }
}

function dataUri(asset: RenderAsset | undefined): string | null {
  return asset ? `data:${asset.mediaType};base64,${Buffer.from(asset.bytes).toString('base64')}` : null
}
