import { isError } from '../../base/thrown.ts'
import type { Socket } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import type { Nanos } from '../../base/nanos.ts'
import type { Opening } from '../../machines/loop-check.ts'
import { anyHost, boundAddress, openSocket } from './open-socket.ts'

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
  readonly onMessage: (bytes: Uint8Array) => void
  /** An ICMP error of the server's host. */
  readonly onError: (error: Error) => void
}

type Sent = (error: Error | null) => void

/** The socket of one client of a relay towards the server: connected, so that nobody else can answer through it. */
export class Upstream {
  readonly client: Address
  readonly via: number
  /** When something last came or went. */
  usedAt: Nanos
  /** What the client began with, until anything comes back. */
  opening: Opening | undefined
  readonly #server: Address
  #socket: Socket | undefined
  #bound: Address | undefined
  #waiting: { readonly bytes: Uint8Array; readonly sent: Sent }[] | undefined = []
  #failed: Error | undefined
  #closed = false

  constructor(options: UpstreamOptions, now: Nanos) {
    this.client = options.client
    this.via = options.via
    this.usedAt = now
    this.#server = options.server
    void this.#open(options)
  }

  send(bytes: Uint8Array, sent: Sent): void {
    if (this.#socket !== undefined) this.#socket.send(bytes, sent)
    else if (this.#failed !== undefined) sent(this.#failed)
    else if ((this.#waiting?.length ?? MOST_WAITING) < MOST_WAITING) this.#waiting?.push({ bytes, sent })
    else sent(Object.assign(new Error('too many datagrams wait for a socket'), { errno: -ENOBUFS }))
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
    this.#socket?.close()
    this.#socket = undefined
    this.#failed ??= new Error('closed')
  }

  async #open({ server, recvBuffer, onOpen, onMessage, onError }: UpstreamOptions): Promise<void> {
    const waiting = this.#waiting ?? []
    try {
      const socket = await openSocket({
        family: server.family,
        host: anyHost(server.family),
        port: 0,
        recvBuffer,
        onMessage,
        connectTo: server,
      })
      socket.on('error', onError)
      if (this.#closed) socket.close()
      else {
        this.#socket = socket
        this.#bound = boundAddress(socket, server.family)
        onOpen(this.#bound)
      }
    } catch (error) {
      this.#failed = isError(error) ? error : new Error(String(error))
    }
    this.#waiting = undefined
    for (const { bytes, sent } of waiting) this.send(bytes, sent)
  }
}
