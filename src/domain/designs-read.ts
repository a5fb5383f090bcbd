/** A design as it came from outside: checked in full, and copied member by member. */
import { DESIGN_PLACEHOLDERS, type Design, type DesignElement, type TextElement } from './designs.ts'
import { placeholdersOf } from './designs-fill.ts'
import { DESIGN_LIMITS, designShape } from './designs-shape.ts'
import { invalid, type Problem } from './errors.ts'
import { isWebUrl, readShape } from './shape.ts'
import { didYouMean } from './suggest.ts'
import { shown } from './text.ts'

/** What a design may refer to. */
export interface DesignSurroundings {
  /** Ids of the fonts that come with the program. */
  fonts: readonly string[]
  /** Ids of uploaded pictures and fonts. */
  images: readonly string[]
  assetFonts: readonly string[]
  /** Keys of the template's fields; undefined: any placeholder may stand in it (a draft without a template). */
  fields: readonly string[] | undefined
  /** A draft is drawn though nothing on it leads to the verification page. */
  draft?: boolean
}

/** A body to a design; throws `invalid_request` naming every fault. `path` stands before the names of the members. */
export function readDesign(body: unknown, around: DesignSurroundings, path = ''): Design {
  const problems = readShape(body, designShape, path)
  if (problems.length) throw invalid(problems.slice(0, 100))
  const design = copyOf(body as Design)
  const faults = designFaults(design, around, path === '' ? '' : `${path}.`)
  if (faults.length) throw invalid(faults.slice(0, 100))
  return design
}

/** Ids of the assets that a design uses, each once. */
export function assetsOf({ elements }: Design): string[] {
  const ids = elements.flatMap((element) =>
    element.kind === 'image'
      ? [element.asset]
      : element.kind === 'text' && element.font.startsWith('asset_')
        ? [element.font]
        : [],
  )
  return [...new Set(ids)]
}

/** Only members that the shape knows, in its order: the same design always has the same JSON. */
function copyOf(body: Design): Design {
  const of = designShape.elements as { of: { of: Record<string, object> } }
  const page = designShape.page as unknown as { fields: object }
  return {
    page: pick(body.page, Object.keys(page.fields)),
    elements: body.elements.map((element) => {
      const { kind } = element
      const members = pick(element, Object.keys(of.of.of[kind]!))
      return withSmallColors({ kind, ...(members as object) } as DesignElement)
    }),
  }
}

function pick<Row extends object>(row: Row, names: string[]): Row {
  const entries = names.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name as keyof Row]])
  return Object.fromEntries(entries) as Row
}

function withSmallColors(element: DesignElement): DesignElement {
  const colors = Object.entries(element).filter(
    ([name, value]) => ['color', 'fill', 'stroke', 'background'].includes(name) && typeof value === 'string',
  )
  return { ...element, ...Object.fromEntries(colors.map(([name, value]) => [name, (value as string).toLowerCase()])) }
}

/** What is wrong with a design whose shape is right; `prefix` stands before the names of the members. */
export function designFaults(design: Design, around: DesignSurroundings, prefix: string): Problem[] {
  const seen = new Set<string>()
  const faults = design.elements.flatMap((element, index) => {
    const at = `${prefix}elements[${index}]`
    const found = [...placeFaults(element, design, at), ...ownFaults(element, around, at)]
    if (seen.has(element.id))
      found.unshift(fault(at, 'id', 'duplicate', element, 'stands twice; give it an id of its own'))
    seen.add(element.id)
    return found
  })
  const letters = design.elements.reduce((sum, each) => sum + (each.kind === 'path' ? each.d.length : 0), 0)
  if (letters > DESIGN_LIMITS.pathLettersInAll)
    faults.push({
      field: `${prefix}elements`,
      code: 'too_long',
      message: `The drawings of this design have ${letters} letters of path data; at most ${DESIGN_LIMITS.pathLettersInAll} are allowed. Simplify them, or upload a picture.`,
    })
  if (!around.draft && !design.elements.some(leadsToVerification))
    faults.push({
      field: `${prefix}elements`,
      code: 'no_verification',
      message:
        'Nothing in this design leads to the verification page. Add a QR code, or a text that holds {{verification_url}}.',
    })
  return faults
}

