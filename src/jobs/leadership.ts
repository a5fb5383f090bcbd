/** One process anchors at a time. The token of the lease fences every commit of the anchorer. */
import type { Fence } from '../domain/commit.ts'
import type { JobContext } from './context.ts'

const TTL_MS = 30_000
const held = new WeakMap<JobContext['store'], Map<string, { fence: Fence; renewAt: number }>>()

/** The fence of this leadership, or undefined while another process has it. Renewed at half its life. */
export async function leadership(context: JobContext, name: string): Promise<Fence | undefined> {
  const now = context.clock.now()
  const mine = held.get(context.store) ?? new Map<string, { fence: Fence; renewAt: number }>()
  held.set(context.store, mine)
  const known = mine.get(name)
  if (known && now < known.renewAt && known.renewAt - now <= TTL_MS) return known.fence
  const fence = await context.store.leases.take(name, context.node, now, TTL_MS)
  if (fence) mine.set(name, { fence, renewAt: now + TTL_MS / 2 })
  else mine.delete(name)
  return fence
}

/** A fenced commit was refused: whoever took over has to be asked anew. */
export const forgetLeadership = (context: JobContext, name: string) => held.get(context.store)?.delete(name)
