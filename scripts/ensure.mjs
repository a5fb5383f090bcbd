/**
 * `node scripts/ensure.mjs scripts/X.ts [arguments]`: installs the locked packages (Bun among them) when they are missing
 * or others than the lock file says, then runs the script with that Bun. All a machine needs before is node and npm.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const windows = process.platform === 'win32'
const PARENT_CHECK_MS = 250

/** Packages that should be there and are not, or in another version. Optional ones belong to other platforms. */
export function missingPackages(lockText, installedText) {
  const wanted = Object.entries(JSON.parse(lockText).packages).filter(([folder, one]) => folder !== '' && !one.optional)
  const installed = installedText === undefined ? {} : JSON.parse(installedText).packages
  return wanted.filter(([folder, one]) => installed[folder]?.version !== one.version).map(([folder]) => folder)
}

/** The folder's lock file against what npm noted when it installed. */
export function isInstalled(folder) {
  const noted = join(folder, 'node_modules/.package-lock.json')
  if (!existsSync(noted)) return false
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  return missingPackages(lock, readFileSync(noted, 'utf8')).length === 0
}

function main() {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const bun = join(root, 'node_modules', '.bin', windows ? 'bun.cmd' : 'bun')
  const run = (command, args) => {
    const { status } = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2], shell: windows })
    return status ?? 1
  }
  const bunWorks = () => spawnSync(bun, ['--version'], { stdio: 'ignore', shell: windows }).status === 0

  if (!isInstalled(root)) {
    console.error('installing the locked packages …')
    if (run('npm', ['ci', '--no-audit', '--no-fund']) !== 0) process.exit(1)
  }
  // Where npm is set to run no install scripts there is the package but not the program: run that one step alone.
  if (!bunWorks()) run(process.execPath, [join('node_modules', 'bun', 'install.js')])
  if (!bunWorks()) {
    console.error('Bun did not install. Run "npm ci" and look at its output.')
    process.exit(1)
  }

  const [script, ...args] = process.argv.slice(2)
  if (script === undefined) return
  const child = spawn(bun, [script, ...args], { cwd: root, stdio: 'inherit', shell: windows })
  // Ctrl-C in a terminal reaches the child by itself; sent a second time it would mean "at once, without finishing".
  const isTerminal = process.stdin.isTTY === true
  process.on('SIGINT', () => void (isTerminal || child.kill('SIGINT')))
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => void child.kill(signal))
  // npm hands signals to its shell, which dies of them and tells nobody: without its parent the script has to stop too.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, PARENT_CHECK_MS)
  child.on('error', (error) => {
    console.error(`${bun} did not start: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