const fault = (at: string, member: string, code: string, element: DesignElement, rest: string): Problem => ({
  field: `${at}.${member}`,
  code,
  message: `${at}.${member} (${element.kind} ${shown(element.id)}) ${rest}${/[.?]$/.test(rest) ? '' : '.'}`,
})

/** Whether a reader can get from the paper to the proof by this element. */
export function leadsToVerification(element: DesignElement): boolean {
  if (element.hidden || element.opacity === 0) return false
  const says = (text: string | undefined) => placeholdersOf(text ?? '').includes('verification_url')
  if (element.kind === 'qr') return element.data === undefined || says(element.data)
  return element.kind === 'text' && (says(element.text) || says(element.link))
}

/** A box may stick out of the page, by at most its own size: what nobody can see is a mistake. */
function placeFaults(element: DesignElement, { page }: Design, at: string): Problem[] {
  const faults: Problem[] = []
  const axis = (member: 'x' | 'y', size: 'width' | 'height') => {
    const length = page[size]
    if (element[size] > 3 * length)
      faults.push(
        fault(at, size, 'out_of_range', element, `is ${element[size]} mm; the page has ${length}. Make it smaller`),
      )
    if (element[member] < -length || element[member] > 2 * length)
      faults.push(
        fault(
          ...([at, member, 'out_of_range', element] as const),
          `is ${element[member]} mm, far outside the page of ${length} mm. Move it to between ${-length} and ${2 * length}`,
        ),
      )
  }
  axis('x', 'width')
  axis('y', 'height')
  return faults
}

function ownFaults(element: DesignElement, around: DesignSurroundings, at: string): Problem[] {
  if (element.kind === 'text') return textFaults(element, around, at)
  if (element.kind === 'image' && !around.images.includes(element.asset))
    return [
      fault(at, 'asset', 'unknown_asset', element, `names ${shown(element.asset)}, which is no uploaded picture here`),
    ]
  if (element.kind === 'qr') return placeholderFaults(element, 'data', element.data, around, at)
  return []
}

function textFaults(element: TextElement, around: DesignSurroundings, at: string): Problem[] {
  const faults = [
    ...placeholderFaults(element, 'text', element.text, around, at),
    ...placeholderFaults(element, 'link', element.link, around, at),
  ]
  const known = element.font.startsWith('asset_') ? around.assetFonts : around.fonts
  if (!known.includes(element.font)) {
    const hint = didYouMean(element.font, known)
    faults.push(
      fault(at, 'font', 'unknown_font', element, `names ${shown(element.font)}, which is no font here.${hint}`),
    )
  }
  if (element.minSize !== undefined && element.minSize > element.size)
    faults.push(fault(at, 'minSize', 'out_of_range', element, `is larger than size (${element.size}). Make it smaller`))
  if (element.link !== undefined && !isLink(element.link))
    faults.push(
      fault(at, 'link', 'bad_url', element, `must be an http, https or mailto address, but is ${shown(element.link)}`),
    )
  return faults
}

function placeholderFaults(
  element: DesignElement,
  member: string,
  text: string | undefined,
  { fields }: DesignSurroundings,
  at: string,
): Problem[] {
  if (fields === undefined || text === undefined) return []
  const known = [...DESIGN_PLACEHOLDERS, ...fields, ...fields.map((key) => `fields.${key}`)]
  return placeholdersOf(text)
    .filter((name) => !known.includes(name))
    .map((name) =>
      fault(
        ...([at, member, 'unknown_field', element] as const),
        `names {{${name.slice(0, 60)}}}, which is no field of this template.${didYouMean(name, known)}`,
      ),
    )
}

/** Its placeholders filled by something harmless. */
const harmless = (link: string) => link.replace(/\{\{[^{}]*\}\}/g, 'x')

/** http or https. Placeholders may be part of an address, never its beginning: it would lead wherever a row says. */
export const isWebLink = (link: string): boolean =>
  /^\{\{\s*verification_url\s*\}\}$/.test(link) ||
  (/^https?:\/\/[^/{}]+([/?#]|$)/i.test(link) && isWebUrl(harmless(link)))

const isLink = (link: string): boolean =>
  isWebLink(link) || /^mailto:[^\s<>"@?]+@[^\s<>"@?]+(\?[^\s<>"]*)?$/i.test(harmless(link))
