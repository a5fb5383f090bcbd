/** One way to write: `bun scripts/format.ts --write` formats, `--check` only looks (exit code 1 when something differs). */
import { $ } from 'bun'
import { relative } from 'node:path'

// Whole-file formats where one machine's output is another's input (JSON artefacts, SQL, Markdown) are left as they are.
const PATTERNS = ['{src,web,scripts,migrations,bench,test}/**/*.{ts,tsx,mjs,css}']
const LEFT_OUT = /(^|\/)(node_modules|test\/oracles|test\/fixtures)\//

/** Every file that is formatted, sorted. */
export function formattedFiles(): string[] {
  return PATTERNS.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync('.')])
    .filter((path) => !LEFT_OUT.test(path))
    .sort()
}

/** The exit code of the formatter. */
export async function format(mode: '--check' | '--write'): Promise<number> {
  const files = formattedFiles()
  const flags = mode === '--check' ? ['--check'] : []
  return (await $`${process.execPath} fmt --no-script ${flags} ${files}`.nothrow()).exitCode
}

if (import.meta.main) {
  const mode = process.argv[2] ?? '--write'
  if (mode !== '--check' && mode !== '--write') {
    console.error(`usage: ${relative('.', import.meta.path)} --write|--check`)
    process.exit(2)
  }
  process.exit(await format(mode))
}
