import type { ProberSockets } from '../../port.ts'
import type { Libc } from '../system/libc.ts'
import { KernelSocket } from '../socket/socket.ts'

/**
 * What this host's kernel believes the path to the target to carry, IP header included (IP_MTU of ip(7), IPV6_MTU of ipv6(7)): the
 * interface's MTU, or less where a router has named less. A socket is opened for it, connected and closed again, since one that has been
 * open for long keeps its old route until it sends. Nothing is sent.
 */
export function believedPathMtu(libc: Libc, { target, bind, tos }: ProberSockets): number | undefined {
  try {
    const socket = KernelSocket.open(libc, {
      family: target.family,
      host: bind?.host ?? (target.family === 'udp4' ? '0.0.0.0' : '::'),
      port: 0,
      connectTo: target,
      role: 'prober',
      recvBuffer: 0,
      ...(tos === undefined ? {} : { tos }),
    })
    const mtu = socket.mtu()
    socket.close()
    return mtu
  } catch {
    return undefined
  }
}
