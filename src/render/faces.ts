/** A font that can be shaped with, measured, outlined and subset. */
export interface Face {
  /** Id of the face: `noto-serif-bold`, or the SHA-256 of an uploaded one. */
  readonly id: string
  readonly unitsPerEm: number
  /** Font units. */
  readonly ascender: number
  readonly descender: number
  readonly isCff: boolean
  /** Can every letter of this text be drawn? Joiners and variation selectors do not count. */
  covers(text: string): boolean
  /** SVG path data of a glyph in font units, y up; '' for a blank. */
  outline(glyph: number): string
  /** The whole font file. */
  readonly file: Uint8Array
}
