import type { RemoteInfo, Socket } from 'node:dgram'
import type { Address } from '../base/address.ts'
import { errnoName } from '../base/errno.ts'
import { LEAST_MTU, packetSize } from '../base/fragments.ts'
import type { Nanos } from '../base/nanos.ts'
import { quietTime } from '../machines/linger.ts'
import { SentMessages } from '../machines/sent-messages.ts'
import type { ProberSockets } from './port.ts'
import { Clock } from './clock.ts'
import { ICMP_ERRNOS } from './icmp-errnos.ts'
import { sleepFor, startTimer } from './long-timer.ts'
import { errorNumber } from './socket-error.ts'
import type { Answer } from './exchange.ts'
import { anyHost, openSocket, openSocketNow, type OpenSocket } from './open-socket.ts'

const ECONNREFUSED = 111
/** Limit for ports that stay open for late replies. */
const MAX_PORTS = 64

type Reply = Extract<Answer, { readonly kind: 'reply' }>

interface Port {
  readonly socket: Socket
  readonly messages: SentMessages
}

/** The message in flight. */
interface Waiting {
  readonly port: Port
  /** Bytes of the message. */
  readonly size: number
  readonly settle: (answer: Answer) => void
  /** A reply that may be a copy of another. It is used if no better one comes. */
  guess?: Reply
  /** An ICMP error that came meanwhile. It is used if no reply comes. */
  icmpError?: Answer
}

export interface ExchangePlan {
  readonly sockets: ProberSockets
  readonly timeout: Nanos
  readonly linger?: Nanos | undefined
  /** A reply to this message came after its timeout. */
  readonly late: (seq: number, reply: Reply) => void
}

/**
 * Sends messages one at a time: the next after the reply to the last, or its timeout. Each leaves from a port where its reply can be
 * distinguished from late replies and copies of others. If the user gave the port, it waits until that is so.
 */
export class MessageExchange {
  duplicates = 0
  unidentified = 0
  readonly #plan: ExchangePlan
  readonly #clock = new Clock()
  /** The last one used is at the end. */
  readonly #ports: Port[] = []
  readonly #sentAt: Nanos[] = []
  #largestRtt: Nanos = 0
  #waiting: Waiting | undefined

  private constructor(plan: ExchangePlan) {
    this.#plan = plan
  }

