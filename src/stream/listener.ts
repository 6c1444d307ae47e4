import { once, setMaxListeners } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { formatAddress, type StreamAddress, type StreamFamily } from '../base/address.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'
import { Connection } from './connection.ts'
import { ConnectionSlots, type NoSlot } from './connection-slots.ts'
import { sourceOf } from './source.ts'

/** How long a listener that was stopped waits for what is under way. */
const GRACE = SECOND

/** Rejected connections that get a message, at once; further ones are reset. Each needs a descriptor meanwhile. */
const MAX_REJECTING = 64

/** Connections that wait for being accepted; Linux cuts it at net.core.somaxconn. */
const BACKLOG = 511

export interface ListenPlan {
  /** A numeric address. */
  readonly host: string
  readonly family: StreamFamily
  /** 0: the kernel chooses. */
  readonly port: number
  /** More than so many at once, in whole or from one source (`sourceOf`), are turned away. */
  readonly maxConnections: number
  readonly maxConnectionsPerSource: number
  /** A connection on which nothing moves for so long is broken off. */
  readonly idle: Nanos
}

/** Why a connection is rejected. `denied`: its peer is not allowed. */
export type RejectReason = NoSlot | 'denied'

/** Handles the connections of a listener. */
export interface ConnectionHandler {
  /** Whether this peer is allowed. A denied peer takes no slot. */
  admits(peer: StreamAddress): boolean
  /**
   * Talks with one peer until it is done; whatever it throws ends this connection and no other. `stopping` is aborted when the
   * listener is stopped: what is under way may end, within a second.
   */
  serve(connection: Connection, stopping: AbortSignal): Promise<void>
  /** A connection is rejected. Returns the message to its peer; undefined: none. */
  reject(peer: StreamAddress, reason: RejectReason): Uint8Array | undefined
}

export interface Listener {
  readonly address: StreamAddress
  /** Takes no more connections, and ends those that are open. */
  stop(): void
  /** Resolves when all of them are closed and nobody converses any more. */
  readonly done: Promise<void>
}

/** Listens on a TCP port. Rejects with a UdptoolError: `addressInUse`, `addressUnavailable`, `permission`, `socket`. */
export async function listen(plan: ListenPlan, host: ConnectionHandler): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  const open = new Map<Connection, Promise<void>>()
  const stopping = new AbortController()
  // Each connection listens; that they are many is no leak.
  setMaxListeners(0, stopping.signal)
  const slots = new ConnectionSlots<Connection>({
    most: plan.maxConnections,
    mostPerSource: plan.maxConnectionsPerSource,
  })
  const rejecting = new Set<Connection>()
  const reject = (connection: Connection, reason: RejectReason): void => {
    const words = host.reject(connection.peer, reason)
    if (words === undefined || rejecting.size >= MAX_REJECTING || stopping.signal.aborted) {
      connection.reset()
      return
    }
    rejecting.add(connection)
    void sendRejection(connection, words).finally(() => rejecting.delete(connection))
  }
  server.on('connection', (socket: Socket) => {
    const connection = new Connection(socket, peerOf(socket))
    if (!host.admits(connection.peer)) {
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
      serve(host, connection, stopping.signal).finally(() => {
        connection.destroy()
        slots.leave(source, connection)
        open.delete(connection)
      }),
    )
  })
  await bind(server, plan)
  // A connection that could not be accepted, for want of descriptors as a rule: the others go on, and so does the listener.
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

async function serve(host: ConnectionHandler, connection: Connection, stopping: AbortSignal): Promise<void> {
  try {
    await host.serve(connection, stopping)
  } catch {
    // The end of this connection; what there is to tell, the host has told.
  }
}

/** Sends the message to a rejected peer and lingers, so that it arrives. */
async function sendRejection(connection: Connection, words: Uint8Array): Promise<void> {
  try {
    await connection.send(words)
    await connection.linger()
  } catch {
    // It has gone already.
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
