/** Where a line may end. */

const words = new Intl.Segmenter('en', { granularity: 'word' })
/** Blanks that a line may end with; the no-break ones are not among them. */
const BLANK = /^[ \u1680\u2000-\u2006\u2008-\u200a\u200b\u205f\u3000]+$/
const HYPHEN = /[-\u2010\u2013\u2014]$/
const NO_SPACES =
  /[\p{Script=Han}\p{Script=Thai}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}]$/u
/** Ideographic punctuation that closes: the line may go on below. */
const CLOSING = /[\u3001\u3002\uff0c\uff0e\uff1a\uff1b\uff01\uff1f\u300d\u300f\uff09\u3011\u300b\u3009\u3015]$/
const SOUND_MARK = /^[\u30fc\u3005\u303b\u309d\u309e\u30fd\u30fe]/

/** What no line begins with, unlike an opening bracket. */
const STAYS = /^(?![\p{Ps}\p{Pi}])[\s\p{P}]/u
/** A hyphen behind a letter; the minus of a number is none. */
const isHyphen = (segment: string, before: string) =>
  HYPHEN.test(segment) && /[\p{L}\p{M}\p{N}].$/u.test(before.slice(-3))

/** Offsets after which a line may end, in order; the last is the end of the text. */
export function breaksOf(text: string): number[] {
  const offsets: number[] = []
  for (const { segment, index } of words.segment(text)) {
    const end = index + segment.length
    const next = text.slice(end, end + 2)
    const stays = next === '' || STAYS.test(next) || SOUND_MARK.test(next)
    if (BLANK.test(segment) || isHyphen(segment, text.slice(0, end))) offsets.push(end)
    else if (!stays && (NO_SPACES.test(segment) || CLOSING.test(segment))) offsets.push(end)
  }
  if (offsets.at(-1) !== text.length) offsets.push(text.length)
  return offsets
}
