import { isFlood, type ProbePlan } from '../../../facts/plan.ts'
import type { ProberSockets } from '../../port.ts'
import type { Libc } from '../system/libc.ts'
import { KernelSocket } from '../socket/socket.ts'

/** Headers of IP and UDP; of IPv6 without extensions. */
const HEADERS = { udp4: 28, udp6: 48 } as const
/** Most bytes of a message that the kernel cuts: as of a datagram over IPv4. */
const LONGEST_TRAIN = 65_507

/** Whether a run is one that sends and takes trains of datagrams: a flood of one size. */
export function runsTrains(plan: ProbePlan): boolean {
  return isFlood(plan) && new Set(plan.sizes).size === 1
}

/** Opens the socket of each client, connected to the target. Throws a UdptoolError; then none is left open. */
export function openClients(libc: Libc, plan: ProbePlan, sockets: ProberSockets): KernelSocket[] {
  const { target, bind, recvBuffer, ttl, tos, df } = sockets
  const open: KernelSocket[] = []
  try {
    for (let client = 0; client < plan.clients; client++) {
      const socket = KernelSocket.open(libc, {
        family: target.family,
        host: bind?.host ?? (target.family === 'udp4' ? '0.0.0.0' : '::'),
        port: bind?.port ?? 0,
        connectTo: target,
        role: 'prober',
        recvBuffer,
        trains: runsTrains(plan),
        ...(ttl === undefined ? {} : { ttl }),
        ...(tos === undefined ? {} : { tos }),
        ...(df === undefined ? {} : { df }),
      })
      open.push(socket)
    }
    return open
  } catch (error) {
    for (const socket of open) socket.close()
    throw error
  }
}

/** Datagrams of `size` bytes that fit one message: none may need fragments (udp(7), UDP_SEGMENT). */
export function trainLength(socket: KernelSocket, size: number, mostSegments: number): number {
  const mtu = socket.mtu()
  if (size === 0 || mtu === undefined || size + HEADERS[socket.bound.family] > mtu) return 1
  return Math.max(1, Math.min(mostSegments, Math.floor(LONGEST_TRAIN / size)))
}
