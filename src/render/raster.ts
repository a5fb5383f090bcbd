/**
 * Display list → PNG, JPEG or WebP. The page is painted in layers: neighbouring pictures are one, neighbouring ornaments
 * another, texts and QR codes a third. Layers that come again (a background, a frame, a guilloche) are kept; a
 * certificate's own text is drawn each time.
 */
import { createHash } from 'node:crypto'
import type { RenderAsset } from '../domain/ports.ts'
import { ByteCache } from './byte-cache.ts'
import type { Box, DisplayItem, DisplayList, PathStep } from './display-list.ts'
import { pngOf } from './raster-png.ts'
import { emptyBmp, pixelsOf, rasterize, type Pixels } from './resvg.ts'

export type RasterFormat = 'png' | 'jpeg' | 'webp'
/** The SVG of a list; `href` says where a picture is, by its SHA-256. */
export type SvgWriter = (list: DisplayList, href: (sha256: string) => string) => string

/** Some twelve full pages 1200 pixels wide. */
const MAX_LAYERS = 48_000_000
const MAX_SMALL = 24_000_000
/** Texts of layers that were seen once: what comes a second time is kept. */
const MAX_SEEN = 2_000
const SMALL_QUALITY = 92
/** Points: edges are softened. */
const SOFT = 0.5

export interface Layer {
  kind: 'pictures' | 'ornaments' | 'texts'
  items: DisplayItem[]
}

/** Where an item paints; turned ones may paint anywhere. */
function reachOf(item: DisplayItem, page: Box): Box {
  if (item.matrix !== null) return page
  const { x, y, width, height } = item.kind === 'path' ? boundsOf(item.path) : item.box
  // Swashes leave the box of a text, and mitres that of a drawing.
  const margin = SOFT + (item.kind === 'path' ? item.strokeWidth * 2 : item.kind === 'text' ? height : 0)
  return { x: x - margin, y: y - margin, width: width + margin * 2, height: height + margin * 2 }
}

/** A curve stays within its control points. */
function boundsOf(path: PathStep[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [, ...numbers] of path)
    for (let at = 0; at < numbers.length; at += 2) {
      left = Math.min(left, numbers[at]!)
      right = Math.max(right, numbers[at]!)
      top = Math.min(top, numbers[at + 1]!)
      bottom = Math.max(bottom, numbers[at + 1]!)
    }
  return left > right
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top }
}

const meets = (one: Box, other: Box) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height

/** What says something changes with the certificate (QR codes and marks have a text of their own); the rest does not. */
const kindOf = (item: DisplayItem): Layer['kind'] =>
  item.kind === 'image' ? 'pictures' : item.kind === 'path' && item.alt === '' ? 'ornaments' : 'texts'

/** As few layers as the order of painting allows: an item goes down to an earlier layer when nothing on the way is below it. */
export function layersOf({ items, width, height }: DisplayList): Layer[] {
  const page = { x: 0, y: 0, width, height }
  const layers: Array<Layer & { reaches: Box[] }> = []
  for (const item of items) {
    const kind = kindOf(item)
    const reach = reachOf(item, page)
    let target: (typeof layers)[number] | undefined
    for (const layer of layers.toReversed()) {
      if (layer.kind === kind) target = layer
      if (layer.reaches.some((below) => meets(below, reach))) break
    }
    if (target === undefined) layers.push({ kind, items: [item], reaches: [reach] })
    else {
      target.items.push(item)
      target.reaches.push(reach)
    }
  }
  return layers.map(({ kind, items: painted }) => ({ kind, items: painted }))
}

/** Draws pictures of pages; one per worker. */
export class Rasterizer {
  readonly #layers = new ByteCache<Pixels>(MAX_LAYERS, ({ rgba }) => rgba.length)
  readonly #small = new ByteCache<string>(MAX_SMALL, (uri) => uri.length)
  readonly #seen = new Set<string>()

  constructor(readonly toSvg: SvgWriter) {}

  /** Bytes the caches hold. */
  get held(): number {
    return this.#layers.bytes + this.#small.bytes
  }

