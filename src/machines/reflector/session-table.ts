import type { ReflectionTimes } from './reflection-times.ts'
import type { ReplayWindow } from './replay-window.ts'

/** Sessions of one peer: a sender has one for each path or class of traffic that it measures. */
const MOST_OF_PEER = 64

/** What a reflector knows of a session: the address and port of the sender, our address, and the session identifier (RFC 8972 section 3). */
export interface Session {
  readonly flow: number
  readonly ssid: number
  /** Requests received and replies sent. */
  received: number
  sent: number
  /**
   * Number of the next reply of a stateful reflector. A reply that a cap withholds has a number too: without it the sender would take the
   * request for lost on its way to us.
   */
  number: number
  /** Absent: no request of it was authenticated. */
  window: ReplayWindow | undefined
  /** Number and T3 of the previous reply, in seconds and nanoseconds since 1970 (UTC). */
  previous: number
  previousSeconds: number
  previousNanos: number
  /** The next session of the same peer, by time of use: the latest one first. */
  next: Session | undefined
  /** Neighbors of all sessions by time of use. */
  newer: Session | undefined
  older: Session | undefined
}

/** Counts requests that are answered now, with consecutive numbers from `number` on. */
export function countReplies(session: Session, count: number, { sent }: ReflectionTimes): void {
  session.received += count
  session.sent += count
  session.number += count
  session.previous = session.number - 1
  session.previousSeconds = sent.seconds
  session.previousNanos = sent.nanos
}

/** The sessions of a reflector, in limited number: the one that was silent for longest is evicted, of the same peer if that has too many. */
export class SessionTable {
  /** Number of sessions. */
  size = 0
  readonly #most: number
  readonly #onEvicted: () => void
  /** The first session of each peer. */
  readonly #first: (Session | undefined)[] = []
  #newest: Session | undefined
  #oldest: Session | undefined

  constructor(most: number, onEvicted: () => void) {
    this.#most = most
    this.#onEvicted = onEvicted
  }

  /** Whether the peer has a session. */
  has(flow: number): boolean {
    return this.#first[flow] !== undefined
  }

  /** The session, which is now the latest in use. Undefined: there is none. */
  find(flow: number, ssid: number): Session | undefined {
    const first = this.#first[flow]
    if (first === undefined || first.ssid === ssid) {
      if (first !== undefined && first !== this.#newest) this.#renew(first)
      return first
    }
    for (let before = first; before.next !== undefined; before = before.next) {
      const session = before.next
      if (session.ssid !== ssid) continue
      before.next = session.next
      session.next = first
      this.#first[flow] = session
      this.#renew(session)
      return session
    }
    return undefined
  }

  /** The session, which is created if there is none. */
  open(flow: number, ssid: number): Session {
    const known = this.find(flow, ssid)
    if (known !== undefined) return known
    if (!this.#shorten(flow) && this.size >= this.#most && this.#oldest !== undefined) this.#evict(this.#oldest)
    const session: Session = {
      flow,
      ssid,
      received: 0,
      sent: 0,
      number: 0,
      window: undefined,
      previous: 0,
      previousSeconds: 0,
      previousNanos: 0,
      next: this.#first[flow],
      newer: undefined,
      older: undefined,
    }
    this.#first[flow] = session
    this.#append(session)
    this.size += 1
    return session
  }

  /** The number belongs to another peer from now on. */
  forget(flow: number): void {
    for (let session = this.#first[flow]; session !== undefined; session = session.next) {
      this.#unlink(session)
      this.size -= 1
    }
    this.#first[flow] = undefined
  }

  /** Evicts the last session of a peer that has as many as it may. */
  #shorten(flow: number): boolean {
    let count = 0
    let last: Session | undefined
    for (let session = this.#first[flow]; session !== undefined; session = session.next) {
      count += 1
      last = session
    }
    if (last === undefined || count < MOST_OF_PEER) return false
    this.#evict(last)
    return true
  }

  #evict(session: Session): void {
    const { flow, next } = session
    if (this.#first[flow] === session) this.#first[flow] = next
    else {
      let before = this.#first[flow]
      while (before !== undefined && before.next !== session) before = before.next
      if (before !== undefined) before.next = next
    }
    this.#unlink(session)
    this.size -= 1
    this.#onEvicted()
  }

  #renew(session: Session): void {
    this.#unlink(session)
    this.#append(session)
  }

  #append(session: Session): void {
    session.older = this.#newest
    session.newer = undefined
    if (this.#newest === undefined) this.#oldest = session
    else this.#newest.newer = session
    this.#newest = session
  }

  #unlink({ newer, older }: Session): void {
    if (newer === undefined) this.#newest = older
    else newer.older = older
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
  }
}
