import { createHash } from 'node:crypto'
import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXECUTABLE, buildWeb } from '../../scripts/build.ts'
import { isInstalled, missingPackages } from '../../scripts/ensure.mjs'
import { formattedFiles } from '../../scripts/format.ts'
import { findChromium } from '../../scripts/test.ts'

const folder = mkdtempSync(join(tmpdir(), 'testamur-scripts-'))
afterAll(() => rmSync(folder, { recursive: true }))
const written = (name: string, text: string) => {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

describe('ensure', () => {
  const lock = (packages: Record<string, { version?: string; optional?: boolean }>) => JSON.stringify({ packages })
  const wanted = lock({
    '': { version: '9' },
    'node_modules/a': { version: '1' },
    'node_modules/windows-only': { version: '1', optional: true },
  })

  test('sees a package that is missing or of another version, and no more', () => {
    expect(missingPackages(wanted, lock({ 'node_modules/a': { version: '1' } }))).toEqual([])
    expect(missingPackages(wanted, lock({ 'node_modules/a': { version: '2' } }))).toEqual(['node_modules/a'])
    expect(missingPackages(wanted, lock({}))).toEqual(['node_modules/a'])
    expect(missingPackages(wanted, undefined)).toEqual(['node_modules/a'])
  })

  test('finds this checkout installed, and an empty folder not', () => {
    expect(isInstalled('.')).toBe(true)
    expect(isInstalled(folder)).toBe(false)
  })

  test('runs a script with the installed Bun and hands on arguments and exit code', () => {
    const script = written('show.ts', 'console.log(Bun.version, ...process.argv.slice(2)); process.exit(7)')
    const { exitCode, stdout } = Bun.spawnSync(['node', 'scripts/ensure.mjs', script, 'a b', '--c'])
    expect(stdout.toString()).toBe(`${Bun.version} a b --c\n`)
    expect(exitCode).toBe(7)
  })

  test('hands on SIGTERM and waits for the script to finish', async () => {
    const script = written(
      'wait.ts',
      'process.on("SIGTERM", () => { console.log("drained"); process.exit(0) }); console.log("up"); await Bun.stdin.text(); await new Promise(() => {})',
    )
    const child = Bun.spawn(['node', 'scripts/ensure.mjs', script], { stdin: 'pipe', stdout: 'pipe' })
    let said = ''
    for await (const part of child.stdout) {
      said += new TextDecoder().decode(part)
      if (said === 'up\n') child.kill('SIGTERM')
    }
    expect(said).toBe('up\ndrained\n')
    expect(await child.exited).toBe(0)
  })

  test('stops the script when the shell that npm started is gone', async () => {
    const script = written(
      'orphan.ts',
      'process.on("SIGTERM", () => { console.log("drained"); process.exit(0) }); console.log("up"); await new Promise(() => setInterval(() => {}, 1000))',
    )
    // A shell that does not replace itself by its last command, as under npm.
    const shell = Bun.spawn(['sh', '-c', `node scripts/ensure.mjs ${script}; true`], { stdout: 'pipe' })
    let said = ''
    for await (const part of shell.stdout) {
      said += new TextDecoder().decode(part)
      if (said === 'up\n') shell.kill('SIGTERM')
    }
    expect(said).toBe('up\ndrained\n')
  })
})

describe('build', () => {
  test('makes one file of a script, and one self-contained file of a page', async () => {
    const entry = written('in/page.ts', 'import { word } from "./word.ts"\ndocument.title = word')
    written('in/word.ts', 'export const word = [navigator.language, location.hash, "hello-world"].join()')
    const page = written(
      'in/index.html',
      '<!doctype html><title>x</title><script type="module" src="./page.ts"></script>',
    )
    const out = join(folder, 'out')
    const bundles = [
      { entry, outfile: 'page.js' },
      { entry: page, outfile: 'one.html' },
      { entry: join(folder, 'in/later.ts'), outfile: 'later.js' },
    ]
    expect(await buildWeb(bundles, out)).toEqual(['page.js', 'one.html'])
    expect(readFileSync(join(out, 'page.js'), 'utf8')).toContain('hello-world')
    const html = readFileSync(join(out, 'one.html'), 'utf8')
    expect(html).toContain('hello-world')
    expect(html).not.toMatch(/src=|href=/)
    // It names the only script that may run in it, wherever it is opened.
    const [, policy] = /^<!doctype html>\n<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)!
    const [, script] = /<script type="module">([^]*?)<\/script>/.exec(html)!
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script!).digest('base64')}';`)
    expect(policy).toContain("style-src 'none'")
  })

  test('refuses nothing, and what does not build, with the reason', async () => {
    const attempt = (entry: string) => buildWeb([{ entry, outfile: 'x.js' }], join(folder, 'out2'))
    await expect(attempt('missing.ts')).rejects.toThrow('nothing to build')
    await expect(attempt(written('in/bad.ts', 'import "./nowhere.ts"'))).rejects.toThrow('nowhere.ts')
    await expect(attempt(written('in/empty.ts', ''))).rejects.toThrow('empty')
  })

  test('never minifies the program and never reads settings of the folder it runs in', () => {
    expect(EXECUTABLE).toMatchObject({ minify: false, bytecode: true, format: 'esm' })
    const source = readFileSync('scripts/build.ts', 'utf8')
    expect(source).toContain('autoloadDotenv: false')
    expect(source).toContain('autoloadBunfig: false')
  })
})

test('formatting covers our code and not that of others', () => {
  const files = formattedFiles()
  expect(files).toContain('scripts/ensure.mjs')
  expect(files).toContain('src/config.ts')
  expect(files.filter((path) => path.includes('node_modules') || path.startsWith('test/oracles/'))).toEqual([])
})

test('the browser of the page tests is the one that was named', () => {
  expect(findChromium({ TESTAMUR_CHROMIUM: '/somewhere/chromium' })).toBe('/somewhere/chromium')
})