  /** `width` in pixels; `assets` by SHA-256. */
  async draw(
    list: DisplayList,
    { width, format }: { width: number; format: RasterFormat },
    assets: ReadonlyMap<string, RenderAsset>,
  ): Promise<Uint8Array> {
    const layers = layersOf(list)
    const painted: Pixels[] = []
    for (const layer of layers) painted.push(await this.#layer(list, layer, width, assets))
    const height = painted[0]?.height ?? Math.max(1, Math.round((width * list.height) / list.width))
    const file = blend(painted, { width, height, background: list.background ?? '#ffffff' })
    if (format === 'png') return pngOf(pixelsOf(file), width, height)
    const image = new Bun.Image(file)
    return format === 'jpeg' ? image.jpeg({ quality: 85 }).bytes() : image.webp({ quality: 80 }).bytes()
  }

  async #layer(
    list: DisplayList,
    { kind, items }: Layer,
    width: number,
    assets: ReadonlyMap<string, RenderAsset>,
  ): Promise<Pixels> {
    const alone = { ...list, background: null, items }
    const hrefs = new Map<string, string>()
    for (const item of items)
      if (item.kind === 'image' && !hrefs.has(item.asset))
        hrefs.set(item.asset, await this.#scaled(list, item, width, assets.get(item.asset)))
    // Short stand-ins name the pictures: the key need not hold megabytes.
    const text = this.toSvg(alone, (sha256) => sha256)
    const key = `${width} ${createHash('sha256').update(text).digest('base64')}`
    const known = this.#layers.get(key)
    if (known) return known
    const pixels = await rasterize(
      this.toSvg(alone, (sha256) => hrefs.get(sha256) ?? ''),
      width,
    )
    if (kind === 'pictures' || this.#seen.has(key)) this.#layers.set(key, pixels)
    if (this.#seen.size >= MAX_SEEN) this.#seen.clear()
    this.#seen.add(key)
    return pixels
  }

  /** resvg is slow on large pictures: each is brought to its size on the page before. */
  async #scaled(
    list: DisplayList,
    { place, asset: sha256 }: Extract<DisplayItem, { kind: 'image' }>,
    width: number,
    asset: RenderAsset | undefined,
  ): Promise<string> {
    if (!asset) return ''
    const scale = width / list.width
    const [wide, high] = [place.width, place.height].map((length) => Math.max(1, Math.ceil(length * scale)))
    const key = `${sha256} ${wide} ${high}`
    const known = this.#small.get(key)
    if (known) return known
    const image = new Bun.Image(asset.bytes).resize(wide!, high!)
    const isJpeg = asset.mediaType === 'image/jpeg'
    const bytes = await (isJpeg ? image.jpeg({ quality: SMALL_QUALITY }) : image.png({ compressionLevel: 1 })).bytes()
    const uri = `data:${asset.mediaType};base64,${Buffer.from(bytes).toString('base64')}`
    this.#small.set(key, uri)
    return uri
  }
}

interface Sheet {
  width: number
  height: number
  background: string
}
/** One opaque picture of all layers, as BMP. */
function blend(layers: Pixels[], { width, height, background }: Sheet): Uint8Array {
  const { file, pixels } = emptyBmp(width, height)
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(background.slice(at, at + 2), 16))
  for (let at = 0; at < pixels.length; at += 4) {
    pixels[at] = blue!
    pixels[at + 1] = green!
    pixels[at + 2] = red!
    pixels[at + 3] = 255
  }
  for (const { rgba } of layers) over(pixels, rgba)
  return file
}

/** Premultiplied colours over an opaque ground; the two count red and blue in another order. */
function over(ground: Uint8Array, rgba: Uint8Array): void {
  const end = Math.min(ground.length, rgba.length)
  for (let at = 0; at < end; at += 4) {
    const through = 255 - rgba[at + 3]!
    if (through === 255) continue
    ground[at] = (rgba[at + 2]! + (ground[at]! * through + 127) / 255) | 0
    ground[at + 1] = (rgba[at + 1]! + (ground[at + 1]! * through + 127) / 255) | 0
    ground[at + 2] = (rgba[at]! + (ground[at + 2]! * through + 127) / 255) | 0
  }
}
