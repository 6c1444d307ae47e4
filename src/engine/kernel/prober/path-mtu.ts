import type { ProberSockets } from '../../port.ts'
import type { Libc } from '../system/libc.ts'
import { KernelSocket } from '../socket/socket.ts'

/**
 * The path MTU to the target that this host's kernel believes, IP header included (IP_MTU of ip(7), IPV6_MTU of ipv6(7)): the MTU of the
 * interface, or less if a router reported less. Opens a new socket for it, because an old one keeps its route until it sends. Nothing is
 * sent.
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
