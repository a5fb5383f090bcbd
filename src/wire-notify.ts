/** sd_notify without a dependency: one datagram to the socket that systemd names. Does nothing elsewhere. */
import { dlopen, ptr } from 'bun:ffi'

const UNIX = 1
const DATAGRAM_CLOSE_ON_EXEC = 2 | 0o2000000

export function notifyServiceManager(socketPath: string | undefined, state: string): void {
  if (!socketPath) return
  const { socket, sendto, close } = dlopen('libc.so.6', {
    socket: { args: ['i32', 'i32', 'i32'], returns: 'i32' },
    close: { args: ['i32'], returns: 'i32' },
    sendto: { args: ['i32', 'ptr', 'u64', 'i32', 'ptr', 'u32'], returns: 'i64' },
  }).symbols
  const name = Buffer.from(socketPath)
  const abstract = socketPath.startsWith('@')
  if (abstract) name[0] = 0
  const address = Buffer.alloc(110)
  address.writeUInt16LE(UNIX, 0)
  name.copy(address, 2)
  const body = Buffer.from(state)
  const handle = socket(UNIX, DATAGRAM_CLOSE_ON_EXEC, 0)
  sendto(handle, ptr(body), BigInt(body.length), 0, ptr(address), 2 + name.length + (abstract ? 0 : 1))
  close(handle)
}
