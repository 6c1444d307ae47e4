import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, Family } from '../base/address.ts'
import { boundAddress, openSocket } from '../engine/open-socket.ts'
import { DropCounters } from '../engine/drop-counters.ts'
import { errorName } from '../engine/socket-error.ts'
import { settled } from './settled.ts'
import { TIMEOUT_MS, withTimeout } from './with-timeout.ts'

export interface UdpPlan {
  readonly family?: Family
  /** Default 0: the kernel chooses. */
  readonly port?: number
  readonly connectTo?: Address
  /** Requested with SO_RCVBUF. */
  readonly recvBuffer?: number
  /** Called with each message. The text that it returns is sent back. */
  readonly answer?: (message: Message) => Promise<string | undefined> | string | undefined
}

export interface Message {
  readonly bytes: Uint8Array
  readonly text: string
  readonly from: Address
}

/** A message that should not come would have come after this time, ms. */
const SURPLUS_MS = 60

/** A UDP socket of node:dgram on loopback, with everything that it received. */
export class UdpEnd {
  readonly address: Address
  readonly messages: Message[] = []
  readonly #socket: Socket
  readonly #plan: UdpPlan
  #taken = 0
  #failure: string | undefined
  #changed = (): void => {}

  private constructor(socket: Socket, family: Family, plan: UdpPlan) {
    this.#socket = socket
    this.#plan = plan
    this.address = boundAddress(socket, family)
    socket.on('error', error => {
      this.#failure = errorName(error)
      this.#changed()
    })
  }

  static async open(plan: UdpPlan): Promise<UdpEnd> {
    const { family = 'udp4', port = 0, recvBuffer = 1 << 20, connectTo } = plan
    const opened: { end?: UdpEnd } = {}
    const socket = await openSocket({
      family,
      host: family === 'udp4' ? '127.0.0.1' : '::1',
      port,
      recvBuffer,
      onMessage: (bytes, { address, port: from }) =>
        void opened.end?.receive({ bytes, text: bytes.toString(), from: { address, port: from, family } }),
      ...(connectTo === undefined ? {} : { connectTo }),
    })
    return (opened.end = new UdpEnd(socket, family, plan))
  }

  /** Sends one message. Returns the name of the error of the call, undefined if it succeeded. */
  async send(data: string | Uint8Array, to?: Address): Promise<string | undefined> {
    return await new Promise(resolve => {
      const sent = (error: Error | null): void => resolve(error === null ? undefined : errorName(error))
      if (to === undefined) this.#socket.send(data, sent)
      else this.#socket.send(data, to.port, to.address, sent)
    })
  }

  /** The next message. */
  async next(): Promise<Message> {
    const index = this.#taken++
    await withTimeout(
      this.#until(() => this.messages.length > index),
      'message',
    )
    const message = this.messages[index]
    if (message === undefined) throw new Error('a message was lost in our own list')
    return message
  }

  /** Waits until this many messages have arrived, up to 20 seconds, and then shortly for more of them. */
  async arrivals(count: number): Promise<void> {
    await this.#soon(() => this.messages.length >= count)
    await settled(SURPLUS_MS)
  }

  /** The error that the socket gets from the network, if one comes within 20 seconds: ECONNREFUSED. */
  async failure(): Promise<string | undefined> {
    await this.#soon(() => this.#failure !== undefined)
    return this.#failure
  }

  /** Datagrams that the kernel dropped because the receive buffer was full. Undefined if the kernel does not show it. */
  drops(): number | undefined {
    return new DropCounters().read(this.address, this.#plan.connectTo)
  }

  /** The size of the receive buffer as the kernel reports it. */
  recvBuffer(): number {
    return this.#socket.getRecvBufferSize()
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }

  async receive(message: Message): Promise<void> {
    this.messages.push(message)
    this.#changed()
    const answer = await this.#plan.answer?.(message)
    if (answer !== undefined) await this.send(answer, message.from)
  }

  /** Waits until this is so, up to 20 seconds. */
  async #soon(is: () => boolean): Promise<void> {
    const over = new AbortController()
    await Promise.race([this.#until(is), sleep(TIMEOUT_MS, undefined, { signal: over.signal }).catch(() => {})])
    over.abort()
  }

  async #until(is: () => boolean): Promise<void> {
    while (!is()) {
      await new Promise<void>(resolve => {
        this.#changed = resolve
      })
    }
  }
}
