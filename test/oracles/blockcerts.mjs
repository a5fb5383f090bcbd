// Blockcerts' verifier as a packed tarball: its dist/verifier-node is self-contained, while installing it as a dependency
// needs a package that is only in git. Packed and unpacked once, and checked against the hash recorded here.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NAME = '@blockcerts/cert-verifier-js'
const VERSION = '6.35.0'
const INTEGRITY = 'sha512-INyGEcqTdXC8ToLmUWMpvM45T+CAr6VNfCCpGOmgSal8RFCDM0fPvgGjBoX7YZ2s4UjQKzjmKq8haegJ7ow8qw=='
const CACHE = fileURLToPath(new URL('.cache/', import.meta.url))

/** Path of the verifier's module; downloads it the first time. */
export function blockcertsModule() {
  const folder = `${CACHE}cert-verifier-js-${VERSION}`
  const entry = `${folder}/package/dist/verifier-node/index.js`
  if (existsSync(entry)) return entry
  // A folder of its own per process: two test runs may do this at once.
  const work = `${CACHE}work-${process.pid}`
  mkdirSync(work, { recursive: true })
  try {
    const packed = execFileSync('npm', ['pack', `${NAME}@${VERSION}`, '--silent'], { cwd: work, encoding: 'utf8' })
    const tarball = `${work}/${packed.trim().split('\n').at(-1)}`
    const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`
    if (integrity !== INTEGRITY) throw new Error(`${NAME}@${VERSION} has another hash than recorded: ${integrity}`)
    execFileSync('tar', ['xzf', tarball, '-C', work])
    rmSync(tarball)
    if (!existsSync(entry)) renameSync(work, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return entry
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(blockcertsModule())
