/** Children as bundles: they start in a fraction of the time, and a planted defect is a bundle with one text exchanged. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { type Patch, patched } from '../crash/defects.ts'
import type { Job, Report } from './job.ts'

const ROOT = resolve(import.meta.dir, '../..')
let folder: string | undefined
let built = 0
process.on('exit', () => folder && rmSync(folder, { recursive: true, force: true }))
const bundles = new Map<string, Promise<string>>()

/** The file of a child's bundle; each patch exchanges a text that must stand there once. */
export function bundle(entry: 'child' | 'naive', patches: Patch[] = []): Promise<string> {
  const name = JSON.stringify([entry, patches])
  const made = bundles.get(name) ?? build(entry, patches)
  bundles.set(name, made)
  return made
}

async function build(entry: string, patches: Patch[]): Promise<string> {
  const applied = new Set<Patch>()
  folder ??= mkdtempSync(join(tmpdir(), 'testamur-children-'))
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, `${entry}.ts`)],
    target: 'bun',
    outdir: join(folder, String(built++)),
    plugins: [
      {
        name: 'patches',
        setup(builder) {
          if (patches.length === 0) return
          builder.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
            let contents = await Bun.file(path).text()
            for (const patch of patches.filter(({ file }) => file === relative(ROOT, path))) {
              contents = patched(contents, patch)
              applied.add(patch)
            }
            return { contents, loader: 'ts' }
          })
        },
      },
    ],
  })
  const left = patches.find((patch) => !applied.has(patch))
  if (left) throw new Error(`${left.file} is not part of the child: the planted defect must be adapted`)
  return outputs.find(({ kind }) => kind === 'entry-point')!.path
}

export interface End {
  /** null when it was killed, or broke. */
  report: Report | null
  isKilled: boolean
  /** What it wrote to standard error: hundreds of lines that belong in no comparison. */
  log: () => string
}
export interface Child {
  readonly done: Promise<End>
  readonly isOver: boolean
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<End>
}

export async function start(job: Job, patches: Patch[] = []): Promise<Child> {
  const file = await bundle(job.strategy === 'testamur' ? 'child' : 'naive', patches)
  const child = Bun.spawn([process.execPath, file], {
    stdin: new Blob([JSON.stringify(job)]),
    stdout: 'pipe',
    stderr: 'pipe',
    env: { PATH: process.env.PATH },
  })
  const done = (async (): Promise<End> => {
    const [out, log] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    await child.exited
    const isKilled = child.signalCode === 'SIGKILL'
    if (process.env.TESTAMUR_VERBOSE) process.stderr.write(log)
    return { report: out.trim() === '' ? null : (JSON.parse(out) as Report), isKilled, log: () => log }
  })()
  return {
    done,
    get isOver() {
      return child.exitCode !== null || child.signalCode !== null
    },
    kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      return done
    },
  }
}

/** To its end. One that ends without a report and was not killed is broken: that is thrown. */
export async function run(job: Job, patches: Patch[] = []): Promise<End> {
  const end = await (await start(job, patches)).done
  if (!end.report && !end.isKilled) throw new Error(`the child broke: ${end.log().slice(-4_000)}`)
  return end
}
