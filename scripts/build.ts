/**
 * Two steps: what browsers get into build/web, then everything into one executable, dist/testamur.
 * `bun scripts/build.ts [bun-linux-arm64 …]` builds for other systems into dist/testamur-linux-arm64, …
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pkg from '../package.json'
import { FONTS, buildFonts, shaperPlugin } from './build-fonts.ts'

interface Bundle {
  entry: string
  /** Below build/web. */
  outfile: string
}
/** An .html entry becomes one self-contained file, with scripts and styles inside. */
export const BUNDLES: Bundle[] = [
  { entry: 'web/certificate/page.ts', outfile: 'certificate.js' },
  { entry: 'web/certificate/page.css', outfile: 'certificate.css' },
  { entry: 'web/certificate/embed.css', outfile: 'embed.css' },
  { entry: 'web/designer/page.ts', outfile: 'designer.js' },
  { entry: 'web/designer/page.css', outfile: 'designer.css' },
  { entry: 'web/verify/page.ts', outfile: 'verify.js' },
  { entry: 'web/verify/index.html', outfile: 'verify.html' },
]
export const WEB = 'build/web'
export const BINARY = process.platform === 'win32' ? 'dist/testamur.exe' : 'dist/testamur'
const SMALLEST = 64
const MAIN = 'src/main.ts'
const WORKERS = ['src/worker.ts']
const PRODUCTION = { 'process.env.NODE_ENV': '"production"' }

/** The one file that a build made, or an error with what the bundler said. Nothing empty passes. */
async function onlyOutput(entry: string, building: Promise<Bun.BuildOutput>): Promise<Bun.BuildArtifact> {
  const result = await building.catch((error: unknown) => {
    const causes = error instanceof AggregateError ? error.errors.map(String) : [String(error)]
    throw new Error(`${entry} does not build:\n${causes.join('\n')}`)
  })
  if (!result.success) throw new Error(`${entry} does not build:\n${result.logs.map(String).join('\n')}`)
  const outputs = result.outputs.filter(({ kind }) => kind !== 'sourcemap' && kind !== 'bytecode')
  const [output] = outputs
  if (!output || outputs.length !== 1) throw new Error(`${entry} gave ${outputs.length} files instead of one`)
  // An empty source still gives a line or two of module.
  if (output.size < SMALLEST) throw new Error(`${entry} gave next to nothing (${output.size} bytes, empty source?)`)
  return output
}

/**
 * A page that may be saved carries its own policy: nothing runs in it but the very script and style it was built with, also
 * when no server sends the policy along.
 */
export function withPolicy(page: string): string {
  const hash = (inside: string) => `'sha256-${createHash('sha256').update(inside).digest('base64')}'`
  const hashes = (pattern: RegExp) =>
    [...page.matchAll(pattern)].map(([, inside]) => hash(inside!)).join(' ') || "'none'"
  const scripts = hashes(/<script(?! type="application\/json")[^>]*>([^]*?)<\/script>/g)
  const styles = hashes(/<style[^>]*>([^]*?)<\/style>/g)
  const policy = [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    'img-src data:',
    'connect-src *',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const place = /<head>/i.test(page) ? /<head>/i : /<!doctype html>/i
  return page.replace(place, (head) => `${head}\n<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
}

/** Builds the bundles that are there; `folder` is replaced. Gives the names of the files made. */
export async function buildWeb(bundles: Bundle[] = BUNDLES, folder: string = WEB): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true })
  const made: string[] = []
  for (const { entry, outfile } of bundles.filter((bundle) => existsSync(bundle.entry))) {
    const options: Bun.BuildConfig = { entrypoints: [entry], minify: true, define: PRODUCTION, target: 'browser' }
    // Bun offers the self-contained page only as a "compiled" one; the script alone must not be compiled.
    const output = await onlyOutput(
      entry,
      entry.endsWith('.html') ? Bun.build({ ...options, compile: true }) : Bun.build({ ...options, format: 'esm' }),
    )
    mkdirSync(dirname(join(folder, outfile)), { recursive: true })
    const content = entry.endsWith('.html') ? withPolicy(await output.text()) : await output.arrayBuffer()
    await Bun.write(join(folder, outfile), content)
    made.push(outfile)
  }
  if (made.length === 0) throw new Error(`nothing to build: none of ${bundles.map(({ entry }) => entry).join(', ')}`)
  return made
}

/** The options every executable is built with; a test looks at them. */
export const EXECUTABLE = {
  minify: false, // Elysia reads the source text of handlers
  bytecode: true, // half the start time
  format: 'esm', // bytecode alone means CommonJS, where top-level await fails
  sourcemap: 'linked', // stack traces name the original file and line
} as const

export async function buildBinary(target?: string): Promise<string> {
  if (!existsSync(WEB) || readdirSync(WEB).length === 0) throw new Error(`${WEB} is empty; build it first`)
  await buildFonts()
  const outfile = target === undefined ? BINARY : `dist/testamur-${target.replace(/^bun-/, '')}`
  const result = await Bun.build({
    ...EXECUTABLE,
    entrypoints: [MAIN, ...WORKERS.filter((worker) => existsSync(worker))],
    define: { ...PRODUCTION, TESTAMUR_VERSION: JSON.stringify(pkg.version) },
    plugins: [shaperPlugin],
    compile: {
      outfile,
      assets: [WEB, FONTS],
      autoloadDotenv: false, // otherwise .env of the working directory is read
      autoloadBunfig: false, // otherwise bunfig.toml of the working directory can run foreign code
      ...(target === undefined ? {} : { target: target as Bun.Build.CompileTarget }),
    },
  })
  if (!result.success) throw new Error(`${outfile} does not build:\n${result.logs.map(String).join('\n')}`)
  return outfile
}

const megabytes = (path: string) => `${(readFileSync(path).byteLength / 1e6).toFixed(1)} MB`

if (import.meta.main) {
  const targets = process.argv.slice(2)
  for (const name of await buildWeb()) {
    console.log(`${WEB}/${name}  ${(Bun.file(`${WEB}/${name}`).size / 1e3).toFixed(1)} kB`)
  }
  for (const target of targets.length > 0 ? targets : [undefined]) {
    const outfile = await buildBinary(target)
    console.log(`${outfile}  ${megabytes(outfile)}`)
  }
}
