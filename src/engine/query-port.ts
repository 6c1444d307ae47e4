import type { RemoteInfo, Socket } from 'node:dgram'
import { formatAddress, type Address, type Family } from '../base/address.ts'
import { UdptoolError } from '../base/error.ts'
import { anyHost, boundAddress, openSocket, type OpenSocket } from './open-socket.ts'
import { errorName } from './socket-error.ts'

/** Largest answer and some more. */
const RECV_BUFFER = 262_144
/** For datagrams from other addresses, of which only the number counts. */
const FOREIGN_BUFFER = 65_536
/** Another process may take a free port before this one does. */
const TRIES = 8
/** Limit for the targets of one port. */
const MAX_TARGETS = 8

/** What becomes known at a port. */
export interface QueryPortEvents {
  readonly message: (port: number, bytes: Uint8Array, from: RemoteInfo) => void
  /** An ICMP error, or the local kernel failed to receive. */
  readonly error: (port: number, link: QueryLink, error: Error) => void
  /** Datagrams from other addresses cannot be observed. */
  readonly blind: () => void
}

/** The socket from a port to a target. */
export interface QueryLink {
  readonly socket: Socket
  readonly local: Address
  /** The target as the kernel writes the source of its datagrams. */
  readonly peer: { readonly address: string; readonly port: number }
}

/** Ports are opened one after the other, so that no two runs of this process get the same one. */
let opening: Promise<unknown> = Promise.resolve()

/**
 * A local port of requests. It has a socket that is connected to the target, which gets its datagrams and ICMP errors, and one that gets
 * datagrams from any other address: the kernel prefers the connected one (udp4_lib_lookup2 of Linux), and they share the port by
 * SO_REUSEADDR (socket(7)).
 */
export class QueryPort {
  readonly number: number
  readonly #host: string
  readonly #family: Family
  readonly #events: QueryPortEvents
  readonly #links = new Map<string, QueryLink>()
  #open: Socket | undefined
  #closed = false

  private constructor(bound: Address, host: string, events: QueryPortEvents) {
    this.number = bound.port
    this.#host = host
    this.#family = bound.family
    this.#events = events
  }

  /**
   * Opens a port with a socket to the target. Rejects with a UdptoolError: of the operation `send to` if the kernel refuses the target. No
   * socket is left open then.
   */
  static async open(
    local: Omit<Address, 'family'> | undefined,
    target: Address,
    events: QueryPortEvents,
  ): Promise<QueryPort> {
    const before = opening
    const port = before.then(async () =>
      openAlone(local, target, async (bound, host) => {
        const opened = new QueryPort(bound, host, events)
        await opened.linkTo(target)
        await opened.#openForOthers()
        return opened
      }),
    )
    opening = port.catch(() => {})
    return port
  }

  /** The socket to a target. Rejects as `open` does. */
  async linkTo(target: Address): Promise<QueryLink> {
    const name = formatAddress(target)
    const known = this.#links.get(name)
    if (known !== undefined) return known
    const socket = await openSocket({ ...this.#plan(RECV_BUFFER), connectTo: target })
    const link = { socket, local: boundAddress(socket, this.#family), peer: socket.remoteAddress() }
    if (link.local.port === link.peer.port && link.local.address === link.peer.address) {
      socket.close()
      throw sameAddress(target)
    }
    // Without a listener an ICMP error would end the process.
    socket.on('error', error => this.#events.error(this.number, link, error))
    this.#links.set(name, link)
    const [oldest] = this.#links
    if (this.#links.size > MAX_TARGETS && oldest !== undefined) this.#closeLink(...oldest)
    return link
  }

  close(): void {
    this.#closed = true
    this.#open?.close()
    this.#open = undefined
    for (const [name, link] of this.#links) this.#closeLink(name, link)
  }

  #closeLink(name: string, { socket }: QueryLink): void {
    this.#links.delete(name)
    socket.close()
  }

  /** Best effort. */
  async #openForOthers(): Promise<void> {
    try {
      const socket = await openSocket(this.#plan(FOREIGN_BUFFER))
      // An unconnected socket gets no ICMP errors, so this is an error of the local kernel, and libuv would try again at once.
      socket.on('error', () => this.#giveUpOthers())
      this.#open = socket
    } catch {
      this.#events.blind()
    }
  }

  #giveUpOthers(): void {
    this.#open?.close()
    this.#open = undefined
    this.#events.blind()
  }

  #plan(recvBuffer: number): OpenSocket {
    return {
      family: this.#family,
      host: this.#host,
      port: this.number,
      recvBuffer,
      reuseAddr: true,
      onMessage: (bytes, from) => {
        if (!this.#closed) this.#events.message(this.number, bytes, from)
      },
    }
  }
}

/** Finds a free port, by a socket that shares it with no other, and opens it. */
async function openAlone(
  local: Omit<Address, 'family'> | undefined,
  { family, port: targetPort }: Address,
  open: (bound: Address, host: string) => Promise<QueryPort>,
): Promise<QueryPort> {
  const host = local?.address ?? anyHost(family)
  const port = local?.port ?? 0
  for (let left = TRIES; ; left--) {
    const finder = await openSocket({ family, host, port, recvBuffer: FOREIGN_BUFFER, onMessage: () => {} })
    const bound = boundAddress(finder, family)
    await new Promise<void>(resolve => void finder.close(() => resolve()))
    // A free port may be that of the target, if nothing listens there.
    if (port === 0 && bound.port === targetPort && left > 0) continue
    try {
      return await open(bound, host)
    } catch (error) {
      const isTaken = error instanceof UdptoolError && errorName(error.cause) === 'EADDRINUSE'
      if (!isTaken || port !== 0 || left === 0) throw error
    }
  }
}

/** A socket that is connected to its own address gets its requests, and takes them for answers. */
function sameAddress(target: Address): UdptoolError {
  const address = formatAddress(target)
  return new UdptoolError(
    'addressInUse',
    `cannot ask ${address} from ${address}: a request would come back as its own answer`,
    {
      operation: 'bind',
      address,
      hint: 'leave --bind out, or give it another port',
    },
  )
}
