import { isError } from '../../base/thrown.ts'
import type { Address } from '../../base/address.ts'
import type { Nanos } from '../../base/nanos.ts'
import { sourceOf, type Source } from '../../machines/guard.ts'
import type { Opening } from '../../machines/loop-check.ts'
import { SEND_BUFFER } from '../send-buffer.ts'
import { anyHost, boundAddress, openSocket } from './open-socket.ts'
import { Outlet, type Departure } from './outlet.ts'

const ENOBUFS = 105
/** Datagrams that wait for their socket to open, which takes less than a millisecond. */
const MOST_WAITING = 1024

export interface UpstreamOptions {
  readonly client: Address
  /** The relay's socket that the client sends to. */
  readonly via: number
  readonly server: Address
  readonly recvBuffer: number
  /** Its socket is open, with this address of its own. */
  readonly onOpen: (bound: Address) => void
  /** A datagram was handed to the socket. */
  readonly onSend: () => void
  readonly onMessage: (bytes: Uint8Array) => void
  /** An ICMP error of the server's host. */
  readonly onError: (error: Error) => void
}

/** The socket of one client of a relay towards the server: connected, so that nobody else can answer through it. */
export class Upstream {
  readonly client: Address
  readonly via: number
  readonly source: Source
  /** When something last came or went. */
  usedAt: Nanos
  /** What the client began with, until anything comes back. */
  opening: Opening | undefined
  readonly #server: Address
  readonly #onSend: () => void
  #outlet: Outlet | undefined
  #bound: Address | undefined
  #waiting: { readonly bytes: Uint8Array; readonly departure: Departure }[] | undefined = []
  #failed: Error | undefined
  #closed = false

  constructor(options: UpstreamOptions, now: Nanos) {
    this.client = options.client
    this.via = options.via
    this.source = sourceOf(options.client.address)
    this.usedAt = now
    this.#server = options.server
    this.#onSend = options.onSend
    void this.#open(options)
  }

  send(bytes: Uint8Array, departure: Departure): void {
    if (this.#outlet !== undefined) {
      this.#outlet.send(bytes, undefined, departure)
      this.#onSend()
    } else if (this.#failed !== undefined) departure.sent(this.#failed)
    else if ((this.#waiting?.length ?? MOST_WAITING) < MOST_WAITING) this.#waiting?.push({ bytes, departure })
    else departure.sent(Object.assign(new Error('too many datagrams wait for a socket'), { errno: -ENOBUFS }))
  }

  /** As the kernel's tables name it: local and remote address; undefined while it opens. */
  get pair(): readonly [Address, Address] | undefined {
    return this.#bound === undefined ? undefined : [this.#bound, this.#server]
  }

  /** Its own address; undefined while it opens. */
  get bound(): Address | undefined {
    return this.#bound
  }

  close(): void {
    this.#closed = true
    this.#failed ??= new Error('closed')
    const outlet = this.#outlet
    this.#outlet = undefined
    outlet?.close()
  }

  async #open({ server, recvBuffer, onOpen, onMessage, onError }: UpstreamOptions): Promise<void> {
    const waiting = this.#waiting ?? []
    try {
      const socket = await openSocket({
        family: server.family,
        host: anyHost(server.family),
        port: 0,
        recvBuffer,
        sendBuffer: SEND_BUFFER,
        onMessage,
        connectTo: server,
      })
      socket.on('error', onError)
      if (this.#closed) socket.close()
      else {
        this.#outlet = new Outlet(socket)
        this.#bound = boundAddress(socket, server.family)
        onOpen(this.#bound)
      }
    } catch (error) {
      this.#failed = isError(error) ? error : new Error(String(error))
    }
    this.#waiting = undefined
    for (const { bytes, departure } of waiting) this.send(bytes, departure)
  }
}
