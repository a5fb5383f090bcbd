/** Font files with nothing but the glyphs of one document, by HarfBuzz's subsetter. Glyph ids stay what they are. */
import subsetWasm from 'harfbuzzjs/dist/harfbuzz-subset.wasm' with { type: 'file' }
import type { Face } from './faces.ts'

/** The part of HarfBuzz's C interface that is used; numbers are addresses in its memory. */
interface HarfBuzz {
  memory: WebAssembly.Memory
  _initialize(): void
  malloc(bytes: number): number
  free(address: number): void
  hb_blob_create(data: number, length: number, mode: number, userData: number, destroy: number): number
  hb_blob_destroy(blob: number): void
  hb_blob_get_data(blob: number, length: number): number
  hb_blob_get_length(blob: number): number
  hb_face_create(blob: number, index: number): number
  hb_face_destroy(face: number): void
  hb_face_reference_blob(face: number): number
  hb_subset_input_create_or_fail(): number
  hb_subset_input_destroy(input: number): void
  hb_subset_input_set_flags(input: number, flags: number): void
  hb_subset_input_set(input: number, kind: number): number
  hb_subset_input_glyph_set(input: number): number
  hb_subset_or_fail(face: number, input: number): number
  hb_set_add(set: number, value: number): void
}

/** No hinting, glyph ids kept, an outline for .notdef, and exactly the glyphs asked for. */
const FLAGS = 0x1 | 0x2 | 0x40 | 0x200
const DROPPED_TABLES = 3
const READ_ONLY = 1
/** A PDF reader needs outlines and widths. */
const DROPPED =
  'GSUB GPOS GDEF kern DSIG post name OS/2 STAT MATH BASE gasp vhea vmtx VORG meta COLR CPAL SVG CBDT CBLC sbix'
const tagNumber = (tag: string) => [...tag.padEnd(4)].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0)
/** Of whole fonts held in HarfBuzz's memory; the one unused the longest goes first. */
const MAX_HELD = 48_000_000
/** Texts that are on every certificate of a template hit, names miss. */
const SUBSETS_KEPT = 128

interface Held {
  face: number
  data: number
  bytes: number
}

/** One subsetter per worker. */
export class Subsetter {
  #loading: Promise<HarfBuzz> | null = null
  readonly #held = new Map<string, Held>()
  readonly #subsets = new Map<string, Uint8Array>()

  /** The font file with these glyphs, given in ascending order. */
  async subset(face: Face, glyphs: number[]): Promise<Uint8Array> {
    const key = `${face.id} ${glyphs.join(',')}`
    const known = this.#subsets.get(key)
    if (known) {
      this.#subsets.delete(key)
      this.#subsets.set(key, known)
      return known
    }
    const made = this.#make(await (this.#loading ??= load()), face, glyphs)
    if (this.#subsets.size >= SUBSETS_KEPT) this.#subsets.delete(this.#subsets.keys().next().value!)
    this.#subsets.set(key, made)
    return made
  }

  #make(harfBuzz: HarfBuzz, face: Face, glyphs: number[]): Uint8Array {
    const whole = this.#hold(harfBuzz, face)
    const input = harfBuzz.hb_subset_input_create_or_fail()
    harfBuzz.hb_subset_input_set_flags(input, FLAGS)
    const dropped = harfBuzz.hb_subset_input_set(input, DROPPED_TABLES)
    for (const tag of DROPPED.split(' ')) harfBuzz.hb_set_add(dropped, tagNumber(tag))
    const wanted = harfBuzz.hb_subset_input_glyph_set(input)
    for (const glyph of glyphs) harfBuzz.hb_set_add(wanted, glyph)
    const made = harfBuzz.hb_subset_or_fail(whole.face, input)
    harfBuzz.hb_subset_input_destroy(input)
    if (!made) throw new Error(`the font ${face.id} cannot be subset`)
    const blob = harfBuzz.hb_face_reference_blob(made)
    const at = harfBuzz.hb_blob_get_data(blob, 0)
    // The memory may have grown: its buffer is another one then.
    const bytes = new Uint8Array(harfBuzz.memory.buffer).slice(at, at + harfBuzz.hb_blob_get_length(blob))
    harfBuzz.hb_blob_destroy(blob)
    harfBuzz.hb_face_destroy(made)
    return bytes
  }

  #hold(harfBuzz: HarfBuzz, face: Face): Held {
    const known = this.#held.get(face.id)
    if (known) {
      this.#held.delete(face.id)
      this.#held.set(face.id, known)
      return known
    }
    this.#makeRoom(harfBuzz, face.file.length)
    const data = harfBuzz.malloc(face.file.length)
    new Uint8Array(harfBuzz.memory.buffer).set(face.file, data)
    const blob = harfBuzz.hb_blob_create(data, face.file.length, READ_ONLY, 0, 0)
    const held = { face: harfBuzz.hb_face_create(blob, 0), data, bytes: face.file.length }
    harfBuzz.hb_blob_destroy(blob)
    this.#held.set(face.id, held)
    return held
  }

  #makeRoom(harfBuzz: HarfBuzz, bytes: number): void {
    let total = [...this.#held.values()].reduce((sum, held) => sum + held.bytes, bytes)
    for (const [id, held] of this.#held) {
      if (total <= MAX_HELD) return
      harfBuzz.hb_face_destroy(held.face)
      harfBuzz.free(held.data)
      this.#held.delete(id)
      total -= held.bytes
    }
  }
}

async function load(): Promise<HarfBuzz> {
  const { instance } = await WebAssembly.instantiate(await Bun.file(subsetWasm).arrayBuffer(), {})
  const harfBuzz = instance.exports as unknown as HarfBuzz
  harfBuzz._initialize()
  return harfBuzz
}
