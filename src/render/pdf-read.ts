/** The credential out of a PDF: as we wrote it, or saved again by other programs. */
import { inflateSync } from 'node:zlib'
import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFRawStream,
  PDFString,
  type PDFObject,
} from '@cantoo/pdf-lib'
import { RenderRefused } from '../domain/ports.ts'
import { CREDENTIAL_FILE, CREDENTIAL_TYPE } from './pdf-names.ts'

export const MAX_PDF_BYTES = 64_000_000
/** The header may stand behind some other bytes. */
const HEADER_WITHIN = 1_024
const MAX_CREDENTIAL = 5_000_000
const MAX_NAMES = 10_000
const MAX_DEPTH = 32

export const isPdf = (bytes: Uint8Array) =>
  new TextDecoder('latin1').decode(bytes.subarray(0, HEADER_WITHIN)).includes('%PDF-')

/** Null when nothing of the kind is attached. Throws RenderRefused for what is no PDF, or says two things. */
export async function credentialOf(pdf: Uint8Array): Promise<Uint8Array | null> {
  if (!isPdf(pdf)) throw new RenderRefused('the file is no PDF')
  if (pdf.length > MAX_PDF_BYTES) throw new RenderRefused(`the PDF has more than ${MAX_PDF_BYTES / 1_000_000} MB`)
  const [first, ...others] = contentsOf(await open(pdf))
  if (others.some((other) => !Buffer.from(other).equals(first!)))
    throw new RenderRefused(`the PDF carries several files named ${CREDENTIAL_FILE} that differ`)
  return first ?? null
}

const damaged = () => new RenderRefused('the PDF is damaged and cannot be read')

function contentsOf(doc: PDFDocument): Uint8Array[] {
  try {
    return [...attachmentsOf(doc)].flatMap(contentOf)
  } catch (error) {
    throw error instanceof RenderRefused ? error : damaged()
  }
}

/** Encrypted files open with the empty password, as some programs save them. */
async function open(pdf: Uint8Array): Promise<PDFDocument> {
  try {
    return await PDFDocument.load(pdf, { updateMetadata: false, password: '', throwOnInvalidObject: false })
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (/encrypt|password/i.test(message)) throw new RenderRefused('the PDF has a password: save it without')
    throw damaged()
  }
}

const at = (dict: PDFDict, name: string): PDFObject | undefined => dict.lookup(PDFName.of(name))
const dictAt = (dict: PDFDict, name: string) => {
  const value = at(dict, name)
  return value instanceof PDFDict ? value : undefined
}

/** File specifications of the catalog's list and of the tree of names, each once. */
function attachmentsOf({ catalog }: PDFDocument): Set<PDFDict> {
  const found = new Set<PDFDict>()
  const add = (array: PDFObject | undefined) => {
    if (!(array instanceof PDFArray)) return
    for (let index = 0; index < array.size() && found.size < MAX_NAMES; index++) {
      const value = array.lookup(index)
      if (value instanceof PDFDict) found.add(value)
    }
  }
  const walk = (node: PDFDict | undefined, depth: number): void => {
    if (!node || depth > MAX_DEPTH) return
    add(at(node, 'Names'))
    const kids = at(node, 'Kids')
    if (!(kids instanceof PDFArray)) return
    for (let index = 0; index < Math.min(kids.size(), MAX_NAMES); index++) {
      const kid = kids.lookup(index)
      if (kid instanceof PDFDict) walk(kid, depth + 1)
    }
  }
  add(at(catalog, 'AF'))
  const names = dictAt(catalog, 'Names')
  walk(names && dictAt(names, 'EmbeddedFiles'), 0)
  return found
}

const textOf = (value: PDFObject | undefined) =>
  value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : ''

/** None for an attachment of another kind. */
function contentOf(spec: PDFDict): Uint8Array[] {
  const files = dictAt(spec, 'EF')
  const stream = files && (at(files, 'UF') ?? at(files, 'F'))
  if (!(stream instanceof PDFRawStream)) return []
  const names = [textOf(at(spec, 'UF')), textOf(at(spec, 'F'))]
  const type = at(stream.dict, 'Subtype')
  const isOurs = names.includes(CREDENTIAL_FILE) || (type instanceof PDFName && type.decodeText() === CREDENTIAL_TYPE)
  return isOurs ? [unpack(stream)] : []
}

/**
 * Whatever is left of a damaged stream: the checks of the credential say what is wrong with it. A small file may unpack to
 * gigabytes: the size is bounded while it does.
 */
function unpack(stream: PDFRawStream): Uint8Array {
  const filter = at(stream.dict, 'Filter')
  const name = filter instanceof PDFArray && filter.size() === 1 ? filter.lookup(0) : filter
  const tooLarge = () => new RenderRefused(`the attached ${CREDENTIAL_FILE} is too large`)
  if (name === undefined) return stream.contents.slice()
  if (name !== PDFName.of('FlateDecode'))
    throw new RenderRefused(`the attached ${CREDENTIAL_FILE} is packed in an unusual way`)
  try {
    return new Uint8Array(inflateSync(stream.contents, { maxOutputLength: MAX_CREDENTIAL }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
  }
  try {
    return decodePDFRawStream(stream).decode()
  } catch {
    return new Uint8Array()
  }
}
