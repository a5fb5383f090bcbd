/**
 * The credential file out of a PDF, in the browser. Every object of the file is looked at, also those in object streams,
 * and the newest of each number counts: cross-reference tables may be missing, broken or rewritten by other programs.
 * What comes out is verified afterwards like any other file: a PDF that lies here gains nothing.
 */
import { Name, PdfReader, readableText, Reference, type Dictionary, type PdfValue } from './pdf-objects.ts'

export type PdfContent = { file: string } | { problem: 'none' | 'locked' | 'too_large' }

const MAX_PDF = 40_000_000
const MAX_FILE = 1_000_000
/** Of all object streams together, unpacked. */
const MAX_OBJECTS = 20_000_000
const FILE_NAME = 'credential.json'

interface PdfObject {
  value: PdfValue
  /** Where its stream begins, for objects that have one. */
  stream?: number
}

/** The text of credential.json, or why there is none. */
export async function credentialInPdf(bytes: Uint8Array): Promise<PdfContent> {
  if (bytes.length > MAX_PDF) return { problem: 'too_large' }
  const pdf = new Pdf(bytes)
  await pdf.unpack()
  if (pdf.locked) return { problem: 'locked' }
  for (const stream of pdf.files()) {
    const file = await pdf.content(stream, MAX_FILE)
    if (file === undefined) continue
    try {
      return { file: new TextDecoder('utf-8', { fatal: true }).decode(file) }
    } catch {
      // Not text: the next one.
    }
  }
  return { problem: 'none' }
}

class Pdf {
  private readonly text: string
  private readonly objects = new Map<number, PdfObject>()
  locked = false

  constructor(private readonly bytes: Uint8Array) {
    this.text = new TextDecoder('latin1').decode(bytes)
    // latin1 means windows-1252 to browsers: the bytes from 80 to 9f become other characters, still one each.
    this.scan()
  }

  /** Every `12 0 obj`, in order; the content of streams is passed over, so that nothing in it is taken for an object. */
  private scan() {
    const begins = /(\d{1,10})[\u0000\t\n\f\r ]+\d{1,5}[\u0000\t\n\f\r ]+obj\b|\btrailer\b/g
    for (let found = begins.exec(this.text); found; found = begins.exec(this.text)) {
      const reader = new PdfReader(this.text, begins.lastIndex)
      try {
        const value = reader.value()
        if (value instanceof Map && value.has('Encrypt')) this.locked = true
        if (found[1] === undefined) continue
        const stream = this.streamAt(reader)
        this.objects.set(Number(found[1]), stream === undefined ? { value } : { value, stream })
        begins.lastIndex = stream === undefined ? reader.at : this.endOf(value, stream)
      } catch {
        // What cannot be read is no object; it goes on behind its head.
      }
    }
  }

  private streamAt(reader: PdfReader): number | undefined {
    reader.skip()
    if (!reader.takes('stream')) return undefined
    if (!reader.takes('\r\n')) reader.takes('\n')
    return reader.at
  }

  private endOf(value: PdfValue, start: number): number {
    const length = value instanceof Map ? this.lengthOf(value) : undefined
    // A length that lies, or that stands further below, is not believed.
    if (length !== undefined && /^[\r\n]{0,2}endstream/.test(this.text.slice(start + length, start + length + 11)))
      return start + length
    const end = this.text.indexOf('endstream', start)
    return end < 0 ? this.text.length : end
  }

  private lengthOf(dictionary: Dictionary): number | undefined {
    const length = this.resolved(dictionary.get('Length'))
    return typeof length === 'number' && Number.isInteger(length) && length >= 0 ? length : undefined
  }

  private resolved(value: PdfValue | undefined): PdfValue | undefined {
    for (let hops = 0; value instanceof Reference && hops < 10; hops++) value = this.objects.get(value.number)?.value
    return value
  }

