/** Which script every letter of a text belongs to, as the shaper wants it named. */

/** Unicode's name → ISO 15924. What is not here is left to the shaper's own guess. */
const SCRIPTS = {
  Latin: 'Latn',
  Greek: 'Grek',
  Cyrillic: 'Cyrl',
  Armenian: 'Armn',
  Georgian: 'Geor',
  Hebrew: 'Hebr',
  Arabic: 'Arab',
  Syriac: 'Syrc',
  Thaana: 'Thaa',
  Devanagari: 'Deva',
  Bengali: 'Beng',
  Gurmukhi: 'Guru',
  Gujarati: 'Gujr',
  Oriya: 'Orya',
  Tamil: 'Taml',
  Telugu: 'Telu',
  Kannada: 'Knda',
  Malayalam: 'Mlym',
  Sinhala: 'Sinh',
  Thai: 'Thai',
  Lao: 'Laoo',
  Tibetan: 'Tibt',
  Myanmar: 'Mymr',
  Khmer: 'Khmr',
  Ethiopic: 'Ethi',
  Mongolian: 'Mong',
  Cherokee: 'Cher',
  Han: 'Hani',
  Hiragana: 'Hira',
  Katakana: 'Kana',
  Hangul: 'Hang',
  Bopomofo: 'Bopo',
} as const
export type Script = (typeof SCRIPTS)[keyof typeof SCRIPTS] | 'Zzzz' | ''

const TESTS = Object.entries(SCRIPTS).map(([name, tag]) => [tag, new RegExp(`\\p{Script=${name}}`, 'u')] as const)
const NEUTRAL = /[\p{Script=Common}\p{Script=Inherited}]/u
const KEPT = 4096
const seen = new Map<number, Script>()

/** '' for what takes the script of its neighbours: digits, spaces, punctuation, marks. */
function scriptOf(codePoint: number): Script {
  if (codePoint < 0x80) return (codePoint | 32) >= 0x61 && (codePoint | 32) <= 0x7a ? 'Latn' : ''
  let script = seen.get(codePoint)
  if (script !== undefined) return script
  const letter = String.fromCodePoint(codePoint)
  script = NEUTRAL.test(letter) ? '' : (TESTS.find(([, test]) => test.test(letter))?.[0] ?? 'Zzzz')
  if (seen.size >= KEPT) seen.clear()
  seen.set(codePoint, script)
  return script
}

/** One script per UTF-16 unit. Neutral letters take the last script seen, at the beginning the first that follows. */
export function scriptsOf(text: string): Script[] {
  const scripts: Script[] = []
  let last: Script = ''
  for (const letter of text) {
    const script = scriptOf(letter.codePointAt(0)!)
    if (script !== '' && last === '') scripts.fill(script)
    if (script !== '') last = script
    for (let unit = 0; unit < letter.length; unit++) scripts.push(last)
  }
  return scripts
}

/** Letters that hang together, by a stroke or a common line: spacing would tear them apart. */
export const CONNECTED: ReadonlySet<Script> = new Set<Script>(['Arab', 'Syrc', 'Mong', 'Deva', 'Beng', 'Guru'])
