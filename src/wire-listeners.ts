/** The sockets: one for everything, or one for each half. */
import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { DEFAULT_LIMITS } from './http/context.ts'
import { startListener, type Listener } from './http/listener.ts'
import type { Surface } from './http/route.ts'

/** The address cannot be listened on; says which and what to do. */
export class ListenRefused extends Error {
  override name = 'ListenRefused'
}

function asRefusal(error: unknown, address: string): unknown {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program listens there already; stop it, or change server.listen',
    EACCES: 'permission denied; ports below 1024 need a privilege, so take a higher one behind a proxy',
    EADDRNOTAVAIL: 'this machine does not have that address',
  }
  const { code, message } = error as { code?: string; message?: string }
  const reason = reasons[code ?? ''] ?? (/in use/i.test(message ?? '') ? reasons.EADDRINUSE : undefined)
  return reason === undefined ? error : new ListenRefused(`cannot listen on ${address}: ${reason}`)
}

type Serve = (surfaces: Surface[]) => (request: Request, peer: { remoteAddress: string }) => Promise<Response>

/** One listener carries all surfaces, or two carry one half each. */
export function openListeners(config: Config, serve: Serve): { main: Listener; admin: Listener; all: Listener[] } {
  const { listen, adminListen, tlsCertFile, tlsKeyFile } = config.server
  const tls =
    tlsCertFile === '' ? undefined : { cert: readFileSync(tlsCertFile, 'utf8'), key: readFileSync(tlsKeyFile, 'utf8') }
  const open = ({ host, port }: { host: string; port: number }, surfaces: Surface[]) => {
    try {
      return startListener({
        hostname: host,
        port,
        ...(tls ? { tls } : {}),
        fetch: serve(surfaces),
        maxBodyBytes: DEFAULT_LIMITS.batchBodyBytes,
      })
    } catch (error) {
      throw asRefusal(error, `${host}:${port}`)
    }
  }
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
