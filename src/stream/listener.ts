import { once, setMaxListeners } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { formatAddress, type StreamAddress, type StreamFamily } from '../base/address.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'
import { Connection } from './connection.ts'
import { ConnectionSlots, type NoSlot } from './connection-slots.ts'
import { sourceOf } from './source.ts'

/** How long a stopped listener waits for running requests. */
const GRACE = SECOND

/** Maximum number of rejected connections that get a message at the same time; further ones are reset. Each occupies a descriptor. */
const MAX_REJECTING = 64

/** Maximum number of connections waiting to be accepted; Linux limits it to net.core.somaxconn. */
const BACKLOG = 511

export interface ListenPlan {
  /** A numeric address. */
  readonly host: string
  readonly family: StreamFamily
  /** 0: the kernel chooses. */
  readonly port: number
  /** Further connections are rejected, in total or from one source (`sourceOf`). */
  readonly maxConnections: number
  readonly maxConnectionsPerSource: number
  /** A connection without traffic for this time is reset. */
  readonly idle: Nanos
}

/** Why a connection is rejected. `denied`: its peer is not allowed. */
export type RejectReason = NoSlot | 'denied'

export interface ConnectionHandler {
  /** Whether this peer is allowed. A denied peer takes no slot. */
  admits(peer: StreamAddress): boolean
  /**
   * Serves one peer; an error ends this connection and no other. `stopping` is aborted when the listener stops: running requests have one
   * second to end.
   */
  serve(connection: Connection, stopping: AbortSignal): Promise<void>
  /** Called for a rejected connection. Returns the message to its peer; undefined: none. */
  reject(peer: StreamAddress, reason: RejectReason): Uint8Array | undefined
}

export interface Listener {
  readonly address: StreamAddress
  /** Accepts no more connections, and ends the open ones. */
  stop(): void
  /** Resolves when all connections are closed and all requests have ended. */
  readonly done: Promise<void>
}

/** Listens on a TCP port. Rejects with a UdptoolError: `addressInUse`, `addressUnavailable`, `permission`, `socket`. */
export async function listen(plan: ListenPlan, handler: ConnectionHandler): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  const open = new Map<Connection, Promise<void>>()
  const stopping = new AbortController()
  // Each connection adds a listener, so many listeners are no leak.
  setMaxListeners(0, stopping.signal)
  const slots = new ConnectionSlots<Connection>({
    most: plan.maxConnections,
    mostPerSource: plan.maxConnectionsPerSource,
  })
  const rejecting = new Set<Connection>()
  const reject = (connection: Connection, reason: RejectReason): void => {
    const message = handler.reject(connection.peer, reason)
    if (message === undefined || rejecting.size >= MAX_REJECTING || stopping.signal.aborted) {
      connection.reset()
      return
    }
    rejecting.add(connection)
    void sendRejection(connection, message).finally(() => rejecting.delete(connection))
  }
  server.on('connection', (socket: Socket) => {
    const connection = new Connection(socket, peerOf(socket))
    if (!handler.admits(connection.peer)) {
      reject(connection, 'denied')
      return
    }
    const source = sourceOf(connection.peer.address)
    const slot = slots.find(source)
    if (slot === 'source' || slot === 'crowded') {
      reject(connection, slot)
      return
    }
    if (slot !== 'free') {
      const { displaces } = slot
      slots.leave(sourceOf(displaces.peer.address), displaces)
      displaces.evict({ kind: 'displaced', reason: 'its place was needed by another source' })
    }
    slots.take(source, connection)
    connection.idleTimeout(plan.idle)
    open.set(
      connection,
      serve(handler, connection, stopping.signal).finally(() => {
        connection.destroy()
        slots.leave(source, connection)
        open.delete(connection)
      }),
    )
  })
  await bind(server, plan)
  // A connection that could not be accepted, usually for lack of descriptors: the listener and the other connections continue.
  server.on('error', () => {})
  const done = once(server, 'close').then(async () => void (await Promise.all(open.values())))
  return {
    address: addressOf(server, plan),
    stop: () => {
      if (stopping.signal.aborted) return
      server.close()
      stopping.abort()
      for (const connection of rejecting) connection.reset()
      const over = setTimeout(() => open.forEach((_, connection) => connection.destroy()), GRACE / MILLISECOND)
      void done.finally(() => clearTimeout(over))
    },
    done,
  }
}

async function serve(handler: ConnectionHandler, connection: Connection, stopping: AbortSignal): Promise<void> {
  try {
    await handler.serve(connection, stopping)
  } catch {
    // This connection has ended; `serve` has reported any error.
  }
}

/** Sends the message to a rejected peer and lingers, so that it arrives. */
async function sendRejection(connection: Connection, message: Uint8Array): Promise<void> {
  try {
    await connection.send(message)
    await connection.linger()
  } catch {
    // The connection has ended already.
  } finally {
    connection.destroy()
  }
}

async function bind(server: Server, plan: ListenPlan): Promise<void> {
  try {
    const listening = once(server, 'listening')
    server.listen({ host: plan.host, port: plan.port, backlog: BACKLOG })
    await listening
  } catch (cause) {
    throw socketError(cause, 'bind', formatAddress({ address: plan.host, port: plan.port, family: plan.family }))
  }
}

function addressOf(server: Server, { host, port, family }: ListenPlan): StreamAddress {
  const bound = server.address()
  if (bound === null || typeof bound === 'string') return { address: host, port, family }
  return { address: bound.address, port: bound.port, family }
}

function peerOf({ remoteAddress = '', remotePort = 0, remoteFamily }: Socket): StreamAddress {
  return { address: remoteAddress, port: remotePort, family: remoteFamily === 'IPv6' ? 'tcp6' : 'tcp4' }
}
