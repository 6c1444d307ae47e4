import { isFlood, type ProbePlan } from '../../../facts/plan.ts'
import { hasFixedPorts } from '../../local-port.ts'
import type { ProberSockets } from '../../port.ts'
import type { Libc } from '../system/libc.ts'
import { openProbing } from '../socket/open-probing.ts'
import type { KernelSocket } from '../socket/socket.ts'

/** Headers of IP and UDP. For IPv6 without extensions. */
const HEADERS = { udp4: 28, udp6: 48 } as const
/** Limit for the bytes of a train: the largest datagram over IPv4. */
const LONGEST_TRAIN = 65_507

/** Whether a run sends and receives trains: a flood of one size. */
export function runsTrains(plan: ProbePlan): boolean {
  return isFlood(plan) && new Set(plan.sizes).size === 1
}

/** Opens the first socket of each client. Throws a UdptoolError. No socket is left open then. */
export function openClients(libc: Libc, plan: ProbePlan, sockets: ProberSockets): KernelSocket[] {
  const open: KernelSocket[] = []
  try {
    for (let client = 0; client < plan.clients; client++)
      open.push(openProbing(libc, sockets, runsTrains(plan), client))
    return open
  } catch (error) {
    for (const socket of open) socket.close()
    throw error
  }
}

/** Opens another socket of a client. Undefined if the user gave the port, or no socket can be opened. */
export function openFurther(
  libc: Libc,
  { plan, sockets }: { readonly plan: ProbePlan; readonly sockets: ProberSockets },
): KernelSocket | undefined {
  if (hasFixedPorts(sockets)) return undefined
  try {
    return openProbing(libc, sockets, runsTrains(plan))
  } catch {
    return undefined
  }
}

/** Number of datagrams of `size` bytes in one train. None may need fragments (udp(7), UDP_SEGMENT). */
export function trainLength(socket: KernelSocket, size: number, mostSegments: number): number {
  const mtu = socket.mtu()
  if (size === 0 || mtu === undefined || size + HEADERS[socket.bound.family] > mtu) return 1
  return Math.max(1, Math.min(mostSegments, Math.floor(LONGEST_TRAIN / size)))
}
