import { localPort } from '../../local-port.ts'
import type { ProberSockets } from '../../port.ts'
import type { Libc } from '../system/libc.ts'
import { KernelSocket } from './socket.ts'

/** Opens a socket for probes, connected to the target. Throws a UdptoolError. */
export function openProbing(libc: Libc, sockets: ProberSockets, trains = false, client = 0): KernelSocket {
  const { target, bind, recvBuffer, ttl, tos, df } = sockets
  return KernelSocket.open(libc, {
    family: target.family,
    host: bind?.host ?? (target.family === 'udp4' ? '0.0.0.0' : '::'),
    port: localPort(sockets, client),
    connectTo: target,
    role: 'prober',
    recvBuffer,
    trains,
    ...(ttl === undefined ? {} : { ttl }),
    ...(tos === undefined ? {} : { tos }),
    ...(df === undefined ? {} : { df }),
  })
}
