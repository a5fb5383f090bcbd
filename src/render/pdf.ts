/**
 * Display list → PDF/A-3b: shaped glyph runs in a tagged content stream, subset fonts, `credential.json` attached. Written with
 * the low-level interface of @cantoo/pdf-lib; the same input gives the same bytes.
 *
 * What the claim of PDF/A-3b rests on: every font is embedded, colours are DeviceRGB or DeviceGray under an sRGB output
 * intent, no glyph is .notdef, links are printed annotations, nothing is encrypted or scripted, and the XMP says what the
 * document information says. A file that holds anything else is written without the claim.
 */
import { createHash } from 'node:crypto'
import {
  AFRelationship,
  PDFDocument,
  PDFHeader,
  PDFHexString,
  PDFName,
  PDFString,
  type PDFContext,
  type PDFDict,
  type PDFObject,
  type PDFPage,
  type PDFRef,
} from '@cantoo/pdf-lib'
import { RenderRefused, type PdfFacts, type RenderAsset } from '../domain/ports.ts'
import type { DisplayList } from './display-list.ts'
import { contentOf, type Content, type Tagged } from './pdf-content.ts'
import { CREDENTIAL_FILE, CREDENTIAL_TYPE } from './pdf-names.ts'
import { fontObject } from './pdf-fonts.ts'
import { PdfPictures } from './pdf-pictures.ts'
import { deflate, round, textString } from './pdf-syntax.ts'
import { UsedFaces } from './pdf-text.ts'
import { Subsetter } from './subset.ts'

/** Writes PDFs; fonts and pictures that come again are prepared once. */
export class PdfWriter {
  readonly #subsetter = new Subsetter()
  readonly #pictures = new PdfPictures()

  /** `assets`: by SHA-256, every picture of the list. */
  async write(list: DisplayList, facts: PdfFacts, assets: ReadonlyMap<string, RenderAsset>): Promise<Uint8Array> {
    const doc = await PDFDocument.create({ updateMetadata: false })
    const { context } = doc
    const page = doc.addPage([round(list.width), round(list.height)])
    const faces = new UsedFaces()
    const content = contentOf(list, faces)
    const stream = context.register(context.stream(deflate(content.stream), { Filter: 'FlateDecode' }))
    const { resources, soft } = await this.#resources(context, content, faces, assets)
    set(page.node, {
      ...boxes(context, list),
      Contents: stream,
      Resources: resources,
      Tabs: PDFName.of('S'),
      ...(soft ? { Group: context.obj({ Type: 'Group', S: 'Transparency', CS: 'DeviceRGB' }) } : {}),
    })
    addStructure(doc, page, content.tagged)
    addFacts(doc, facts)
    if (facts.credential) await attach(doc, facts.credential, facts.createdAt)
    const id = PDFHexString.of(identity(content, faces, facts))
    context.trailerInfo.ID = context.obj([id, id])
    if (permitsPdfA(faces)) doc.convertToPDFA({ conformance: '3B' })
    else context.header = PDFHeader.forVersion(1, 7)
    return doc.save({
      useObjectStreams: false,
      addDefaultPage: false,
      updateFieldAppearances: false,
      objectsPerTick: Infinity, // else it waits for a timer every so often
    })
  }