  /** Opens the first socket. Rejects with a UdptoolError. */
  static async open(plan: ExchangePlan): Promise<MessageExchange> {
    const exchange = new MessageExchange(plan)
    const inlet = exchange.#inlet()
    inlet.use(await openSocket(exchange.#socketPlan(inlet)))
    return exchange
  }

  /** Sends a message and waits for its reply or the timeout. */
  async ask(bytes: Uint8Array): Promise<Answer> {
    const port = await this.#portFor(bytes)
    const seq = this.#sentAt.length
    const answer = new Promise<Answer>(settle => {
      this.#waiting = { port, size: bytes.length, settle }
    })
    const now = this.#clock.now()
    this.#sentAt.push(now)
    port.messages.send(seq, bytes, now)
    this.#send(port, bytes, true)
    const timer = startTimer(() => this.#expire(port), this.#plan.timeout)
    try {
      return await answer
    } finally {
      timer.cancel()
    }
  }

  /** Waits for copies and late replies as long as they may come (docs/ledger.md, Words: closed). */
  async linger(): Promise<void> {
    for (;;) {
      const wait = Math.max(...this.#ports.map(({ messages }) => messages.closes)) - this.#clock.now()
      if (wait <= 0) return
      await sleepFor(wait)
    }
  }

  close(): void {
    this.#settle({ kind: 'silence' })
    for (const { socket } of this.#ports.splice(0)) socket.close()
  }

  async #portFor(bytes: Uint8Array): Promise<Port> {
    for (;;) {
      const now = this.#clock.now()
      const last = this.#ports.at(-1)
      if (last?.messages.fits(bytes, now) === true) return last
      const fresh = this.#openAnother()
      if (fresh !== undefined) return fresh
      const free = this.#ports.find(({ messages }) => messages.closes <= now)
      if (free !== undefined) return free
      const wait = Math.min(...this.#ports.map(({ messages }) => messages.closes)) - now
      await sleepFor(wait)
    }
  }

  #openAnother(): Port | undefined {
    const { bind } = this.#plan.sockets
    if (bind !== undefined && bind.port !== 0) return undefined
    if (this.#ports.length >= MAX_PORTS) {
      const now = this.#clock.now()
      const closed = this.#ports.findIndex(({ messages }) => messages.closes <= now)
      if (closed < 0) return undefined
      for (const { socket } of this.#ports.splice(closed, 1)) socket.close()
    }
    const inlet = this.#inlet()
    const socket = openSocketNow(this.#socketPlan(inlet))
    return socket === undefined ? undefined : inlet.use(socket)
  }

  /** The receiver of a socket's messages, needed before it is known whether the socket can be opened. */
  #inlet(): { readonly deliver: (bytes: Buffer, from: RemoteInfo) => void; readonly use: (socket: Socket) => Port } {
    let port: Port | undefined
    return {
      deliver: (bytes, from) => {
        if (port !== undefined) this.#receive(port, bytes, from)
      },
      use: socket => {
        const opened = { socket, messages: new SentMessages(this.#plan.timeout, () => this.#quietTime()) }
        socket.on('error', error => this.#failed(opened, errorNumber(error)))
        this.#ports.push(opened)
        port = opened
        return opened
      },
    }
  }

  #socketPlan({ deliver }: { readonly deliver: OpenSocket['onMessage'] }): OpenSocket {
    const { target, bind, recvBuffer, ttl } = this.#plan.sockets
    return {
      family: target.family,
      host: bind?.host ?? anyHost(target.family),
      port: bind?.port ?? 0,
      recvBuffer,
      onMessage: deliver,
      connectTo: target,
      ...(ttl === undefined ? {} : { ttl }),
    }
  }

  #quietTime(): Nanos {
    const { timeout, linger } = this.#plan
    return quietTime(linger === undefined ? { timeout } : { timeout, linger }, this.#largestRtt)
  }

  /** An ICMP error about an earlier message makes this send fail, so it is retried once. */
  #send(port: Port, bytes: Uint8Array, again: boolean): void {
    port.socket.send(bytes, error => {
      if (error === null) return
      const errno = errorNumber(error)
      if (again) this.#send(port, bytes, false)
      else this.#fail(port, { kind: errno === ECONNREFUSED ? 'unreachable' : 'refused', error: errnoName(errno) })
    })
  }

  #receive(port: Port, bytes: Buffer, from: RemoteInfo): void {
    const now = this.#clock.now()
    const arrival = port.messages.receive(bytes, now)
    if (arrival.what === 'copy') this.duplicates += 1
    else if (arrival.what === 'unidentified') this.unidentified += 1
    else {
      const rtt = now - (this.#sentAt[arrival.seq] ?? now)
      const address: Address = { address: from.address, port: from.port, family: this.#plan.sockets.target.family }
      const reply = { kind: 'reply', bytes, from: address, rtt } as const
      if (arrival.what === 'late') this.#plan.late(arrival.seq, reply)
      else if (arrival.named) this.#settle(reply)
      else this.#keepGuess(reply)
      this.#largestRtt = Math.max(this.#largestRtt, rtt)
    }
  }

  #keepGuess(reply: Reply): void {
    if (this.#waiting === undefined || this.#waiting.guess !== undefined) this.unidentified += 1
    else this.#waiting.guess = reply
  }

  #expire(port: Port): void {
    const guess = this.#waiting?.guess
    if (guess === undefined) port.messages.expire()
    else port.messages.accept(this.#clock.now())
    const waiting = this.#waiting
    if (waiting !== undefined) delete waiting.guess
    this.#settle(guess ?? waiting?.icmpError ?? { kind: 'silence' })
  }

  /**
   * An ICMP error, or the local kernel fails to receive. "Too big" cannot be true for a packet that every path carries (docs/ledger.md,
   * Evidence). Node does not show what an error quotes, so only a closed port ends the wait. The other errors can be forged by anyone who
   * guesses the ports, and a reply within the timeout disproves them.
   */
  #failed(port: Port, errno: number): void {
    const error = errnoName(errno)
    if (!ICMP_ERRNOS.has(errno)) return this.#fail(port, { kind: 'refused', error })
    const { family } = this.#plan.sockets.target
    if (error === 'EMSGSIZE' && packetSize(this.#waiting?.size ?? 0, family) <= LEAST_MTU[family]) return
    const answer = { kind: 'unreachable', error } as const
    if (errno === ECONNREFUSED) this.#fail(port, answer)
    else if (this.#waiting?.port === port) this.#waiting.icmpError ??= answer
  }

  #fail(port: Port, answer: Answer): void {
    if (this.#waiting?.port !== port) return
    port.messages.fail(this.#clock.now())
    this.#settle(answer)
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    // A reply that is proven shows that the guess was wrong.
    if (waiting?.guess !== undefined) this.unidentified += 1
    waiting?.settle(answer)
  }
}
