/**
 * `npm start`: builds what browsers get when it is older than its sources, then runs the appliance in this very process,
 * so that Ctrl-C reaches it directly. Arguments are handed on: `npm start -- --config my.toml`.
 */
import { statSync } from 'node:fs'
import { BUNDLES, WEB, buildWeb } from './build.ts'

const SOURCES = ['web/**/*', 'src/domain/**/*', 'package-lock.json', 'scripts/build.ts']

const changedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Is a bundle missing, or older than anything it is made of? */
export function isStale(folder: string = WEB): boolean {
  const entries = BUNDLES.filter(({ entry }) => changedAt(entry) > 0)
  const oldest = Math.min(...entries.map(({ outfile }) => changedAt(`${folder}/${outfile}`)))
  const newest = Math.max(...SOURCES.flatMap((glob) => [...new Bun.Glob(glob).scanSync('.')]).map(changedAt))
  return oldest <= newest
}

if (import.meta.main) {
  if (isStale()) await buildWeb()
  const main = new URL('../src/main.ts', import.meta.url).pathname
  process.argv = [process.argv[0]!, main, 'serve', '--quickstart', ...process.argv.slice(2)]
  await import('../src/main.ts')
}
