/** One scenario: a node of its own, a folder of its own, and a count of the roots on the chain at its end. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Patch } from '../crash/defects.ts'
import { randomHex } from '../kit/chains.ts'
import type { Job, Report } from './job.ts'
import { type Contract, ScenarioNode, type Tally } from './node.ts'
import { type Child, type End, run, start } from './processes.ts'
import { type Manner, type Proxy, startProxy } from './proxy.ts'

/** Scenarios mostly wait; more of them at once would only wait for the processor. */
const AT_ONCE = 4
let free = AT_ONCE
const queue: Array<() => void> = []
async function enter(): Promise<void> {
  if (free-- > 0) return
  await new Promise<void>((resolve) => queue.push(resolve))
}
function leave(): void {
  free++
  queue.shift()?.()
}

/** For a whole scenario, its time in the queue included. */
export const PATIENCE = 240_000

export interface Plan {
  roots: number
  /** Milliseconds from block to block; 0 = none until the scenario asks for one. */
  blocks?: number
  contract?: Contract
  /** Flags of the node. */
  args?: string[]
  job?: Partial<Job>
  /** Planted defects. */
  patches?: Patch[]
}

/** What a scenario works with. */
export class Scene {
  private readonly proxies: Proxy[] = []
  private readonly children: Child[] = []
  readonly job: Job

  constructor(
    readonly node: ScenarioNode,
    readonly dir: string,
    private readonly plan: Plan,
  ) {
    const speed = plan.job?.speed ?? 1
    this.job = {
      ...{ strategy: 'testamur', dir, urls: [node.url], contract: node.contract, seconds: 40, key: 0 },
      roots: Array.from({ length: plan.roots }, () => `0x${randomHex()}`),
      ...{ confirmations: 3, finalityTag: false, legacyFees: false, capGwei: 200 },
      // By the wall: a fast clock is for what the product waits for by itself.
      ...{ bumpAfterMs: 1_500 * speed, rebroadcastMs: 600 * speed, lookAgainMs: 80 * speed },
      ...{ maxInFlight: 4, timeoutMs: 1_000 },
      ...{
        blind: plan.contract !== 'registry',
        dieAt: null,
        cancel: [],
        audit: false,
        speed,
        epoch: Date.now(),
        clockBehind: 0,
        deploy: false,
        revoke: [],
      },
      ...plan.job,
    }
  }

  proxy(manner: (method: string) => Manner): Proxy {
    const proxy = startProxy(this.node.url, manner)
    this.proxies.push(proxy)
    return proxy
  }
  async start(change: Partial<Job> = {}): Promise<Child> {
    const child = await start({ ...this.job, ...change }, this.plan.patches)
    this.children.push(child)
    return child
  }
  run(change: Partial<Job> = {}): Promise<End> {
    return run({ ...this.job, ...change }, this.plan.patches)
  }

  async end(): Promise<void> {
    await Promise.all(this.children.map((child) => child.kill()))
    for (const proxy of this.proxies) proxy.stop()
  }
}

export interface Outcome<Told> extends Tally {
  /** Of the last child. */
  report: Report | null
  told: Told
}

/** Runs `act`, which answers the last child's end or more; the roots are counted afterwards. */
export async function scenario<Told extends { end: End } | End>(
  plan: Plan,
  act: (scene: Scene) => Promise<Told>,
): Promise<Outcome<Told>> {
  await enter()
  const dir = mkdtempSync(join(tmpdir(), 'testamur-scenario-'))
  let node: ScenarioNode | undefined
  let scene: Scene | undefined
  try {
    node = await ScenarioNode.start(plan.contract, plan.args)
    node.speed = plan.job?.speed ?? 1
    if (plan.blocks) node.keepMining(plan.blocks)
    scene = new Scene(node, dir, plan)
    const told = await act(scene)
    await scene.end()
    await node.stopMining()
    const { report, log } = 'end' in told ? told.end : told
    const isOpen = Object.keys(report?.states ?? {}).some((state) => ['queued', 'signed', 'mined'].includes(state))
    if (isOpen && !plan.patches) console.error(log().slice(-3_000))
    return { ...(await node.tally(scene.job.roots)), report, told }
  } finally {
    await scene?.end()
    await node?.stop()
    rmSync(dir, { recursive: true, force: true })
    leave()
  }
}

/** Every root once, and the database says so: what each scenario of the manager has to reach. */
export const onceEach = (roots: number) => ({
  ...{ missing: 0, once: roots, twice: 0 },
  report: { states: { final: roots }, anchors: { confirmed: roots } },
})
