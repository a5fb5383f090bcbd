/** The renderer, in workers of its own. */
import type { Renderer } from './domain/ports.ts'
import { RenderClient } from './render/client.ts'
import type { System } from './wire-system.ts'

/** Its worker holds fonts and WebAssembly memory; waking it takes some 100 ms. */
const RENDER_REST_MS = 30_000
/** A certificate takes milliseconds, a hostile or enormous file may take for ever. */
const RENDER_LIMIT_MS = 20_000
const RENDER_WAITING = 1_000

/**
 * Two workers: one answers whether a row can be printed, which every certificate waits for; the other draws, which may
 * take a second when it wakes and longer for an upload. Starts nothing: the first question does.
 */
export function openRenderer({ spawnWorker, schedule }: Pick<System, 'spawnWorker' | 'schedule'>): OpenRenderer {
  const limits = { idleMs: RENDER_REST_MS, limitMs: RENDER_LIMIT_MS, waiting: RENDER_WAITING }
  const client = () => new RenderClient({ spawn: spawnWorker, schedule, ...limits })
  const [checking, drawing] = [client(), client()]
  return {
    check: (job) => checking.check(job),
    fonts: () => checking.fonts(),
    svg: (job, href) => drawing.svg(job, href),
    raster: (job, options) => drawing.raster(job, options),
    pdf: (job, facts) => drawing.pdf(job, facts),
    inspectFont: (bytes) => drawing.inspectFont(bytes),
    normalizeImage: (bytes, maxPixels) => drawing.normalizeImage(bytes, maxPixels),
    credentialOf: (pdf) => drawing.credentialOf(pdf),
    close() {
      checking.close()
      drawing.close()
    },
  }
}

export interface OpenRenderer extends Renderer {
  /** Ends the workers; what waits is told so. */
  close(): void
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
