/** Programs with a planted defect: the sources in a temporary folder, a text in one of them exchanged, built like the real one. */
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Patch {
  file: string
  /** Must stand there exactly once. */
  text: string
  becomes: string
}
export interface Defect {
  name: string
  patches: Patch[]
}

/** 201 before the commit: what is said a few milliseconds too early is lost when the end comes in between. Batches stay sound. */
export const ACKNOWLEDGED_TOO_EARLY: Defect = {
  name: 'acknowledged before it is committed',
  patches: [
    {
      file: 'src/actions/certificates-issue.ts',
      text: 'await context.store.commit(commit)',
      becomes: `if (commit.claims?.some(({ scope }) => scope.startsWith(rowScope('')))) await context.store.commit(commit)
      else globalThis.setTimeout(() => void context.store.commit(commit).catch(() => {}), 5)`,
    },
  ],
}

/**
 * Sent before the signed bytes are stored: whoever dies in between signs again under another nonce. The look at the
 * chain before what an earlier life queued is signed would notice, and has to go as well.
 */
export const SIGNED_AGAIN: Defect = {
  name: 'signed again on retry',
  patches: [
    {
      file: 'src/jobs/drive-lane-launch.ts',
      text: 'await context.store.commit({ ...recordSigned(',
      becomes: `await chain.broadcast(signed.raw)
  await new Promise((resolve) => globalThis.setTimeout(resolve, 15))
  await context.store.commit({ ...recordSigned(`,
    },
    {
      file: 'src/jobs/drive-lane-launch.ts',
      text: 'row.createdAt < context.startedAt',
      becomes: 'row.createdAt < 0',
    },
  ],
}

/** The text with the patch, or an error that says which patch is out of date. */
export function patched(source: string, { file, text, becomes }: Patch): string {
  const parts = source.split(text)
  if (parts.length !== 2)
    throw new Error(`"${text}" stands ${parts.length - 1} times in ${file}: the planted defect must be adapted`)
  return parts.join(becomes)
}

/** What is patched and what is made are the folder's own; everything else is only pointed at. */
const OWN = ['src', 'dist', 'data', '.git']

/** Builds the defective program and answers where it is; the caller removes the folder with discard(). */
export function buildDefect({ name, patches }: Defect): { binary: string; discard(): void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'testamur-defect-')))
  const discard = () => rmSync(folder, { recursive: true, force: true })
  try {
    cpSync('src', join(folder, 'src'), { recursive: true })
    for (const part of readdirSync('.').filter((each) => !OWN.includes(each)))
      symlinkSync(resolve(part), join(folder, part))
    for (const patch of patches) {
      const path = join(folder, patch.file)
      writeFileSync(path, patched(readFileSync(path, 'utf8'), patch))
    }
    const script = `console.log(await (await import('./scripts/build.ts')).buildBinary())`
    const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, '-e', script], { cwd: folder })
    if (exitCode !== 0) throw new Error(`the program with "${name}" does not build:\n${stderr.toString()}`)
    return { binary: join(folder, stdout.toString().trim()), discard }
  } catch (error) {
    discard()
    throw error
  }
}
