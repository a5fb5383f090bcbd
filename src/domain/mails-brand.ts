/** The issuer's colour in a mail, on light and on dark: whatever was chosen, text stays readable (WCAG 2.2, 4.5 to 1). */

export interface MailColors {
  /** The line above the card. */
  line: string
  link: string
  button: string
  onButton: string
  dark: { line: string; link: string; button: string; onButton: string }
}

export const CARD = '#ffffff'
export const DARK_CARD = '#1b2128'

const BUILT_IN: MailColors = {
  line: '#1d4f76',
  link: '#1d4f76',
  button: '#1d4f76',
  onButton: '#ffffff',
  dark: { line: '#6fa8d6', link: '#8fc1ea', button: '#2c6c9f', onButton: '#ffffff' },
}

/** `#rrggbb`; anything else, or none, gives the colours of the house. */
export function mailColors(primary: string | null | undefined): MailColors {
  if (!primary || !/^#[0-9a-f]{6}$/i.test(primary)) return BUILT_IN
  const color = primary.toLowerCase()
  const darkButton = towards(color, '#ffffff', DARK_CARD, 3)
  return {
    line: color,
    link: towards(color, '#000000', CARD, 4.5),
    button: color,
    onButton: readableOn(color),
    dark: {
      line: darkButton,
      link: towards(color, '#ffffff', DARK_CARD, 4.5),
      button: darkButton,
      onButton: readableOn(darkButton),
    },
  }
}

/** Black or white, whichever reads better; one of them always reaches 4.5. */
const readableOn = (color: string) => (contrast('#ffffff', color) >= contrast('#000000', color) ? '#ffffff' : '#000000')

/** The colour itself where it stands out enough, else moved step by step until it does. */
function towards(color: string, end: string, against: string, wanted: number): string {
  for (let step = 0; step <= 20; step++) {
    const mixed = mix(color, end, step / 20)
    if (contrast(mixed, against) >= wanted) return mixed
  }
  return end
}

const channels = (color: string) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))

function mix(color: string, other: string, share: number): string {
  const ends = channels(other)
  const mixed = channels(color).map((value, index) => Math.round(value + (ends[index]! - value) * share))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

/** WCAG contrast of two colours, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((left, right) => right - left)
  return (light! + 0.05) / (dark! + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = channels(color).map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
