import { once, setMaxListeners } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { formatAddress, type StreamAddress, type StreamFamily } from '../base/address.ts'
import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { socketError } from '../engine/socket-error.ts'
import { Connection } from './connection.ts'
import { Places, type NoPlace } from './places.ts'
import { sourceOf } from './source.ts'

/** How long a listener that was stopped waits for what is under way. */
const GRACE = SECOND

/** Connections that are sent why they are turned away, at once; more are reset without a word. Each needs a descriptor meanwhile. */
const MOST_DISMISSED = 64

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

/** Why a connection is turned away at once. `denied`: the host does not talk with its peer. */
export type TurnedAway = NoPlace | 'denied'

/** What is done with each connection. */
export interface Host {
  /** Whether it talks with this peer. One that is denied takes no place. */
  admits(peer: StreamAddress): boolean
  /**
   * Talks with one peer until it is done; whatever it throws ends this connection and no other. `stopping` is aborted when the
   * listener is stopped: what is under way may end, within a second.
   */
  converse(connection: Connection, stopping: AbortSignal): Promise<void>
  /** A connection is turned away. Returns what its peer is sent; undefined: nothing. */
  turnAway(peer: StreamAddress, reason: TurnedAway): Uint8Array | undefined
}

export interface Listener {
  readonly address: StreamAddress
  /** Takes no more connections, and ends those that are open. */
  stop(): void
  /** Resolves when all of them are closed and nobody converses any more. */
  readonly done: Promise<void>
}

/** Listens on a TCP port. Rejects with a UdptoolError: `addressInUse`, `addressUnavailable`, `permission`, `socket`. */
export async function listen(plan: ListenPlan, host: Host): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  const open = new Map<Connection, Promise<void>>()
  const stopping = new AbortController()
  // Each connection listens; that they are many is no leak.
  setMaxListeners(0, stopping.signal)
  const places = new Places<Connection>({ most: plan.maxConnections, mostPerSource: plan.maxConnectionsPerSource })
  const dismissed = new Set<Connection>()
  const turnAway = (connection: Connection, reason: TurnedAway): void => {
    const words = host.turnAway(connection.peer, reason)
    if (words === undefined || dismissed.size >= MOST_DISMISSED || stopping.signal.aborted) {
      connection.reset()
      return
    }
    dismissed.add(connection)
    void dismiss(connection, words).finally(() => dismissed.delete(connection))
  }
  server.on('connection', (socket: Socket) => {
    const connection = new Connection(socket, peerOf(socket))
    if (!host.admits(connection.peer)) {
      turnAway(connection, 'denied')
      return
    }
    const source = sourceOf(connection.peer.address)
    const place = places.find(source)
    if (place === 'source' || place === 'crowded') {
      turnAway(connection, place)
      return
    }
    if (place !== 'free') {
      const { displaces } = place
      places.leave(sourceOf(displaces.peer.address), displaces)
      displaces.expel({ kind: 'displaced', reason: 'its place was needed by another source' })
    }
    places.take(source, connection)
    connection.patience(plan.idle)
    open.set(
      connection,
      converse(host, connection, stopping.signal).finally(() => {
        connection.destroy()
        places.leave(source, connection)
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
      for (const connection of dismissed) connection.reset()
      const over = setTimeout(() => open.forEach((_, connection) => connection.destroy()), GRACE / MILLISECOND)
      void done.finally(() => clearTimeout(over))
    },
    done,
  }
}

async function converse(host: Host, connection: Connection, stopping: AbortSignal): Promise<void> {
  try {
    await host.converse(connection, stopping)
  } catch {
    // The end of this connection; what there is to tell, the host has told.
  }
}

/** Sends the last words to a peer and waits a little, so that they arrive. */
async function dismiss(connection: Connection, words: Uint8Array): Promise<void> {
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
