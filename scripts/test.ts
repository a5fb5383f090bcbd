/**
 * `npm test`: installs the third-party judges and a browser when they are missing, then types, format, build and all tests.
 * `npm test -- test/config.test.ts -t secrets` hands everything to `bun test` and skips the rest.
 */
import { existsSync } from 'node:fs'
import { buildBinary, buildWeb } from './build.ts'
import { isInstalled } from './ensure.mjs'
import { format } from './format.ts'

const ORACLES = 'test/oracles'
const CHROMIUM = '/usr/bin/chromium'
const TIMEOUT_MS = 120_000

/** Runs a command with our outputs; its exit code. */
function run(command: string[], folder = '.'): number {
  try {
    const { exitCode } = Bun.spawnSync(command, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
    return exitCode
  } catch {
    return 127 // the program is not there
  }
}
const can = (program: string) => Bun.which(program) !== null

function step(name: string): void {
  console.log(`\n\x1b[1m${name}\x1b[0m`)
}

/** Foreign verifiers have a lock file of their own; none of their install scripts is run. */
export const installOracles = () => installPackages(ORACLES, 'third-party verifiers')

/** Packages of a folder with a lock file of its own, where they are missing. */
export function installPackages(folder: string, what: string): void {
  if (!existsSync(`${folder}/package-lock.json`) || isInstalled(folder)) return
  step(what)
  if (run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder) !== 0) process.exit(1)
}

/** The browser of the page tests: TESTAMUR_CHROMIUM, the system's, or Debian's package where we may install it. */
export function findChromium(env: Record<string, string | undefined> = process.env): string | undefined {
  if (env.TESTAMUR_CHROMIUM) return env.TESTAMUR_CHROMIUM
  if (existsSync(CHROMIUM)) return CHROMIUM
  return (
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => Bun.which(name)).find((path) => path !== null) ??
    undefined
  )
}

function installChromium(): void {
  if (findChromium() !== undefined) return
  step('browser')
  const isRoot = process.getuid?.() === 0
  // -n: a password prompt in the middle of a test run would wait for ever.
  const prefix = isRoot ? [] : ['sudo', '-n']
  if (can('apt-get') && (isRoot || can('sudo'))) {
    run([...prefix, 'apt-get', 'update', '-qq'])
    run([...prefix, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'])
  }
  if (findChromium() !== undefined) return
  console.error('No Chromium. Install it (Debian: apt-get install chromium) or name it in TESTAMUR_CHROMIUM.')
  process.exit(1)
}

async function prepare(): Promise<void> {
  installOracles()
  installChromium()
  step('types')
  if (run([process.execPath, 'check']) !== 0) process.exit(1)
  step('format')
  if ((await format('--check')) !== 0) process.exit(1)
  step('build')
  console.log((await buildWeb()).map((name) => `build/web/${name}`).join('  '))
  console.log(await buildBinary())
  step('tests')
}

if (import.meta.main) {
  const given = process.argv.slice(2)
  if (given.length === 0) await prepare()
  const chromium = findChromium()
  const tests = Bun.spawn([process.execPath, 'test', '--timeout', String(TIMEOUT_MS), ...given], {
    stdio: ['inherit', 'inherit', 'inherit'],
    env: { ...process.env, ...(chromium === undefined ? {} : { TESTAMUR_CHROMIUM: chromium }) },
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal))
  process.exit(await tests.exited)
}
