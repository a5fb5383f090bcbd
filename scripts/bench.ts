/**
 * `npm run bench`: what the compiled binary does, beside what others do on the same machine in the same run.
 * `npm run bench -- --quick` takes fewer rounds; `--only post,batch,sign,start,read,gas,render` takes some parts.
 * The method stands in docs/performance.md.
 */
import { cpus, loadavg } from 'node:os'
import { benchBatch } from '../bench/batch.ts'
import { benchGas } from '../bench/gas.ts'
import { benchPeers } from '../bench/peers.ts'
import { benchPost } from '../bench/post.ts'
import { benchRead } from '../bench/read.ts'
import { benchRender, PEERS } from '../bench/render.ts'
import { goalTable, type Effort, type Goal, type Part } from '../bench/report.ts'
import { benchStart } from '../bench/start.ts'
import { buildBinary, buildWeb } from './build.ts'
import { installOracles, installPackages } from './test.ts'

const PARTS: Record<string, { title: string; run: (effort: Effort) => Promise<Part> }> = {
  sign: { title: 'Signing one certificate, with its leaf', run: benchPeers },
  start: { title: 'Start and memory', run: benchStart },
  post: { title: 'One certificate per request', run: benchPost },
  batch: { title: 'Ten thousand in one request', run: benchBatch },
  read: { title: 'Reading', run: benchRead },
  gas: { title: 'Gas on a chain', run: benchGas },
  render: { title: 'Drawing certificates', run: benchRender },
}
/** These run in this process. */
const WITHOUT_BINARY = new Set(['sign', 'gas', 'render'])
/** These set programs of others beside ours. */
const WITH_ORACLES = new Set(['sign', 'gas'])

function usage(problem: string): never {
  console.error(`bench: ${problem}\nusage: npm run bench -- [--quick] [--only ${Object.keys(PARTS).join(',')}]`)
  process.exit(64)
}

function readArguments(given: string[]): { quick: boolean; names: string[] } {
  let quick = false
  let names = Object.keys(PARTS)
  for (let at = 0; at < given.length; at++) {
    const argument = given[at]!
    if (argument === '--quick') quick = true
    else if (argument === '--only') names = (given[++at] ?? '').split(',')
    else usage(`unknown argument ${argument}`)
  }
  for (const name of names) if (!(name in PARTS)) usage(`there is no part "${name}"`)
  return { quick, names }
}

const { quick, names } = readArguments(process.argv.slice(2))
if (names.some((name) => WITH_ORACLES.has(name))) installOracles()
if (names.includes('render')) installPackages(PEERS, 'other programs that make PDFs')
if (process.env.TESTAMUR_BINARY === undefined && !names.every((name) => WITHOUT_BINARY.has(name))) {
  await buildWeb()
  await buildBinary()
}
console.log(
  `Bun ${Bun.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; load ${loadavg()[0]!.toFixed(1)} at the start`,
)
console.log('Client and server share the cores. Ratios of one run compare; absolute figures inform.')
const goals: Goal[] = []
for (const name of names) {
  const { title, run } = PARTS[name]!
  console.log(`\n${title}`)
  const part = await run({ quick, rounds: quick ? 2 : 5 })
  for (const line of part.lines) console.log(line === '' ? '' : `  ${line}`)
  goals.push(...part.goals)
}
if (goals.length > 0) console.log(`\n${goalTable(goals).join('\n')}`)
