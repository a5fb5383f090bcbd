/** The script of docs/verify-without-us.md, as it stands there, and a network for it that ends at this machine. */
import { expect } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { JsonObject } from '../../src/domain/canonical.ts'

const PAGE = resolve(import.meta.dir, '../../docs/verify-without-us.md')
const ORACLES = resolve(import.meta.dir, '../oracles')

/** The first program of the page. */
export const outsideScript = (): string => /```js\n([\s\S]*?\n)```/.exec(readFileSync(PAGE, 'utf8'))?.[1] ?? ''

export interface Outside {
  rpcUrl: string
  /** What the issuer's site still serves. */
  didDocument?: unknown
  /** Third argument. */
  known?: string
}
/** What it printed, by mark. */
export interface Said {
  verdict: string
  code: number
  failed: string[]
  open: string[]
}

export class OutsideCheck {
  private readonly folder = mkdtempSync(join(tmpdir(), 'testamur-outside-'))
  private runs = 0
  constructor(script = outsideScript()) {
    writeFileSync(join(this.folder, 'check.mjs'), script)
    symlinkSync(join(ORACLES, 'node_modules'), join(this.folder, 'node_modules')) // where jsonld is
  }

  async run(certificate: JsonObject, { rpcUrl, didDocument, known }: Outside): Promise<Said> {
    const write = (name: string, content: unknown) => {
      const path = join(this.folder, `${name}-${this.runs}.json`)
      writeFileSync(path, JSON.stringify(content))
      return path
    }
    this.runs++
    const file = write('certificate', certificate)
    const network = ['--import', join(ORACLES, 'outside-offline.mjs')]
    const child = Bun.spawn(['node', ...network, 'check.mjs', file, rpcUrl, ...(known ? [known] : [])], {
      cwd: this.folder,
      env: { PATH: process.env.PATH ?? '', TESTAMUR_BUNDLE: write('bundle', { certificate, didDocument }) },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [out, complaints] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    if (complaints !== '') throw new Error(complaints)
    const lines = out.trim().split('\n')
    const texts = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length))
    return { verdict: lines.at(-1)!, code: await child.exited, failed: texts('FAIL '), open: texts('open ') }
  }

  discard(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export const VALID: Said = { verdict: 'VALID', code: 0, failed: [], open: [] }
const holding = (texts: string[]) => texts.map((text) => expect.stringContaining(text))
/** Exactly these checks fail. */
export const invalid = (...failed: string[]) => ({ ...VALID, verdict: 'INVALID', code: 1, failed: holding(failed) })
/** Exactly these could not be made. */
export const unchecked = (...open: string[]) => ({
  ...VALID,
  verdict: 'COULD NOT BE CHECKED',
  code: 2,
  open: holding(open),
})

/** CAIP-10 id under the signature. */
export const registryOf = (file: JsonObject): string =>
  (file.issuer as { otherIdentifier: { identifier: string }[] }).otherIdentifier[0]!.identifier
