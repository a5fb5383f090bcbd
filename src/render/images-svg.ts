/**
 * Uploaded SVG, taken apart by a strict parser of our own and written anew from what is allowed: shapes, gradients, clips,
 * masks, patterns. Whatever could reach outside, run, or grow without bound is refused with its name.
 */
import { RenderRefused } from '../domain/ports.ts'
import { parseXml, type XmlElement } from './images-xml.ts'

const SHAPES =
  'svg g defs symbol use path rect circle ellipse line polyline polygon linearGradient radialGradient stop clipPath mask pattern style'
const DRAWN = new Set(SHAPES.split(' '))
/** Left out with all they hold: they draw nothing. */
const SILENT = new Set(['title', 'desc', 'metadata'])
/** What a person can do about an element that is not taken. */
const CURES: Record<string, string> = {
  script: 'remove it',
  foreignObject: 'it holds HTML: remove it',
  image: 'it holds a picture: upload that as PNG or JPEG',
  feImage: 'it holds a picture: upload that as PNG or JPEG',
  text: 'turn texts into paths',
  tspan: 'turn texts into paths',
  textPath: 'turn texts into paths',
  filter: 'filters are not drawn: export it without effects, or as PNG',
}
/** Elements after all `use`s are followed. */
const MAX_DRAWN = 50_000
const MAX_NESTED_USES = 16
const SVG = 'http://www.w3.org/2000/svg'

/** The cleaned file and its own size. Throws RenderRefused. */
export function cleanSvg(bytes: Uint8Array): { svg: string; width: number; height: number } {
  const root = parseXml(decode(bytes))
  if (root.name !== 'svg') throw new RenderRefused(`the file is no SVG: it begins with <${root.name}>`)
  if (root.attributes.has('xmlns') && root.attributes.get('xmlns') !== SVG)
    throw new RenderRefused('the file is no SVG: its namespace is another')
  countDrawn(root)
  const size = sizeOf(root)
  return { svg: write(root, size), ...size }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new RenderRefused('the SVG is not UTF-8 text: save it as plain SVG (not SVGZ) in UTF-8')
  }
}

/** Of what another program keeps for itself, as `sodipodi:namedview`, nothing is drawn. */
const isForeign = (name: string) => name.includes(':') && !name.startsWith('xlink:') && !name.startsWith('xml:')

const MAX_SIDE = 1_000_000
function sizeOf(root: XmlElement): { width: number; height: number } {
  const length = (name: string) => {
    const text = root.attributes.get(name)?.trim() ?? ''
    const found = /^(\d{1,7}(?:\.\d{1,12})?)\s*(px|pt|mm|cm|in|pc)?$/.exec(text)
    return found ? Number(found[1]) : undefined
  }
  const box = root.attributes
    .get('viewBox')
    ?.trim()
    .split(/[\s,]+/)
    .map(Number)
  const hasBox = box?.length === 4 && box.every(Number.isFinite)
  const [wide, high] = hasBox ? [box[2]!, box[3]!] : [length('width') ?? NaN, length('height') ?? NaN]
  const fits = (side: number) => side > 0 && side <= MAX_SIDE
  if (!fits(wide) || !fits(high)) throw new RenderRefused('the SVG does not say how large it is: give it a viewBox')
  return { width: wide, height: high }
}

/** A few elements that name one another draw millions: they are counted as drawn, before anything is drawn. */
function countDrawn(root: XmlElement): void {
  const byId = new Map<string, XmlElement>()
  const collect = (element: XmlElement) => {
    const id = element.attributes.get('id')
    if (id !== undefined && !byId.has(id)) byId.set(id, element)
    element.children.forEach(collect)
  }
  collect(root)
  const counts = new Map<XmlElement, number>()
  const count = (element: XmlElement, above: XmlElement[]): number => {
    if (above.includes(element)) throw new RenderRefused(`the SVG's <${element.name}> draws itself`)
    if (above.filter(({ name }) => name === 'use').length > MAX_NESTED_USES)
      throw new RenderRefused('the SVG nests <use> too deeply: export it flattened')
    const known = counts.get(element)
    if (known !== undefined) return known
    const path = [...above, element]
    let sum = 1
    for (const child of element.children) sum += count(child, path)
    for (const id of referencesOf(element)) {
      const target = byId.get(id)
      if (target) sum += count(target, path)
    }
    if (sum > MAX_DRAWN)
      throw new RenderRefused(`the SVG draws more than ${MAX_DRAWN} elements: make it simpler, or upload it as PNG`)
    counts.set(element, sum)
    return sum
  }
  count(root, [])
}

function referencesOf({ attributes }: XmlElement): string[] {
  const found: string[] = []
  for (const [name, value] of attributes) {
    if (name === 'href' || name === 'xlink:href') found.push(value.trim().slice(1))
    for (const [, id] of value.matchAll(/url\(\s*['"]?#([^'")]*?)['"]?\s*\)/gi)) found.push(id!)
  }
  return found
}

function write(root: XmlElement, { width, height }: { width: number; height: number }): string {
  const out: string[] = []
  const open = (element: XmlElement, isRoot: boolean): void => {
    const { name, attributes, children, text } = element
    if (isForeign(name) || SILENT.has(name)) return
    if (!DRAWN.has(name))
      throw new RenderRefused(`the SVG holds <${name.slice(0, 40)}>: ${CURES[name] ?? 'it is not drawn here'}`)
    out.push(`<${name}`)
    if (isRoot)
      out.push(` xmlns="${SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}"`)
    for (const [key, value] of attributes)
      if (!isDropped(key, isRoot)) out.push(` ${key}="${escape(checked(key, value))}"`)
    out.push('>')
    if (name === 'style') out.push(escape(checkedCss(text, 'style')))
    for (const child of children) open(child, false)
    out.push(`</${name}>`)
  }
  open(root, true)
  return out.join('')
}

function isDropped(name: string, isRoot: boolean): boolean {
  if (name === 'xmlns' || name.startsWith('xmlns:') || name === 'version' || name === 'baseProfile') return true
  if (name.startsWith('data-') || name.startsWith('aria-')) return true
  return isForeign(name) || (isRoot && (name === 'width' || name === 'height'))
}

const MAX_ATTRIBUTE = 2_000_000
function checked(name: string, value: string): string {
  if (/^on/i.test(name)) throw new RenderRefused(`the SVG holds a script (${name.slice(0, 40)}): remove it`)
  if (value.length > MAX_ATTRIBUTE) throw new RenderRefused('the SVG holds a path that is too long: upload it as PNG')
  if (name === 'xml:base') throw new RenderRefused('the SVG refers to another file (xml:base): remove it')
  if (name === 'href' || name === 'xlink:href') {
    if (/^\s*#[\w.:-]+\s*$/.test(value)) return value.trim()
    throw new RenderRefused(`the SVG refers to another file (${value.slice(0, 60)}): embed nothing but shapes`)
  }
  return name === 'id' || name === 'class' ? value : checkedCss(value, name)
}

/** No reference but to a part of the file itself; no escapes that could hide one. */
function checkedCss(css: string, where: string): string {
  const reaches =
    /@(import|font-face|namespace|charset)|expression\s*\(|javascript:|image(-set)?\s*\(|\bsrc\s*:/i.test(css) ||
    /url\(\s*(?!['"]?#)/i.test(css)
  if (reaches)
    throw new RenderRefused(`the SVG refers to another file (in ${where.slice(0, 40)}): embed nothing but shapes`)
  if (css.includes('\\'))
    throw new RenderRefused(`the SVG holds an escape (in ${where.slice(0, 40)}): export it as plain SVG`)
  return css
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string) => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!)
