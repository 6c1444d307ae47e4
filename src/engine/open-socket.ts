import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { formatAddress, type Address, type Family } from '../base/address.ts'
import type { SocketPlan } from './port.ts'
import { socketError } from './socket-error.ts'

export interface OpenSocket extends SocketPlan {
  /** Requested with SO_SNDBUF. Absent: the system's default. */
  readonly sendBuffer?: number
  /** Attached before the bind, because a bound socket receives at once. */
  readonly onMessage: (bytes: Buffer, from: RemoteInfo) => void
  readonly connectTo?: Address
  readonly ttl?: number
  /** Other sockets with the same option may bind the same port (SO_REUSEADDR, socket(7)). */
  readonly reuseAddr?: boolean
}

/** Opens, binds and connects a UDP socket. Rejects with a UdptoolError. No socket is left open then. */
export async function openSocket(plan: OpenSocket): Promise<Socket> {
  const socket = create(plan.family, plan.reuseAddr)
  const local: Address = { address: plan.host, port: plan.port, family: plan.family }
  try {
    socket.on('message', plan.onMessage)
    // Listen before the bind: if the lookup answers at once, the event comes inside the call.
    const listening = once(socket, 'listening')
    socket.bind({ port: plan.port, address: plan.host })
    await listening
    // Fail here, not when the caller asks for the address.
    socket.address()
    askForBuffer(plan.recvBuffer, bytes => socket.setRecvBufferSize(bytes))
    if (plan.sendBuffer !== undefined) askForBuffer(plan.sendBuffer, bytes => socket.setSendBufferSize(bytes))
    if (plan.ttl !== undefined) socket.setTTL(plan.ttl)
    if (plan.connectTo !== undefined) await connect(socket, plan.connectTo)
    return socket
  } catch (cause) {
    socket.close()
    throw socketError(cause, 'bind', formatAddress(local))
  }
}

/**
 * Opens, binds and connects a UDP socket synchronously, which Node does if no name has to be resolved. Undefined if that fails. No socket
 * is left open then.
 */
export function openSocketNow(plan: OpenSocket): Socket | undefined {
  const socket = create(plan.family)
  // Errors are also reported by an event.
  socket.on('error', () => {})
  try {
    socket.on('message', plan.onMessage)
    socket.bind({ port: plan.port, address: plan.host, exclusive: true })
    askForBuffer(plan.recvBuffer, bytes => socket.setRecvBufferSize(bytes))
    if (plan.ttl !== undefined) socket.setTTL(plan.ttl)
    if (plan.connectTo !== undefined) {
      socket.connect(plan.connectTo.port, plan.connectTo.address)
      socket.remoteAddress()
    }
    socket.address()
    return socket
  } catch {
    socket.close()
    return undefined
  }
}

function create(family: Family, reuseAddr = false): Socket {
  return createSocket({
    type: family,
    reuseAddr,
    // Every address here is numeric. Without this, each send on an unconnected socket goes through dns.lookup.
    lookup: (host, _options, callback) => callback(null, host, family === 'udp4' ? 4 : 6),
  })
}

async function connect(socket: Socket, to: Address): Promise<void> {
  try {
    const connected = once(socket, 'connect')
    socket.connect(to.port, to.address)
    await connected
  } catch (cause) {
    throw socketError(cause, 'send to', formatAddress(to))
  }
}

/** Linux silently limits the size to net.core.rmem_max or wmem_max. Other systems refuse, so half the size is tried. */
function askForBuffer(bytes: number, set: (bytes: number) => void): void {
  for (let ask = bytes; ask >= 1; ask = Math.floor(ask / 2)) {
    try {
      return set(ask)
    } catch {
      // Try a smaller size.
    }
  }
}

/** The wildcard address, with which the kernel chooses a local address. */
export function anyHost(family: Family): string {
  return family === 'udp4' ? '0.0.0.0' : '::'
}

/** The address that a socket is bound to. */
export function boundAddress(socket: Socket, family: Family): Address {
  const { address, port } = socket.address()
  return { address, port, family }
}