  async #resources(
    context: PDFContext,
    { pictures, opacities, groups }: Content,
    faces: UsedFaces,
    assets: ReadonlyMap<string, RenderAsset>,
  ): Promise<{ resources: PDFDict; soft: boolean }> {
    const images = pictures.map((sha256) => {
      const asset = assets.get(sha256)
      if (!asset) throw new RenderRefused('a picture of this design is missing')
      return this.#pictures.put(context, asset)
    })
    const fonts: Array<[string, PDFRef]> = []
    for (const [order, used] of faces.all.entries())
      fonts.push([used.name, context.register(await fontObject(context, used, order, this.#subsetter))])
    const drawings = groups.map(({ stream, bounds }) => {
      const group = { S: 'Transparency', CS: 'DeviceRGB' }
      const dict = {
        Type: 'XObject',
        Subtype: 'Form',
        BBox: bounds,
        Group: group,
        Resources: {},
        Filter: 'FlateDecode',
      }
      return context.register(context.stream(deflate(stream), dict))
    })
    const states = opacities.map((opacity) => context.obj({ Type: 'ExtGState', ca: opacity, CA: opacity }))
    const resources = context.obj({
      Font: Object.fromEntries(fonts),
      XObject: {
        ...named(
          'I',
          images.map(({ ref }) => ref),
        ),
        ...named('X', drawings),
      },
      ExtGState: named('O', states),
    })
    return { resources, soft: opacities.length > 0 || images.some(({ soft }) => soft) }
  }
}

const named = <Value>(letter: string, values: Value[]) =>
  Object.fromEntries(values.map((value, index) => [`${letter}${index}`, value]))

function set(dict: PDFDict, entries: Record<string, PDFObject>): void {
  for (const [key, value] of Object.entries(entries)) dict.set(PDFName.of(key), value)
}

/** The sheet with what is cut off, and what is left of it. */
function boxes(context: PDFContext, { width, height, bleed }: DisplayList): Record<string, PDFObject> {
  if (bleed <= 0) return {}
  const sheet = [0, 0, round(width), round(height)]
  const trimmed = [bleed, bleed, width - bleed, height - bleed].map(round)
  // A viewer shows what the reader will hold; a printer takes the whole sheet.
  return { BleedBox: context.obj(sheet), TrimBox: context.obj(trimmed), CropBox: context.obj(trimmed) }
}

/** The tree that screen readers follow, and links as annotations in it. */
function addStructure(doc: PDFDocument, page: PDFPage, tagged: Tagged[]): void {
  const { context, catalog } = doc
  const root = context.nextRef()
  const top = context.nextRef()
  const annotations: PDFRef[] = []
  const linked: Array<number | PDFRef> = []
  const elements = tagged.map(({ role, alt, bounds, link }, id) => {
    const element = context.nextRef()
    const kids: PDFObject[] = [context.obj(id)]
    if (link !== null) {
      const annotation = context.register(linkAnnotation(context, { link, bounds, key: annotations.length + 1 }))
      annotations.push(annotation)
      linked.push(annotations.length, element)
      kids.push(context.obj({ Type: 'OBJR', Obj: annotation, Pg: page.ref }))
    }
    const figure =
      role === 'Figure' ? { Alt: textString(alt), A: { O: 'Layout', Placement: 'Block', BBox: bounds } } : {}
    const dict = context.obj({ Type: 'StructElem', S: role, P: top, Pg: page.ref, K: kids, ...figure })
    context.assign(element, dict)
    return element
  })
  context.assign(top, context.obj({ Type: 'StructElem', S: 'Document', P: root, K: elements }))
  const parents = { Nums: [0, context.register(context.obj(elements)), ...linked] }
  const tree = { Type: 'StructTreeRoot', K: top, ParentTree: parents, ParentTreeNextKey: annotations.length + 1 }
  context.assign(root, context.obj(tree))
  set(page.node, { StructParents: context.obj(0) })
  if (annotations.length > 0) set(page.node, { Annots: context.obj(annotations) })
  set(catalog, {
    MarkInfo: context.obj({ Marked: true }),
    StructTreeRoot: root,
    ViewerPreferences: context.obj({ DisplayDocTitle: true }),
  })
}

const PRINT = 4
function linkAnnotation(
  context: PDFContext,
  { link, bounds, key }: { link: string; bounds: number[]; key: number },
): PDFDict {
  // PDFString.of() escapes nothing; an address is ASCII, so that three signs are all there is to escape.
  const URI = PDFString.of(link.replace(/[()\\]/g, '\\$&'))
  return context.obj({
    Type: 'Annot',
    Subtype: 'Link',
    Rect: bounds,
    Border: [0, 0, 0],
    F: PRINT,
    StructParent: key,
    Contents: textString(link),
    A: { S: 'URI', URI },
  })
}

/** What XML cannot hold may not come into the XMP: control characters and halves of surrogate pairs. */
const printable = (text: string) => text.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, ' ')

function addFacts(doc: PDFDocument, { title, author, subject, language, createdAt }: PdfFacts): void {
  const created = new Date(createdAt)
  doc.setTitle(printable(title))
  doc.setAuthor(printable(author))
  if (subject !== '') doc.setSubject(printable(subject))
  doc.setProducer('Testamur')
  doc.setCreationDate(created)
  doc.setModificationDate(created)
  const tag = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language) ? language : 'en'
  set(doc.catalog, { Lang: PDFString.of(tag) })
}

async function attach(doc: PDFDocument, credential: Uint8Array, createdAt: number): Promise<void> {
  const at = new Date(createdAt)
  await doc.attach(credential, CREDENTIAL_FILE, {
    mimeType: CREDENTIAL_TYPE,
    description: 'The signed credential that this page shows',
    creationDate: at,
    modificationDate: at,
    afRelationship: AFRelationship.Data,
  })
}

/** A letter that no font can draw becomes .notdef, which PDF/A forbids. */
const permitsPdfA = ({ all }: UsedFaces) => all.every(({ glyphs }) => !glyphs.has(0))

/** From everything that can make two files differ. */
function identity({ stream, pictures, opacities, groups }: Content, { all }: UsedFaces, facts: PdfFacts): string {
  const { credential, ...rest } = facts
  const fonts = all.map(({ face }) => face.id)
  const hash = createHash('sha256')
    .update(JSON.stringify([rest, pictures, opacities, groups, fonts]))
    .update(stream)
  if (credential) hash.update(credential)
  return hash.digest('hex').slice(0, 32)
}
