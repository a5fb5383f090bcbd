/** The starting designs, in the order they are shown. */
import { PAGE_SIZES, type Design } from '../designs.ts'
import { award } from './award.ts'
import { botanical } from './botanical.ts'
import { classic } from './classic.ts'
import { compliance } from './compliance.ts'
import type { GalleryDesign, GalleryEntry } from './entry.ts'
import { licence } from './licence.ts'
import { membership } from './membership.ts'
import { micro } from './micro.ts'
import { modern } from './modern.ts'
import { summit } from './summit.ts'
import { swiss } from './swiss.ts'
import { workshop } from './workshop.ts'

export type { GalleryEntry, PageSize } from './entry.ts'

const DESIGNS: GalleryDesign[] = [
  classic,
  modern,
  compliance,
  award,
  membership,
  workshop,
  licence,
  micro,
  swiss,
  botanical,
  summit,
]

/** What there is to choose from; `classic` is what a template has that names none. */
export const GALLERY: GalleryEntry[] = DESIGNS.map(({ draw: _, ...entry }) => entry)

/** The drawing of an entry at a size it offers, its first when none is said; undefined when the gallery has no such thing. */
export function galleryDesign(slug: string, size?: string): Design | undefined {
  const found = DESIGNS.find((entry) => entry.slug === slug)
  const chosen = found?.sizes.find((offered) => size === undefined || offered === size)
  return chosen && found!.draw(PAGE_SIZES[chosen])
}
