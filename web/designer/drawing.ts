/** The server's SVG as part of the page: nothing in it may act, and pictures are kept so that they are decoded once. */
import { api } from './api.ts'

const SVG = 'http://www.w3.org/2000/svg'
const XLINK = 'http://www.w3.org/1999/xlink'
const ALLOWED = new Set(
  'svg g defs title desc path rect ellipse circle line polygon polyline image use clipPath mask pattern linearGradient radialGradient stop text tspan symbol'.split(
    ' ',
  ),
)
/** Shorter than this, a picture is not worth an address of its own. */
const SMALL = 4_000
const KEPT = 400

const addresses = new Map<string, string>()
const loading = new Map<string, Promise<string | undefined>>()

function keep(key: string, blob: Blob): string {
  const address = URL.createObjectURL(blob)
  addresses.set(key, address)
  if (addresses.size > KEPT) {
    const [oldest] = addresses
    addresses.delete(oldest![0])
    URL.revokeObjectURL(oldest![1])
  }
  return address
}

function blobOf(dataUri: string): Blob | undefined {
  const found = /^data:(image\/(?:png|jpeg|webp|gif));base64,/.exec(dataUri)
  if (!found) return undefined
  const text = atob(dataUri.slice(found[0].length))
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  return new Blob([bytes], { type: found[1]! })
}

/** An address for the content of an asset; undefined when it cannot be had. */
export function assetAddress(id: string): Promise<string | undefined> {
  const known = addresses.get(id)
  if (known) return Promise.resolve(known)
  let coming = loading.get(id)
  if (!coming) {
    coming = api
      .assetContent(id)
      .then((blob) => keep(id, blob))
      .catch(() => undefined)
      .finally(() => loading.delete(id))
    loading.set(id, coming)
  }
  return coming
}

function settle(image: Element) {
  const href = image.getAttribute('href') ?? image.getAttributeNS(XLINK, 'href') ?? ''
  image.removeAttributeNS(XLINK, 'href')
  const asset = /\/v1\/assets\/(asset_\w+)\/content$/.exec(href)?.[1]
  if (asset) {
    image.removeAttribute('href')
    void assetAddress(asset).then((address) => address && image.setAttribute('href', address))
  } else if (/^data:image\/(png|jpeg|webp|gif);base64,/.test(href)) {
    const blob = href.length > SMALL && !addresses.has(href) ? blobOf(href) : undefined
    image.setAttribute('href', addresses.get(href) ?? (blob ? keep(href, blob) : href))
  } else image.removeAttribute('href')
}

const isLocal = (value: string) => /^\s*#/.test(value)

/** Scripts, handlers, styles and addresses have no place in a drawing; whoever sends one is not believed. */
function clean(element: Element) {
  for (const child of [...element.children]) {
    if (child.namespaceURI !== SVG || !ALLOWED.has(child.localName)) child.remove()
    else clean(child)
  }
  for (const { name, value, localName } of [...element.attributes]) {
    const isAddress = localName === 'href' && element.localName !== 'image'
    if (/^on/i.test(name) || name === 'style' || (isAddress && !isLocal(value))) element.removeAttribute(name)
    else if (/url\(\s*(?!["']?#)/i.test(value)) element.removeAttribute(name)
  }
  if (element.localName === 'image') settle(element)
}

/** The text of an SVG as an element; undefined when it is none. */
export function drawingOf(text: string): SVGSVGElement | undefined {
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement
  if (parsed.localName !== 'svg' || parsed.namespaceURI !== SVG) return undefined
  clean(parsed)
  parsed.setAttribute('aria-hidden', 'true')
  return document.adoptNode(parsed) as unknown as SVGSVGElement
}

const UNITS = [1, 72 / 25.4, 96 / 25.4]
/** The drawing's own corner and size on the page in millimetres: it shows the bleed around it or not, in whatever unit. */
export function frameOf(drawing: SVGSVGElement, page: { width: number; height: number; bleed?: number | undefined }) {
  const [, , width = 0] = (drawing.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number)
  const bleed = page.bleed ?? 0
  const isAround = bleed > 0 && UNITS.some((unit) => Math.abs(width / unit - page.width - 2 * bleed) < 0.1)
  const around = isAround ? bleed : 0
  return { x: -around, y: -around, width: page.width + 2 * around, height: page.height + 2 * around }
}
