/** What most software does: a table of jobs, send and wait with plain ethers, again on any error, resume after a restart. */
import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { FetchRequest, JsonRpcProvider, Network, NonceManager, Wallet } from 'ethers'
import { DEVELOPMENT_KEYS } from '../kit/anvil.ts'
import { pause } from '../kit/binary.ts'
import type { Death, Job, Report } from './job.ts'
import { CHAIN_ID } from './node.ts'

const GAS = 200_000
const WAIT_MS = 2_500
const RETRY_MS = 100

const job = JSON.parse(await Bun.stdin.text()) as Job
const kill = (point: Death) => {
  if (point === job.dieAt) process.kill(process.pid, 'SIGKILL')
}
const end = Date.now() + job.seconds * 1000
const db = new Database(join(job.dir, 'naive.db'))
db.run('pragma journal_mode = wal')
db.run('create table if not exists jobs (root text primary key, is_done integer not null default 0)')
for (const root of job.roots) db.run('insert or ignore into jobs (root) values (?)', [root])

const request = new FetchRequest(job.urls[0]!)
request.timeout = job.timeoutMs
const network = Network.from(CHAIN_ID)
const provider = new JsonRpcProvider(request, network, {
  staticNetwork: network,
  pollingInterval: 50,
  cacheTimeout: -1,
  batchMaxCount: 1,
})
void provider.on('error', () => {})
const wallet = new Wallet(DEVELOPMENT_KEYS[job.key]!, provider)
const signer = job.strategy === 'nonce manager' ? new NonceManager(wallet) : wallet

while (Date.now() < end) {
  const next = db.query<{ root: string }, []>('select root from jobs where is_done = 0 limit 1').get()
  if (!next) break
  try {
    const sent = await signer.sendTransaction({ to: job.contract, data: next.root, gasLimit: GAS })
    kill('after-send')
    await sent.wait(job.confirmations, WAIT_MS)
    kill('mined-before-record')
    db.run('update jobs set is_done = 1 where root = ?', [next.root])
  } catch (error) {
    process.stderr.write(`${String(error).slice(0, 200)}\n`)
    await pause(RETRY_MS)
  }
}
const { done } = db.query<{ done: number }, []>('select count(*) as done from jobs where is_done = 1').get()!
const open = job.roots.length - done
const report: Report = {
  ...{ attempts: 0, anchors: {}, holds: {}, notes: [], deployed: [], highest: 0 },
  states: { ...(done > 0 ? { done } : {}), ...(open > 0 ? { open } : {}) },
}
process.stdout.write(JSON.stringify(report))
process.exit(0)
