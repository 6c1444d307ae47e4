import { randomInt } from 'node:crypto'
import { UdptoolError, usage } from '../../base/error.ts'
import { formatPortRange, type PortRange } from '../../base/port-range.ts'
import { isLocalAddress } from '../../engine/local-addresses.ts'
import { anyHost } from '../../engine/open-socket.ts'
import type { ProberSockets } from '../../engine/port.ts'
import type { FlowPlan } from './flow-plan.ts'

/** First of the dynamic ports (RFC 6335 section 6): servers do not have them. */
const DYNAMIC = 49_152
/** First port that needs no privilege. */
const UNPRIVILEGED = 1024
const BEYOND = 65_536
/** Number of ports to start from, if the flows need nearly all dynamic ports or more. */
const SPREAD = 1024
/** If one in ten dynamic ports is in use, 16 are free in one of five attempts. */
const ATTEMPTS = 64

/**
 * Opens the sockets of a run, those of flows with their ports. Free ports are found by binding the sockets of the run themselves, so no
 * other program can take one in between. Rejects with `addressInUse` if a port of `sourcePorts` is in use, or no free ones are found.
 */
export async function openWithPorts<T>(
  flows: FlowPlan | undefined,
  count: number,
  sockets: ProberSockets,
  open: (sockets: ProberSockets) => Promise<T>,
): Promise<{ readonly running: T; readonly sourcePorts?: PortRange }> {
  if (flows === undefined) return { running: await open(sockets) }
  const { sourcePorts } = flows
  if (sourcePorts !== undefined) {
    if (isOwnPort(sockets, sourcePorts)) throw ownPort(sockets)
    try {
      return { running: await open({ ...sockets, sourcePorts }), sourcePorts }
    } catch (error) {
      throw isInUse(error) ? portInUse(error) : error
    }
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = randomFirst(count)
    const free = { first, last: first + count - 1 }
    if (isOwnPort(sockets, free)) continue
    try {
      return { running: await open({ ...sockets, sourcePorts: free }), sourcePorts: free }
    } catch (error) {
      if (!isInUse(error)) throw error
    }
  }
  throw new UdptoolError('addressInUse', `cannot find ${count} free consecutive source ports`, {
    operation: 'bind',
    hint: `use fewer --flows, or name free ports: --source-ports ${formatPortRange({ first: 20_000, last: 20_000 + Math.min(count, 40_000) - 1 })} (ss -uan lists those in use)`,
  })
}

function randomFirst(count: number): number {
  const most = BEYOND - count
  return randomInt(Math.max(UNPRIVILEGED, Math.min(DYNAMIC, most - SPREAD)), most + 1)
}

/** Whether a socket would send to itself, and take its own probes for replies. */
function isOwnPort({ target, bind }: ProberSockets, { first, last }: PortRange): boolean {
  if (target.port < first || target.port > last || !isLocalAddress(target.address)) return false
  // Without an address the kernel takes that of the target, if it is of this host.
  return bind === undefined || bind.host === target.address || bind.host === anyHost(target.family)
}

function ownPort({ target }: ProberSockets): UdptoolError {
  return usage(
    `source port ${target.port} is the port of the target on this host: the socket would send to itself`,
    `name other ports than ${target.port} with --source-ports`,
    'sourcePorts',
  )
}

function isInUse(error: unknown): error is UdptoolError {
  return error instanceof UdptoolError && error.code === 'addressInUse'
}

function portInUse(cause: UdptoolError): UdptoolError {
  const port = /\d+$/u.exec(cause.address ?? '')?.[0] ?? ''
  return new UdptoolError('addressInUse', `cannot send from source port ${port}: another socket has it`, {
    operation: 'bind',
    address: cause.address,
    option: 'sourcePorts',
    hint: 'name other ports, or end the program that has it (ss -uanp shows it); --flows N without --source-ports takes free ones',
    cause,
  })
}
