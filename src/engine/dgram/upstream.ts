import type { Address } from '../../base/address.ts'
import type { Nanos } from '../../base/nanos.ts'
import { isError } from '../../base/thrown.ts'
import { sourceOf, type Source } from '../../machines/guard.ts'
import type { Opening } from '../../machines/loop-check.ts'
import { ICMP_ERRNOS } from '../icmp-errnos.ts'
import { SEND_BUFFER } from '../send-buffer.ts'
import { errorNumber } from '../socket-error.ts'
import { anyHost, boundAddress, openSocket } from '../open-socket.ts'
import { BoundedSender, type SendCallbacks } from './bounded-sender.ts'

const ENOBUFS = 105
const ECONNREFUSED = 111
/** Datagrams that can wait until their socket is open, which takes less than a millisecond. */
const MAX_WAITING = 1024

/** Datagrams kept until the server has answered, to resend them to its next address after a refusal. */
const MAX_KEPT = 16

/** The addresses of a server, shared by all sockets towards it. */
export interface ServerChoice {
  readonly addresses: readonly [Address, ...Address[]]
  /** The address that answered last, which is tried first. */
  preferred: number
}

/** A datagram without an answer, and the number of addresses it was sent to. */
interface Kept {
  readonly bytes: Uint8Array
  tries: number
}

export interface UpstreamOptions {
  readonly client: Address
  /** The relay's socket that the client sends to. */
  readonly via: number
  readonly servers: ServerChoice
  readonly recvBuffer: number
  /** Its socket is open, with this local address. */
  readonly onOpen: (bound: Address) => void
  /** A datagram was handed to the socket. */
  readonly onSend: () => void
  readonly onMessage: (bytes: Uint8Array) => void
  /** An ICMP error from the server's host, or a failed receive. */
  readonly onError: (error: Error) => void
}

/**
 * The socket of one client of a relay towards the server: connected, so that no other host can answer through it. If the server has several
 * addresses, it continues with the next if one is unreachable, or refuses before it has answered, and resends what was refused.
 */
export class Upstream {
  readonly client: Address
  readonly via: number
  readonly source: Source
  /** Time of the last datagram in either direction. */
  usedAt: Nanos
  /** The first datagrams of the client, until something comes back. */
  opening: Opening | undefined
  readonly #options: UpstreamOptions
  /** Index of the server's address in use. */
  #at: number
  #kept: Kept[] | undefined
  #sender: BoundedSender | undefined
  #bound: Address | undefined
  #waiting: { readonly bytes: Uint8Array; readonly callbacks: SendCallbacks }[] | undefined = []
  #failed: Error | undefined
  #closed = false

  constructor(options: UpstreamOptions, now: Nanos) {
    this.client = options.client
    this.via = options.via
    this.source = sourceOf(options.client.address)
    this.usedAt = now
    this.#options = options
    this.#at = options.servers.preferred
    this.#kept = options.servers.addresses.length > 1 ? [] : undefined
    void this.#open()
  }

  send(bytes: Uint8Array, callbacks: SendCallbacks): void {
    if (this.#sender !== undefined) {
      this.#sender.send(bytes, undefined, this.#kept === undefined ? callbacks : this.#watched(bytes, callbacks))
      this.#options.onSend()
    } else if (this.#failed !== undefined) callbacks.sent(this.#failed)
    else if ((this.#waiting?.length ?? MAX_WAITING) < MAX_WAITING) this.#waiting?.push({ bytes, callbacks })
    else callbacks.sent(Object.assign(new Error('too many datagrams wait for a socket'), { errno: -ENOBUFS }))
  }

  /** Local and remote address as in the kernel's tables. Undefined while it opens. */
  get pair(): readonly [Address, Address] | undefined {
    return this.#bound === undefined ? undefined : [this.#bound, this.#server]
  }

  /** Its local address. Undefined while it opens. */
  get bound(): Address | undefined {
    return this.#bound
  }

  close(): void {
    this.#closed = true
    this.#failed ??= new Error('closed')
    const sender = this.#sender
    this.#sender = undefined
    sender?.close()
  }

  get #server(): Address {
    const { addresses } = this.#options.servers
    return addresses[this.#at] ?? addresses[0]
  }

  readonly #receive = (bytes: Uint8Array): void => {
    if (this.#kept !== undefined) {
      this.#kept = undefined
      this.#options.servers.preferred = this.#at
    }
    this.#options.onMessage(bytes)
  }

  /** Sends to a server that has not answered. The datagram is kept after it was sent. */
  #watched(bytes: Uint8Array, callbacks: SendCallbacks): SendCallbacks {
    const sent = (error: Error | null): void => {
      // The error belongs to an earlier datagram. This one was not sent.
      if (error !== null && errorNumber(error) === ECONNREFUSED && this.#tryNext(error))
        return this.send(bytes, callbacks)
      const isNew = callbacks !== RESENT && this.#kept !== undefined && this.#kept.length < MAX_KEPT
      if (error === null && isNew) this.#kept?.push({ bytes, tries: 1 })
      callbacks.sent(error)
    }
    return { ...callbacks, sent }
  }

  /** Continues with the next address if one refused before the server has answered. False if there is none, or it continued already. */
  #tryNext(error: Error): boolean {
    if (this.#kept === undefined || this.#closed || this.#sender === undefined) return false
    this.#options.onError(error)
    this.#sender.close()
    this.#sender = undefined
    const { addresses } = this.#options.servers
    const again = this.#kept.filter(({ tries }) => tries < addresses.length)
    for (const one of again) one.tries += 1
    this.#kept = again
    this.#at = (this.#at + 1) % addresses.length
    this.#waiting = again.map(({ bytes }) => ({ bytes, callbacks: RESENT }))
    void this.#open()
    return true
  }

  async #open(): Promise<void> {
    const { servers, recvBuffer, onOpen } = this.#options
    // Try another address only before the server has answered, and each once.
    for (let left = this.#kept === undefined ? 1 : servers.addresses.length; left > 0; left--) {
      const server = this.#server
      try {
        const socket = await openSocket({
          family: server.family,
          host: anyHost(server.family),
          port: 0,
          recvBuffer,
          sendBuffer: SEND_BUFFER,
          onMessage: this.#receive,
          connectTo: server,
        })
        socket.on('error', error => {
          if (!ICMP_ERRNOS.has(errorNumber(error)) || !this.#tryNext(error)) this.#options.onError(error)
        })
        if (this.#closed) socket.close()
        else {
          this.#failed = undefined
          this.#sender = new BoundedSender(socket)
          this.#bound = boundAddress(socket, server.family)
          onOpen(this.#bound)
        }
        break
      } catch (error) {
        this.#failed = isError(error) ? error : new Error(String(error))
        if (left > 1) this.#at = (this.#at + 1) % servers.addresses.length
      }
    }
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const { bytes, callbacks } of waiting) this.send(bytes, callbacks)
  }
}

/** Not counted again: it was counted when it was sent to the address that refused it. */
const RESENT: SendCallbacks = { sent: () => {} }
