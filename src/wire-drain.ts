/** The end of `testamur serve`. */
import type { EmbeddedClient } from './chain/embedded-client.ts'
import type { Listener } from './http/listener.ts'
import type { HttpServer } from './http/server.ts'
import type { JobLoop } from './jobs/loop.ts'
import type { Relay } from './mail/relay.ts'
import type { Store } from './store/store.ts'
import type { System } from './wire-system.ts'

export const stopAll = async (listeners: Listener[], force = false) =>
  void (await Promise.all(listeners.map((listener) => listener.stop(force))))

/** Requests and jobs get this long to end. What is cut off then is as safe as after a crash, and is done at the next start. */
const DRAIN_MS = 20_000

/** In this order: no new work, what runs to its end, then what it stood on. */
export async function drain(parts: {
  schedule: System['schedule']
  state: { draining: boolean }
  http: HttpServer
  listeners: Listener[]
  loop: JobLoop
  /** What looks again every now and then. */
  timers: Array<{ stop(): void }>
  relay: Relay
  renderer: { close(): void }
  embedded: EmbeddedClient
  store: Store
  identity: { release(): void }
}) {
  parts.state.draining = true
  for (const timer of parts.timers) timer.stop()
  parts.http.endWaits()
  const over = Promise.withResolvers<void>()
  const cancel = parts.schedule(DRAIN_MS, over.resolve)
  await Promise.race([stopAll(parts.listeners), over.promise.then(() => stopAll(parts.listeners, true))])
  await parts.http.flushLastUsed().catch(() => {})
  await Promise.race([parts.loop.stop(), over.promise])
  cancel()
  parts.relay.close()
  parts.renderer.close()
  await parts.embedded.close()
  await parts.store.close()
  parts.identity.release()
}
