/** Where the bytes of the bundled faces are: inside the executable, or in the installed packages during development. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundledFace } from './fonts-catalogue.ts'

const compiled = typeof TESTAMUR_VERSION !== 'undefined'
const PACKAGES = '../../node_modules/@expo-google-fonts'

/** The whole font file of a bundled face. */
export function bundledFile({ id, package: name, path }: BundledFace): Uint8Array {
  if (!compiled) return new Uint8Array(readFileSync(join(import.meta.dir, PACKAGES, name, `${path}.ttf`)))
  return new Uint8Array(Bun.zstdDecompressSync(readFileSync(join(import.meta.dir, 'fonts', `${id}.ttf.zst`))))
}
