/** argv → a command. The only file, beside the configuration, that touches the process. */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from './domain/clock.ts'
import { systemRandom } from './domain/ids.ts'
import pkg from '../package.json'
import { appContext, runProgram } from './wire.ts'
import type { System } from './wire-system.ts'
import { readAsset } from './wire-assets.ts'
import { notifyServiceManager } from './wire-notify.ts'

process.umask(0o077) // else the database is born readable by others

const compiled = typeof TESTAMUR_VERSION !== 'undefined'
const webFolder = compiled ? join(import.meta.dir, 'web') : join(import.meta.dir, '../build/web')
/** A process group gets a signal twice when a parent passes it on: only one that comes later means "at once". */
const REPEAT_MS = 1_000

const system: System = {
  version: compiled ? TESTAMUR_VERSION! : pkg.version,
  clock: systemClock,
  random: systemRandom,
  env: process.env,
  print: (line) => void process.stdout.write(`${line}\n`),
  printError: (line) => void process.stderr.write(`${line}\n`),
  writeLog: (line) => void process.stdout.write(line),
  isTerminal: process.stdout.isTTY === true,
  spawnWorker: () => new Worker(new URL('./worker.ts', import.meta.url).href),
  asset: (name) => readAsset(webFolder, name),
  stopSignal: new Promise((resolve) => {
    let first = 0
    const hear = (signal: string) => {
      const now = systemClock.now()
      if (first === 0) first = now
      else if (now - first > REPEAT_MS) process.exit(1)
      resolve(signal)
    }
    process.on('SIGTERM', hear)
    process.on('SIGINT', hear)
  }),
  schedule: (milliseconds, wake) => {
    const timer = setTimeout(wake, milliseconds)
    return () => clearTimeout(timer)
  },
  notify: (state) => notifyServiceManager(process.env.NOTIFY_SOCKET, state),
}

const readers = {
  env: process.env,
  readFile: (path: string) => readFileSync(path, 'utf8'),
  exists: existsSync,
  readBytes: (path: string) => readFile(path),
}

async function main() {
  process.exitCode = await runProgram(process.argv.slice(2), appContext(system, readers))
  // Worker threads and pools may outlive their last task; the exit code is decided.
  process.exit()
}
void main()
