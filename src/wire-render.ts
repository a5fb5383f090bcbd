/** The renderer, in a worker of its own. */
import type { Renderer } from './domain/ports.ts'
import { RenderClient } from './render/client.ts'
import type { System } from './wire-system.ts'

/** Its worker holds fonts and WebAssembly memory; waking it takes some 100 ms. */
const RENDER_REST_MS = 30_000
/** A certificate takes milliseconds, a hostile or enormous file may take for ever. */
const RENDER_LIMIT_MS = 20_000
const RENDER_WAITING = 1_000

/** Starts nothing: the first drawing does. */
export function openRenderer({ spawnWorker, schedule }: Pick<System, 'spawnWorker' | 'schedule'>): RenderClient {
  return new RenderClient({
    spawn: spawnWorker,
    schedule,
    idleMs: RENDER_REST_MS,
    limitMs: RENDER_LIMIT_MS,
    waiting: RENDER_WAITING,
  })
}

/** For one command: a hostile file ends the worker, not the program. */
export async function withRenderer<T>(
  system: Pick<System, 'spawnWorker' | 'schedule'>,
  run: (renderer: Renderer) => Promise<T>,
): Promise<T> {
  const renderer = openRenderer(system)
  try {
    return await run(renderer)
  } finally {
    renderer.close()
  }
}
