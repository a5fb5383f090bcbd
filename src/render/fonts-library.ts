/** The faces of one renderer: bundled ones, opened on first use, and uploaded ones. */
import { BUNDLED_FACES, type BundledFace } from './fonts-catalogue.ts'
import { bundledFile } from './fonts-files.ts'
import { HarfBuzzFace, openFace } from './fonts.ts'

/** A face that may not be open yet. */
export interface Candidate {
  id: string
  /** Opens the face when it could have these letters. */
  covers(text: string): boolean
  face(): HarfBuzzFace
}

const UPLOADS_KEPT = 64
const BOLD_FROM = 600
/** Fonts for the ideographs of a language; the same code point looks different in each. */
const CJK = ['noto-sans-sc', 'noto-sans-tc', 'noto-sans-jp', 'noto-sans-kr']
/** For arrows, stars and ticks, where no face before has them. */
const LETTER = /\p{L}/u
const SIGNS = ['inter', 'jetbrains-mono', 'noto-sans-symbols-2']

/** What a text's own letters and, where they do not tell, the language say about its ideographs. */
export function cjkOrder(text: string, language: string): string[] {
  const first = /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? 'noto-sans-jp'
    : /\p{Script=Hangul}/u.test(text)
      ? 'noto-sans-kr'
      : /^ja\b/i.test(language)
        ? 'noto-sans-jp'
        : /^ko\b/i.test(language)
          ? 'noto-sans-kr'
          : /\p{Script=Bopomofo}/u.test(text) || /^(zh-(hant|tw|hk|mo)|yue)\b/i.test(language)
            ? 'noto-sans-tc'
            : 'noto-sans-sc'
  return [first, ...CJK.filter((id) => id !== first)]
}

export class FaceLibrary {
  private readonly open = new Map<string, HarfBuzzFace>()
  private readonly uploads = new Map<string, HarfBuzzFace>()
  private readonly chains = new Map<string, Candidate[]>()
  private readonly bundled: Map<string, BundledFace>

  constructor(
    faces: readonly BundledFace[] = BUNDLED_FACES,
    private readonly read: (face: BundledFace) => Uint8Array = bundledFile,
  ) {
    this.bundled = new Map(faces.map((face) => [face.id, face]))
  }

  /** How many bundled faces are open; the large ones must not be without need. */
  get opened(): string[] {
    return [...this.open.keys()]
  }

  /** A bundled face by its id; undefined for what is none. */
  face(id: string): HarfBuzzFace | undefined {
    const known = this.bundled.get(id)
    if (known === undefined) return undefined
    let face = this.open.get(id)
    if (face === undefined) this.open.set(id, (face = new HarfBuzzFace(id, this.read(known), known.without)))
    return face
  }

  /** A face from an uploaded file, kept by its hash. Throws RenderRefused for what is no font. */
  upload(sha256: string, bytes: Uint8Array): HarfBuzzFace {
    let face = this.uploads.get(sha256)
    this.uploads.delete(sha256)
    if (face === undefined) face = openFace(sha256, bytes)
    if (this.uploads.size >= UPLOADS_KEPT) this.uploads.delete(this.uploads.keys().next().value!)
    this.uploads.set(sha256, face)
    return face
  }

  /** The chosen face, then what stands in for it: of its kind and weight first, then by script. */
  chain(chosen: HarfBuzzFace, text: string, language: string): Candidate[] {
    const ideographs = cjkOrder(text, language)
    const key = `${chosen.id} ${ideographs[0]}`
    let rest = this.chains.get(key)
    if (rest === undefined) this.chains.set(key, (rest = this.fallbacks(chosen.id, ideographs)))
    return [{ id: chosen.id, covers: (letters) => chosen.covers(letters), face: () => chosen }, ...rest]
  }

  private fallbacks(chosen: string, ideographs: string[]): Candidate[] {
    const like = this.bundled.get(chosen)
    const bold = (like?.weight ?? 400) >= BOLD_FROM
    const families = like?.kind === 'sans' ? ['noto-sans', 'noto-serif'] : ['noto-serif', 'noto-sans']
    const styled = (id: string) => `${id}${bold ? '-bold' : ''}${like?.italic ? '-italic' : ''}`
    const scripts = [...this.bundled.values()].filter(({ kind }) => kind === 'fallback')
    const isCjk = ({ id }: BundledFace) => CJK.includes(id)
    const others = scripts.filter((one) => !isCjk(one) && !SIGNS.includes(one.id))
    const order = [
      ...families.map(styled),
      ...others.filter(({ weight }) => weight >= BOLD_FROM === bold).map(({ id }) => id),
      ...ideographs,
      ...SIGNS,
    ]
    return order
      .filter((id) => id !== chosen && this.bundled.has(id))
      .map((id) => this.candidate(this.bundled.get(id)!))
  }

  private candidate({ id, letters }: BundledFace): Candidate {
    const face = () => this.face(id)!
    // A star behind a name must not change the face of the name.
    const may = (text: string) => (SIGNS.includes(id) ? !LETTER.test(text) : letters === null || letters.test(text))
    return { id, face, covers: (text) => may(text) && face().covers(text) }
  }
}
