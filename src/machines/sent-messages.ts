import type { Nanos } from '../base/nanos.ts'
import { uppercase } from '../wire/uppercase.ts'

/** A message sent from a port, and the state of its reply. */
interface Sent {
  readonly seq: number
  readonly bytes: Uint8Array
  readonly upper: Uint8Array
  /** `waiting`: within its timeout. `silent`: after it. */
  state: 'waiting' | 'silent' | 'settled'
  /** The latest time at which a reply or copy may arrive for it, as of now. */
  closes: Nanos
}

/** The role of a datagram that arrived at a port. */
export type Arrival =
  /** `named`: its bytes or its port exclude every other message. */
  | { readonly what: 'reply'; readonly seq: number; readonly named: boolean }
  | { readonly what: 'late'; readonly seq: number }
  | { readonly what: 'copy' }
  | { readonly what: 'unidentified' }

/** At most this many messages of one port are remembered and distinguished. */
const MAX_MESSAGES = 64

/**
 * The messages sent from one source port. A message has no header, so its reply is identified by its own bytes if it is an echo of it and of no
 * other message from the same port; else by the port, if no reply to another message may still arrive there. The bytes of older messages are
 * kept: an echo of one of them is not a reply to the current one.
 */
export class SentMessages {
  readonly #timeout: Nanos
  readonly #quietTime: () => Nanos
  /** In sending order. */
  readonly #messages: Sent[] = []
  /** Until then a copy, or an unidentified datagram, may arrive again. */
  #strayUntil: Nanos = -Infinity
  /** Until then a copy of an unidentifiable reply may arrive. */
  #namelessUntil: Nanos = -Infinity

  /** @param quietTime how long copies may follow */
  constructor(timeout: Nanos, quietTime: () => Nanos) {
    this.#timeout = timeout
    this.#quietTime = quietTime
  }

  /** When nothing more can arrive at this port. */
  get closes(): Nanos {
    return this.#messages.reduce(
      (last, { closes }) => Math.max(last, closes),
      Math.max(this.#strayUntil, this.#namelessUntil),
    )
  }

  /** Whether the reply to a message can be distinguished from everything else that may arrive at this port. */
  fits(bytes: Uint8Array, now: Nanos): boolean {
    const open = this.#open(now)
    if (now < this.#strayUntil || now < this.#namelessUntil || open.length >= MAX_MESSAGES) return false
    const upper = upperOf(bytes)
    return open.every(earlier => earlier.state === 'settled' && !begins(earlier.upper, upper))
  }

  send(seq: number, bytes: Uint8Array, now: Nanos): void {
    const closes = now + this.#timeout + this.#quietTime()
    this.#messages.push({ seq, bytes, upper: upperOf(bytes), state: 'waiting', closes })
    if (this.#messages.length > MAX_MESSAGES) this.#messages.shift()
  }

  /** The timeout of the current message has expired. */
  expire(): void {
    const [waiting] = this.#messages.filter(({ state }) => state === 'waiting')
    if (waiting !== undefined) waiting.state = 'silent'
  }

  /** The current message was refused or got an ICMP error: no reply will come. */
  fail(now: Nanos): void {
    const [waiting] = this.#messages.filter(({ state }) => state === 'waiting')
    if (waiting !== undefined) this.#settle(waiting, now)
  }

  /** Books the current message as answered by a reply that cannot be distinguished from a copy of another. */
  accept(now: Nanos): void {
    this.fail(now)
    this.#namelessUntil = now + this.#quietTime()
  }

  /** Determines the role of a datagram and books it; `accept` books a reply that is not `named`. */
  receive(bytes: Uint8Array, now: Nanos): Arrival {
    const open = this.#open(now)
    const waiting = open.find(({ state }) => state === 'waiting')
    const repeated = this.#repeatedBy(bytes, open, waiting)
    const [only] = open.length === 1 ? open : []
    const message = repeated ?? only
    if (message === undefined) {
      if (waiting !== undefined) return { what: 'reply', seq: waiting.seq, named: false }
      this.#strayUntil = now + this.#quietTime()
      return { what: 'unidentified' }
    }
    const { state, seq } = message
    this.#settle(message, now)
    if (repeated === undefined) this.#namelessUntil = now + this.#quietTime()
    if (state === 'waiting') return { what: 'reply', seq, named: true }
    if (state === 'silent') return { what: 'late', seq }
    this.#strayUntil = now + this.#quietTime()
    return { what: 'copy' }
  }

  /** The message that a datagram echoes; a closed message only if the datagram cannot be a cut reply to the current one. */
  #repeatedBy(bytes: Uint8Array, open: readonly Sent[], waiting: Sent | undefined): Sent | undefined {
    const repeated = open.findLast(message => isEcho(message, bytes))
    if (repeated !== undefined) return repeated
    const cut = waiting !== undefined && (begins(waiting.bytes, bytes) || begins(waiting.upper, bytes))
    return cut ? undefined : this.#messages.findLast(message => isEcho(message, bytes))
  }

  /** The messages for which a datagram may still arrive: the current one, and those that are not closed. */
  #open(now: Nanos): readonly Sent[] {
    return this.#messages.filter(({ state, closes }) => state === 'waiting' || closes > now)
  }

  #settle(message: Sent, now: Nanos): void {
    message.state = 'settled'
    message.closes = now + this.#quietTime()
  }
}

/** An intact reply: the message unchanged, or in upper case. */
function isEcho({ bytes, upper }: Sent, reply: Uint8Array): boolean {
  return reply.length === bytes.length && (begins(bytes, reply) || begins(upper, reply))
}

function begins(whole: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.length <= whole.length && beginning.every((byte, at) => byte === whole[at])
}

function upperOf(bytes: Uint8Array): Uint8Array {
  // Not by slice: for a Buffer it shares the memory.
  const upper = new Uint8Array(bytes)
  uppercase(upper, 0, upper.length)
  return upper
}
