import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { CHECKED_SIZE, IDENTIFIED_SIZE, KIND, OFFSET, writeHeader } from '../wire/probe.ts'

/** A loop is suspected if this many clients at once have no answer, each of a later generation, … */
const UNANSWERED = 64
/** … or this many of them began with the same datagram. ALIKE_COPIED is lower, because each pass makes further copies. */
const ALIKE = 8
const ALIKE_COPIED = 3
/** A check without a result doubles both numbers, up to this factor. */
const MAX_BACKOFF = 64
/** With at most this many clients without an answer, the numbers are reset. */
const FEW = 4
/** Two datagrams with the same length and the same first bytes, this many, count as the same. */
const COMPARED = 64
/** A tracer that has not come back within this time is lost. */
const TIMEOUT: Nanos = SECOND
/** While new clients arrive, the tracer is repeated at this interval, because a congested loop loses datagrams. */
const REPEAT: Nanos = 100 * MILLISECOND
/** After this time the relay checks again whether the loop still exists. */
const PAUSE: Nanos = 10 * SECOND
/** Maximum number of digits of a tracer that the rules of other relays may have changed. */
const MAX_CHANGED = 4

/** The first datagram of a client, kept until its first answer. */
export interface Opening {
  readonly alike: Unanswered
  readonly key: string
  /** Its generation among the clients with the same first datagram, and among all. */
  readonly generation: number
  readonly generationOfAll: number
}

/**
 * Clients without an answer. In a loop each client arrives after the first datagram of the one before was forwarded to the server, so it is of
 * the next generation. Many clients that begin at once are of the same.
 */
interface Unanswered {
  count: number
  /** The generation of the next client. */
  next: number
}

/** 32 random bits. */
export type RandomWord = () => number

/**
 * Detects that datagrams which a relay sends to the server come back to it: through another relay that has this one as its server, several, or
 * a rewriting firewall. In such a loop each pass makes a new client, and none of them ever gets an answer. If there are many such clients, the
 * relay sends a datagram of its own to the server, the tracer: a receipts answer (kind `T`, docs/wire-format.md) without a request, which no
 * udptool server answers. If it arrives at the relay's socket for clients, the loop is proved, and the relay accepts nothing from clients until
 * a later tracer does not come back.
 */
export class LoopCheck {
  found = 0
  readonly #random: RandomWord
  readonly #send: (tracer: Uint8Array) => void
  readonly #maxClients: number
  readonly #manyAlike: number
  readonly #all: Unanswered = { count: 0, next: 1 }
  readonly #alike = new Map<string, Unanswered>()
  /** New clients since the last check. */
  #opened = 0
  #backoff = 1
  /** The tracer in flight; undefined: none. */
  #tracer: Uint8Array | undefined
  #sentAt: Nanos = -Infinity
  #until: Nanos = -Infinity
  #looped = false
  #pausedUntil: Nanos = -Infinity

  /**
   * @param copies whether the relay makes copies in the direction to the server
   * @param send sends a datagram to the server, from a socket of its own
   */
  constructor(maxClients: number, copies: boolean, random: RandomWord, send: (tracer: Uint8Array) => void) {
    this.#maxClients = maxClients
    this.#manyAlike = copies ? ALIKE_COPIED : ALIKE
    this.#random = random
    this.#send = send
  }

  /** A new client arrived, and its first datagram is about to be forwarded to the server. */
  opened(first: Uint8Array, now: Nanos): Opening {
    const key = keyOf(first)
    const alike = this.#alike.get(key) ?? { count: 0, next: 1 }
    this.#alike.set(key, alike)
    alike.count += 1
    this.#all.count += 1
    this.#opened += 1
    this.#rest(now)
    if (this.#tracer !== undefined) {
      if (now - this.#sentAt >= REPEAT) this.#sendTracer(this.#tracer, now)
    } else if (this.#suspects(alike, this.#manyAlike) || this.#suspects(this.#all, UNANSWERED)) this.#begin(now)
    return { alike, key, generation: alike.next, generationOfAll: this.#all.next }
  }

  /** A datagram of a client without an answer was forwarded to the server. */
  forwarded({ alike, generation, generationOfAll }: Opening): void {
    alike.next = Math.max(alike.next, generation + 1)
    this.#all.next = Math.max(this.#all.next, generationOfAll + 1)
  }

  /** The client got its first answer, or was evicted without one. */
  settled({ alike, key }: Opening): void {
    alike.count -= 1
    if (alike.count === 0) this.#alike.delete(key)
    this.#all.count -= 1
    if (this.#all.count === 0) this.#all.next = 1
    if (this.#all.count <= FEW) this.#backoff = 1
  }

  #suspects({ count, next }: Unanswered, many: number): boolean {
    const limit = many * this.#backoff
    return next >= limit && this.#opened >= limit && count >= Math.min(limit, this.#maxClients)
  }

  /** Whether this datagram from a client is the tracer. */
  receive(bytes: Uint8Array, now: Nanos): boolean {
    if (this.#tracer === undefined || !isSameTracer(this.#tracer, bytes)) return false
    this.#tracer = undefined
    this.#looped = true
    this.#pausedUntil = now + PAUSE
    this.#backoff = 1
    this.found += 1
    return true
  }

  /** Whether datagrams of clients may be forwarded to the server. */
  allows(now: Nanos): boolean {
    if (!this.#looped) return true
    if (now < this.#pausedUntil) return false
    if (this.#tracer === undefined) this.#begin(now)
    this.#rest(now)
    return !this.#looped
  }

  #begin(now: Nanos): void {
    this.#opened = 0
    this.#backoff = Math.min(this.#backoff * 2, MAX_BACKOFF)
    this.#tracer = new Uint8Array(CHECKED_SIZE)
    writeHeader(this.#tracer, 0, CHECKED_SIZE, KIND.answer, this.#random(), this.#random(), CHECKED_SIZE)
    this.#until = now + TIMEOUT
    this.#sendTracer(this.#tracer, now)
  }

  #sendTracer(tracer: Uint8Array, now: Nanos): void {
    this.#sentAt = now
    this.#send(tracer)
  }

  /** A tracer that does not come back proves that there is no loop, or none that forwards much. */
  #rest(now: Nanos): void {
    if (this.#tracer === undefined || now < this.#until) return
    this.#tracer = undefined
    this.#looped = false
  }
}

function keyOf(bytes: Uint8Array): string {
  return `${bytes.length} ${String.fromCharCode(...bytes.subarray(0, COMPARED))}`
}

/** Whether these bytes are the tracer, cut after its sequence or with a few bits flipped, as the rules of another relay do. */
function isSameTracer(tracer: Uint8Array, bytes: Uint8Array): boolean {
  if (bytes.length < IDENTIFIED_SIZE || bytes.length > CHECKED_SIZE) return false
  const end = Math.min(bytes.length, OFFSET.length)
  let changed = 0
  for (let at = OFFSET.sequence; at < end; at++) if (bytes[at] !== tracer[at]) changed += 1
  return changed <= (end < OFFSET.length ? 0 : MAX_CHANGED)
}
