/** What requests share while the program runs: counters and waiting, none of it durable. */
import type { Route } from './route.ts'
import { LastUsed } from './auth.ts'
import type { HttpContext } from './context.ts'
import { Idempotency } from './idempotency.ts'
import { RateLimits } from './limits.ts'
import { Pictures } from './pictures.ts'
import { Quota } from './quota.ts'
import { VisitQueue } from './visit-queue.ts'
import { Visitors } from './visitors.ts'
import { Waiter } from './wait.ts'

export interface Services {
  limits: RateLimits
  lastUsed: LastUsed
  idempotency: Idempotency
  waiter: Waiter
  visitors: Visitors
  visits: VisitQueue
  pictures: Pictures
  quota: Quota
  /** Every route of the program, for the OpenAPI document and the reference. */
  routes: readonly Route[]
  /** Texts made once: the OpenAPI document, pages of the documentation. */
  texts: Map<string, string>
}

export const createServices = (context: HttpContext, routes: readonly Route[]): Services => ({
  limits: new RateLimits(context.clock),
  lastUsed: new LastUsed(context.store),
  idempotency: new Idempotency(context),
  waiter: new Waiter(context.store, context.schedule),
  visitors: new Visitors(context.clock, context.random, context.textHash),
  visits: new VisitQueue(context),
  pictures: new Pictures(),
  quota: new Quota(context.clock),
  routes,
  texts: new Map(),
})

/** A text that is the same for every request; made at the first one. */
export function madeOnce(services: Services, name: string, make: () => string): string {
  let text = services.texts.get(name)
  if (text === undefined) services.texts.set(name, (text = make()))
  return text
}
