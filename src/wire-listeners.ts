/** The sockets: one for everything, or one for each half. */
import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { startListener, type Listener } from './http/listener.ts'
import type { Surface } from './http/route.ts'
import type { Fetch, HttpServer } from './http/server.ts'

/** The sockets are bound before the program is put together: its public address may depend on the port. Until then, 503. */
export class Doors {
  private http: HttpServer | undefined
  /** Requests that came so far. */
  arrived = 0

  open(http: HttpServer) {
    this.http = http
  }

  serve(surfaces: Surface[]): Fetch {
    let answer: Fetch | undefined
    return async (request, peer) => {
      this.arrived++
      answer ??= this.http?.serve(surfaces)
      return answer ? answer(request, peer) : new Response(null, { status: 503, headers: { 'Retry-After': '1' } })
    }
  }
}

/** One listener carries all surfaces, or two carry one half each. */
export function openListeners(config: Config, doors: Doors): { main: Listener; admin: Listener; all: Listener[] } {
  const { listen, adminListen, tlsCertFile, tlsKeyFile } = config.server
  const tls =
    tlsCertFile === '' ? undefined : { cert: readFileSync(tlsCertFile, 'utf8'), key: readFileSync(tlsKeyFile, 'utf8') }
  const open = ({ host, port }: { host: string; port: number }, surfaces: Surface[]) =>
    startListener({ hostname: host, port, tls, fetch: doors.serve(surfaces) })
  if (!adminListen) {
    const main = open(listen, ['common', 'public', 'private'])
    return { main, admin: main, all: [main] }
  }
  const main = open(listen, ['common', 'public'])
  try {
    const admin = open(adminListen, ['common', 'private'])
    return { main, admin, all: [main, admin] }
  } catch (error) {
    void main.stop()
    throw error
  }
}
