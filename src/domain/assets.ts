/** Pictures and fonts that designs use. Content addressed: the same file uploaded twice is the same asset. */
import type { Design } from './designs.ts'
import type { Partition } from './scopes.ts'

export type AssetKind = 'image' | 'font'
export type AssetMediaType = 'image/jpeg' | 'image/png' | 'font/ttf' | 'font/otf'

export interface Asset {
  id: string
  partition: Partition
  kind: AssetKind
  /** Lower-case hex, of the content as it is kept: pictures are normalised first. */
  sha256: string
  mediaType: AssetMediaType
  /** As the person who uploaded it knows it. */
  name: string
  bytes: number
  /** Pixels of a picture; 0 for a font. */
  width: number
  height: number
  /** `Great Vibes Regular`; null for a picture. */
  family: string | null
  createdAt: number
  createdBy: string
}

export interface AssetContent {
  assetId: string
  partition: Partition
  content: Uint8Array
}

/** A template version that uses an asset: it is kept as long as this row is. */
export interface AssetUse {
  assetId: string
  templateId: string
  version: number
  partition: Partition
}

/** A frozen design, by the SHA-256 of its JSON. */
export interface StoredDesign {
  hash: string
  partition: Partition
  design: Design
  createdAt: number
}
