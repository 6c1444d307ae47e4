import type { Nanos } from '../base/nanos.ts'
import { uppercase } from '../wire/uppercase.ts'

/** A message that left from a port, and what is known of its reply. */
interface Sent {
  readonly seq: number
  readonly bytes: Uint8Array
  readonly upper: Uint8Array
  /** `waiting`: within its timeout. `silent`: after it. */
  state: 'waiting' | 'silent' | 'settled'
  /** When nothing more can come for it, if nothing more has come. */
  closes: Nanos
}

/** What a datagram is that came to a port. */
export type Arrival =
  /** `named`: its bytes or its port leave no other message that it could answer. */
  | { readonly what: 'reply'; readonly seq: number; readonly named: boolean }
  | { readonly what: 'late'; readonly seq: number }
  | { readonly what: 'copy' }
  | { readonly what: 'unidentified' }

/** More messages than this are not kept apart at one port, and not remembered. */
const MAX_MESSAGES = 64

/**
 * The messages that left from one source port. A message has no header, so what identifies its reply is its own bytes, if the reply is
 * an echo of it and of no other message that left from the same port; else the port, if no other message left from there of which
 * anything may still come. The bytes of older messages are remembered: an echo of one of them is no reply to the one under way.
 */
export class SentMessages {
  readonly #timeout: Nanos
  readonly #quietTime: () => Nanos
  /** In the order of sending. */
  readonly #messages: Sent[] = []
  /** Until then a copy, or what nothing identifies, may come again. */
  #strayUntil: Nanos = -Infinity
  /** Until then a copy of a reply may come that nothing identifies. */
  #namelessUntil: Nanos = -Infinity

  /** @param quietTime how long copies may follow */
  constructor(timeout: Nanos, quietTime: () => Nanos) {
    this.#timeout = timeout
    this.#quietTime = quietTime
  }

  /** When everything has come that may come to this port. */
  get closes(): Nanos {
    return this.#messages.reduce(
      (last, { closes }) => Math.max(last, closes),
      Math.max(this.#strayUntil, this.#namelessUntil),
    )
  }

  /** Whether the reply to a message can be told from all else that may come to this port. */
  fits(bytes: Uint8Array, now: Nanos): boolean {
    const open = this.#open(now)
    if (now < this.#strayUntil || now < this.#namelessUntil || open.length >= MAX_MESSAGES) return false
    const upper = upperOf(bytes)
    return open.every(earlier => earlier.state === 'settled' && !begins(earlier.upper, upper))
  }

  /** A message leaves. */
  send(seq: number, bytes: Uint8Array, now: Nanos): void {
    const closes = now + this.#timeout + this.#quietTime()
    this.#messages.push({ seq, bytes, upper: upperOf(bytes), state: 'waiting', closes })
    if (this.#messages.length > MAX_MESSAGES) this.#messages.shift()
  }

  /** The timeout of the message under way is over. */
  expire(): void {
    const [waiting] = this.#messages.filter(({ state }) => state === 'waiting')
    if (waiting !== undefined) waiting.state = 'silent'
  }

  /** The message under way was refused or turned back: no reply will come. */
  fail(now: Nanos): void {
    const [waiting] = this.#messages.filter(({ state }) => state === 'waiting')
    if (waiting !== undefined) this.#settle(waiting, now)
  }

  /** The reply that was booked as the one under way cannot be told from a copy of another. */
  accept(now: Nanos): void {
    this.fail(now)
    this.#namelessUntil = now + this.#quietTime()
  }

  /** Says what a datagram is, and books it; a reply that is not `named` is booked by `accept`. */
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

  /** The message that a datagram repeats; one that is closed only if it cannot be a cut reply to the one under way. */
  #repeatedBy(bytes: Uint8Array, open: readonly Sent[], waiting: Sent | undefined): Sent | undefined {
    const repeated = open.findLast(message => isEcho(message, bytes))
    if (repeated !== undefined) return repeated
    const cut = waiting !== undefined && (begins(waiting.bytes, bytes) || begins(waiting.upper, bytes))
    return cut ? undefined : this.#messages.findLast(message => isEcho(message, bytes))
  }

  /** The messages of which something may still come: the one under way, and those that are not closed. */
  #open(now: Nanos): readonly Sent[] {
    return this.#messages.filter(({ state, closes }) => state === 'waiting' || closes > now)
  }

  #settle(message: Sent, now: Nanos): void {
    message.state = 'settled'
    message.closes = now + this.#quietTime()
  }
}

/** A right reply: the message as it was, or in upper case. */
function isEcho({ bytes, upper }: Sent, reply: Uint8Array): boolean {
  return reply.length === bytes.length && (begins(bytes, reply) || begins(upper, reply))
}

/** Whether `whole` begins with these bytes. */
function begins(whole: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.length <= whole.length && beginning.every((byte, at) => byte === whole[at])
}

function upperOf(bytes: Uint8Array): Uint8Array {
  // Not by slice: of a Buffer that is the same memory.
  const upper = new Uint8Array(bytes)
  uppercase(upper, 0, upper.length)
  return upper
}