  /** Objects that lie packed in streams (ISO 32000-1, 7.5.7). One that stands in the file itself as well is newer or the same. */
  async unpack(): Promise<void> {
    let room = MAX_OBJECTS
    for (const object of [...this.objects.values()]) {
      const { value, stream } = object
      if (stream === undefined || !(value instanceof Map) || !isName(value.get('Type'), 'ObjStm')) continue
      const content = await this.content(object, room)
      if (!content) continue
      room -= content.length
      this.readPacked(new TextDecoder('latin1').decode(content), value)
    }
  }

  private readPacked(text: string, dictionary: Dictionary) {
    const [count, first] = [this.resolved(dictionary.get('N')), this.resolved(dictionary.get('First'))]
    if (typeof count !== 'number' || typeof first !== 'number') return
    const numbers = text.slice(0, first).trim().split(/\s+/).map(Number)
    for (let index = 0; index < Math.min(count, numbers.length / 2); index++) {
      const [number, offset] = [numbers[index * 2]!, numbers[index * 2 + 1]!]
      if (this.objects.get(number)?.stream !== undefined) continue
      try {
        this.objects.set(number, { value: new PdfReader(text, first + offset).value() })
      } catch {
        // Unreadable: as if it were not there.
      }
    }
  }

  /** Streams of embedded files: those named like the credential first, then every other JSON; the newest first. */
  files(): PdfObject[] {
    const named: PdfObject[] = []
    const others: PdfObject[] = []
    for (const { value } of [...this.objects.values()].reverse()) {
      for (const dictionary of dictionariesIn(value)) {
        const files = this.resolved(dictionary.get('EF'))
        if (!(files instanceof Map)) continue
        const names = ['UF', 'F'].map((key) => this.resolved(dictionary.get(key)))
        const name = names.filter((each) => typeof each === 'string').map((each) => readableText(each as string))
        const to = files.get('UF') ?? files.get('F')
        const object = to instanceof Reference ? this.objects.get(to.number) : undefined
        if (object?.stream === undefined) continue
        if (name.includes(FILE_NAME)) named.push(object)
        else if (name.some((each) => /\.json$/i.test(each))) others.push(object)
      }
    }
    return [...named, ...others]
  }

  /** Of a stream, unpacked; undefined when it is packed in another way, is broken or too large. */
  async content({ value, stream }: PdfObject, most: number): Promise<Uint8Array | undefined> {
    if (stream === undefined || !(value instanceof Map)) return undefined
    const packed = this.bytes.subarray(stream, this.endOf(value, stream))
    const filter = this.resolved(value.get('Filter'))
    const filters = (Array.isArray(filter) ? filter : filter === undefined || filter === null ? [] : [filter]).map(
      (each) => this.resolved(each),
    )
    if (filters.length === 0) return packed.length <= most ? packed : undefined
    const parameters = this.resolved(value.get('DecodeParms'))
    const plain = !(parameters instanceof Map) || (parameters.get('Predictor') ?? 1) === 1
    if (filters.length > 1 || !(isName(filters[0], 'FlateDecode') || isName(filters[0], 'Fl')) || !plain)
      return undefined
    return inflated(packed, most)
  }
}

const isName = (value: PdfValue | undefined, name: string) => value instanceof Name && value.name === name

/** The value itself and what stands in it directly: file specifications may lie in a list. */
function* dictionariesIn(value: PdfValue, depth = 0): Generator<Dictionary> {
  if (depth > 6) return
  if (value instanceof Map) {
    yield value
    for (const inside of value.values()) yield* dictionariesIn(inside, depth + 1)
  } else if (Array.isArray(value)) for (const inside of value) yield* dictionariesIn(inside, depth + 1)
}

/** Unpacked by the browser itself; never more than `most`, whatever a small file claims to hold. */
async function inflated(packed: Uint8Array, most: number): Promise<Uint8Array | undefined> {
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream('deflate'))
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      size += value.length
      if (size > most) {
        await reader.cancel()
        return undefined
      }
      chunks.push(value)
    }
  } catch {
    // A line end behind the data counts as junk; what came before it is whole, or is found out to be broken later.
    if (size === 0) return undefined
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
