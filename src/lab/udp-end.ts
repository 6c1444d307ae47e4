import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address, Family } from '../base/address.ts'
import { boundAddress, openSocket } from '../engine/open-socket.ts'
import { DropCounters } from '../engine/drop-counters.ts'
import { errorName } from '../engine/socket-error.ts'
import { withTimeout } from './with-timeout.ts'

export interface UdpPlan {
  readonly family?: Family
  /** 0, the default: the kernel chooses. */
  readonly port?: number
  readonly connectTo?: Address
  /** Bytes asked of SO_RCVBUF. */
  readonly recvBuffer?: number
  /** Called with each message as it comes; its answer, if it gives one, goes back. */
  readonly answer?: (message: Message) => Promise<string | undefined> | string | undefined
}

export interface Message {
  readonly bytes: Uint8Array
  readonly text: string
  readonly from: Address
}

/** All that is on its way has come once nothing has for so long, ms. */
const QUIET_MS = 60

/** A UDP socket of node:dgram on loopback, and all that it has received. */
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

  /** Sends one message. Gives the name of the error that the call itself met, undefined where it succeeded. */
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

  /** Resolves once nothing more comes. */
  async quiet(): Promise<void> {
    for (let seen = -1; seen !== this.messages.length;) {
      seen = this.messages.length
      await sleep(QUIET_MS)
    }
  }

  /** The error that the network has told this socket, if one comes soon: ECONNREFUSED. */
  async failure(): Promise<string | undefined> {
    await Promise.race([this.#until(() => this.#failure !== undefined), sleep(1000, undefined, { ref: false })])
    return this.#failure
  }

  /** Datagrams that the kernel has dropped because this socket's buffer was full; undefined where it does not tell. */
  drops(): number | undefined {
    return new DropCounters().read(this.address, this.#plan.connectTo)
  }

  /** What the kernel says that it gave of a receive buffer. */
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

  async #until(is: () => boolean): Promise<void> {
    while (!is()) {
      await new Promise<void>(resolve => {
        this.#changed = resolve
      })
    }
  }
}
