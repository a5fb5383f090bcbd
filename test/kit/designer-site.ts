/** The designer as people meet it: built files, the real HTTP door, the real renderer, a browser, all on this machine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUNDLES, buildWeb } from '../../scripts/build.ts'
import { RenderClient } from '../../src/render/client.ts'
import { readAsset } from '../../src/wire-assets.ts'
import { ALL_SURFACES, startHttp, type TestHttp } from './http.ts'

/** The renderer in its worker, as wire.ts makes it. */
export const realRenderer = () =>
  new RenderClient({
    spawn: () => new Worker(new URL('../../src/worker.ts', import.meta.url).href),
    schedule: (milliseconds, wake) => {
      const timer = setTimeout(wake, milliseconds)
      return () => clearTimeout(timer)
    },
    idleMs: 60_000,
    limitMs: 20_000,
    waiting: 1_000,
  })

export interface DesignerSite {
  http: TestHttp
  origin: string
  page: string
  /** Bodies of requests to the API that change something, and of previews. */
  asked: Array<{ method: string; path: string; status: number }>
  /** Answers of the next previews wait for this. */
  holdPreviews: (until: Promise<void> | undefined) => void
  stop: () => Promise<void>
}

export async function startDesigner(): Promise<DesignerSite> {
  const folder = mkdtempSync(join(tmpdir(), 'testamur-designer-'))
  await buildWeb(
    BUNDLES.filter(({ outfile }) => outfile.startsWith('designer.')),
    folder,
  )
  const renderer = realRenderer()
  const http = await startHttp({ renderer, context: { assets: (name) => readAsset(folder, name) } })
  const fetch = http.server.serve(ALL_SURFACES)
  const asked: DesignerSite['asked'] = []
  let held: Promise<void> | undefined
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      const answer = await fetch(request, { remoteAddress: '127.0.0.1' })
      if (pathname === '/v1/designs/preview') await held
      asked.push({ method: request.method, path: pathname, status: answer.status })
      return answer
    },
  })
  const origin = `http://127.0.0.1:${server.port}`
  const stop = async () => {
    await server.stop(true)
    renderer.close()
    await http.close()
    rmSync(folder, { recursive: true })
  }
  return {
    http,
    origin,
    page: `${origin}/admin/designer`,
    asked,
    holdPreviews: (until) => {
      held = until
    },
    stop,
  }
}
