/** The faces that come with the program, in the order the designer lists them. All are under the SIL Open Font License. */
import type { FontFace } from '../domain/ports.ts'

export interface BundledFace extends FontFace {
  /** Package below @expo-google-fonts/. */
  package: string
  /** In the package, without `.ttf`; below the folder of embedded fonts the id stands for it. */
  path: string
  /** A fall-back is opened only for texts with a letter of these. */
  letters: RegExp | null
  /** OpenType features that stay off. */
  without?: string[]
}

const STYLES = {
  400: ['Regular', ''],
  600: ['SemiBold', '-semibold'],
  700: ['Bold', '-bold'],
} as const
type Weight = keyof typeof STYLES
/** `400`, or `400i` for its italic. */
type Cut = `${Weight}` | `${Weight}i`

function face(family: string, kind: FontFace['kind'], cut: Cut, letters: RegExp | null): BundledFace {
  const weight = Number.parseInt(cut, 10) as Weight
  const italic = cut.endsWith('i')
  const [style, suffix] = STYLES[weight]
  const name = family.toLowerCase().replaceAll(' ', '-')
  const folder = `${weight}${style}${italic ? '_Italic' : ''}`
  const words = style === 'SemiBold' ? 'Semibold' : style
  return {
    id: `${name}${suffix}${italic ? '-italic' : ''}`,
    family,
    style: italic ? `${words} Italic`.replace('Regular ', '') : words,
    weight,
    italic,
    kind,
    package: name,
    path: `${folder}/${family.replaceAll(' ', '')}_${folder}`,
    letters,
  }
}
const family = (name: string, kind: FontFace['kind'], cuts: Cut[], letters: RegExp | null = null) =>
  cuts.map((cut) => face(name, kind, cut, letters))
const script = (name: string, letters: RegExp) => family(name, 'fallback', ['400', '700'], letters)
const cjk = (name: string, letters: RegExp) => family(name, 'fallback', ['400'], letters)

const HAN = /[\p{scx=Han}\p{scx=Bopomofo}\p{scx=Hiragana}\p{scx=Katakana}\uff00-\uffef]/u

export const BUNDLED_FACES: readonly BundledFace[] = [
  ...family('Noto Serif', 'serif', ['400', '700', '400i', '700i']),
  ...family('EB Garamond', 'serif', ['400', '600', '400i']),
  ...family('Cormorant Garamond', 'serif', ['400', '600', '400i']),
  ...family('Playfair Display', 'serif', ['400', '700', '400i']),
  ...family('Source Serif 4', 'serif', ['400', '700', '400i']),
  ...family('Noto Sans', 'sans', ['400', '700', '400i', '700i']),
  ...family('Inter', 'sans', ['400', '600']),
  ...family('Montserrat', 'sans', ['400', '600']),
  ...family('JetBrains Mono', 'sans', ['400']).map((one) => ({ ...one, without: ['calt', 'liga'] })),
  ...family('Cinzel', 'display', ['400', '700']),
  ...family('Grenze Gotisch', 'display', ['400']),
  ...family('Great Vibes', 'script', ['400']),
  ...family('Pinyon Script', 'script', ['400']),
  ...family('Alex Brush', 'script', ['400']),
  ...family('Dancing Script', 'script', ['400', '700']),
  ...script('Noto Naskh Arabic', /\p{scx=Arabic}/u),
  ...script('Noto Sans Hebrew', /\p{Script=Hebrew}/u),
  ...script('Noto Sans Devanagari', /\p{scx=Devanagari}/u),
  ...script('Noto Sans Bengali', /\p{Script=Bengali}/u),
  ...script('Noto Sans Gurmukhi', /\p{Script=Gurmukhi}/u),
  ...script('Noto Sans Gujarati', /\p{Script=Gujarati}/u),
  ...script('Noto Sans Tamil', /\p{Script=Tamil}/u),
  ...script('Noto Sans Telugu', /\p{Script=Telugu}/u),
  ...script('Noto Sans Kannada', /\p{Script=Kannada}/u),
  ...script('Noto Sans Malayalam', /\p{Script=Malayalam}/u),
  ...script('Noto Sans Sinhala', /\p{Script=Sinhala}/u),
  ...script('Noto Sans Thai', /\p{Script=Thai}/u),
  ...script('Noto Sans Lao', /\p{Script=Lao}/u),
  ...script('Noto Sans Khmer', /\p{Script=Khmer}/u),
  ...script('Noto Sans Myanmar', /\p{Script=Myanmar}/u),
  ...script('Noto Sans Armenian', /\p{Script=Armenian}/u),
  ...script('Noto Sans Georgian', /\p{Script=Georgian}/u),
  ...script('Noto Sans Ethiopic', /\p{Script=Ethiopic}/u),
  ...cjk('Noto Sans SC', HAN),
  ...cjk('Noto Sans TC', HAN),
  ...cjk('Noto Sans JP', HAN),
  ...cjk('Noto Sans KR', /[\p{scx=Han}\p{scx=Hangul}\uff00-\uffef]/u),
  ...cjk('Noto Sans Symbols 2', /[\p{S}\p{No}]/u),
]

/** What a design may name and the designer offers. */
export const FONT_FACES: FontFace[] = BUNDLED_FACES.map(({ id, family: name, style, weight, italic, kind }) => ({
  id,
  family: name,
  style,
  weight,
  italic,
  kind,
}))
