/**
 * The fonts and the shaper as parts of the executable. Fonts are compressed into build/fonts, each only once: level 19 takes
 * about half a minute for all of them.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLED_FACES, type BundledFace } from '../src/render/fonts-catalogue.ts'

export const FONTS = 'build/fonts'
const STAMPS = 'build/fonts.json'
const PACKAGES = 'node_modules/@expo-google-fonts'
const LEVEL = 19
/** Compressions at the same time; one of a large font holds some hundred megabytes. */
const AT_ONCE = 2

const nameOf = ({ id }: BundledFace) => `${id}.ttf.zst`

/** Package, version and file: what a compressed font was made of. */
function stampOf({ package: name, path }: BundledFace): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as { version: string }
  return `${name} ${version} ${path} ${LEVEL}`
}

async function compress(face: BundledFace, folder: string): Promise<void> {
  const source = readFileSync(join(PACKAGES, face.package, `${face.path}.ttf`))
  // Renamed when whole: another build may read it at this moment.
  const unfinished = join(folder, `${nameOf(face)}.${process.pid}`)
  await Bun.write(unfinished, await Bun.zstdCompress(source, { level: LEVEL }))
  renameSync(unfinished, join(folder, nameOf(face)))
}

/** Makes what is missing or was made of another version, and takes away what no longer belongs. Gives how many it made. */
export async function buildFonts(
  faces: readonly BundledFace[] = BUNDLED_FACES,
  folder: string = FONTS,
  stamps: string = STAMPS,
): Promise<number> {
  mkdirSync(folder, { recursive: true })
  const made = existsSync(stamps) ? (JSON.parse(readFileSync(stamps, 'utf8')) as Record<string, string>) : {}
  const wanted = Object.fromEntries(faces.map((face) => [nameOf(face), stampOf(face)]))
  for (const name of readdirSync(folder)) if (!(name in wanted)) rmSync(join(folder, name))
  const left = faces.filter((face) => {
    const name = nameOf(face)
    return made[name] !== wanted[name] || !existsSync(join(folder, name))
  })
  const count = left.length
  // A build that is broken off must not leave a stamp for a font that is not there.
  rmSync(stamps, { force: true })
  const work = async () => {
    for (let face = left.shift(); face !== undefined; face = left.shift()) await compress(face, folder)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  writeFileSync(stamps, JSON.stringify(wanted, null, 1))
  return count
}

const SHAPER_URL = 'new URL("harfbuzz.wasm",import.meta.url).href'

/** The shaper finds its WebAssembly beside its script; the bundler embeds only what is imported as a file. */
export function embedShaper(source: string, wasm: string): string {
  const parts = source.split(SHAPER_URL)
  // Never build a binary that dies at its first certificate.
  if (parts.length !== 2) throw new Error('harfbuzzjs loads its WebAssembly in a new way: adapt scripts/build-fonts.ts')
  return `import shaperWasm from ${JSON.stringify(wasm)} with { type: 'file' };\n${parts.join('shaperWasm')}`
}

export const shaperPlugin: Bun.BunPlugin = {
  name: 'embed-shaper',
  setup(build) {
    build.onLoad({ filter: /harfbuzzjs[\\/]dist[\\/]harfbuzz\.js$/ }, async ({ path }) => ({
      loader: 'js',
      contents: embedShaper(await Bun.file(path).text(), path.replace(/\.js$/, '.wasm')),
    }))
  },
}
