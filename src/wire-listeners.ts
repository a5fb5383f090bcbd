/** The sockets: one for everything, or one for each half. */
import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { startListener, type Listener } from './http/listener.ts'
import type { Surface } from './http/route.ts'

type Serve = (surfaces: Surface[]) => (request: Request, peer: { remoteAddress: string }) => Promise<Response>

/** One listener carries all surfaces, or two carry one half each. */
export function openListeners(config: Config, serve: Serve): { main: Listener; admin: Listener; all: Listener[] } {
  const { listen, adminListen, tlsCertFile, tlsKeyFile } = config.server
  const tls =
    tlsCertFile === '' ? undefined : { cert: readFileSync(tlsCertFile, 'utf8'), key: readFileSync(tlsKeyFile, 'utf8') }
  const open = ({ host, port }: { host: string; port: number }, surfaces: Surface[]) =>
    startListener({ hostname: host, port, tls, fetch: serve(surfaces) })
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
