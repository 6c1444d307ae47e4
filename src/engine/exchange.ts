import type { RemoteInfo, Socket } from 'node:dgram'
import type { Address } from '../base/address.ts'
import { errnoName } from '../base/errno.ts'
import type { Nanos } from '../base/nanos.ts'
import type { ProberSockets } from './port.ts'
import { Clock } from './clock.ts'
import { startTimer } from './long-timer.ts'
import { errorNumber } from './socket-error.ts'
import { anyHost, openSocket } from './open-socket.ts'

const ECONNREFUSED = 111

/** The outcome of one message. */
export type Answer =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array; readonly from: Address; readonly rtt: Nanos }
  | { readonly kind: 'silence' }
  | { readonly kind: 'unreachable' | 'refused'; readonly error: string }

/** Sends messages one at a time: the next after the reply to the last, or its timeout. */
export class Exchange {
  readonly #socket: Socket
  readonly #target: Address
  readonly #clock = new Clock()
  #waiting: ((answer: Answer) => void) | undefined
  #sentAt: Nanos = 0
  /** Whether a datagram may be the answer to the message in flight. */
  #accept: (bytes: Uint8Array) => boolean = () => true

  private constructor(socket: Socket, target: Address) {
    this.#socket = socket
    this.#target = target
    socket.on('error', error => this.#settle({ kind: 'unreachable', error: errnoName(errorNumber(error)) }))
  }

  /** Opens a connected socket. Rejects with a UdptoolError. */
  static async open(sockets: ProberSockets): Promise<Exchange> {
    const { target, bind, recvBuffer, ttl } = sockets
    const inlet: { deliver: (bytes: Buffer, from: RemoteInfo) => void } = { deliver: ignore }
    const socket = await openSocket({
      family: target.family,
      host: bind?.host ?? anyHost(target.family),
      port: bind?.port ?? 0,
      recvBuffer,
      onMessage: (bytes, from) => inlet.deliver(bytes, from),
      connectTo: target,
      ...(ttl === undefined ? {} : { ttl }),
    })
    const exchange = new Exchange(socket, target)
    inlet.deliver = (bytes, from) => exchange.#receive(bytes, from)
    return exchange
  }

  /** Sends one message and waits for a reply that `accept` takes. */
  async ask(bytes: Uint8Array, timeout: Nanos, accept: (bytes: Uint8Array) => boolean): Promise<Answer> {
    this.#accept = accept
    const answer = new Promise<Answer>(resolve => {
      this.#waiting = resolve
    })
    this.#sentAt = this.#clock.now()
    this.#send(bytes, true)
    const timer = startTimer(() => this.#settle({ kind: 'silence' }), timeout)
    try {
      return await answer
    } finally {
      timer.cancel()
    }
  }

  close(): void {
    this.#settle({ kind: 'silence' })
    this.#socket.close()
  }

  /** An ICMP error about an earlier message makes this send fail, so it is retried once. */
  #send(bytes: Uint8Array, again: boolean): void {
    this.#socket.send(bytes, error => {
      if (error === null) return
      const errno = errorNumber(error)
      if (again) this.#send(bytes, false)
      else this.#settle({ kind: errno === ECONNREFUSED ? 'unreachable' : 'refused', error: errnoName(errno) })
    })
  }

  #receive(bytes: Buffer, from: RemoteInfo): void {
    if (!this.#accept(bytes)) return
    const rtt = this.#clock.now() - this.#sentAt
    this.#settle({
      kind: 'reply',
      bytes,
      from: { address: from.address, port: from.port, family: this.#target.family },
      rtt,
    })
  }

  #settle(answer: Answer): void {
    const resolve = this.#waiting
    this.#waiting = undefined
    resolve?.(answer)
  }
}

/** No message was sent yet. */
function ignore(): void {}
