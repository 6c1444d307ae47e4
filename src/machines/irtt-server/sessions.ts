import type { Nanos } from '../../base/nanos.ts'
import type { IrttToken } from '../../wire/irtt/envelope.ts'
import type { IrttSession, SessionPeer } from './session.ts'

/** Sessions of one source network: the clients of one network cannot end those of all others. */
const MAX_OF_NETWORK = 1024

/**
 * The open sessions, bounded in all and per source network. If there is no room for one, the oldest one that was never used ends, because a
 * forged open request costs nothing; only if all were used, the one that is idle for longest.
 */
export class IrttSessions {
  readonly #most: number
  /** By the low half of the token, which no two have in common. */
  readonly #sessions = new Map<number, IrttSession>()
  readonly #all = new SessionOrder()
  readonly #ofNetworks = new Map<string, SessionOrder>()

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#sessions.size
  }

  /** A token that no session has. Random, so that only the client that receives it can use it. */
  newToken(random: () => number): IrttToken {
    for (;;) {
      const low = random() >>> 0
      if (low !== 0 && !this.#sessions.has(low)) return { low, high: random() >>> 0 }
    }
  }

  add(session: IrttSession, now: Nanos): void {
    for (const ended of this.#all.ended(now)) this.end(ended)
    const ofNetwork = this.#ofNetworks.get(session.network)
    if (ofNetwork !== undefined && ofNetwork.size >= MAX_OF_NETWORK) this.#endFirst(ofNetwork)
    if (this.size >= this.#most) this.#endFirst(this.#all)
    this.#sessions.set(session.token.low, session)
    this.#all.add(session)
    this.#orderOf(session.network).add(session)
  }

  /** The session of a token, if it belongs to this peer and has not ended. */
  find({ low, high }: IrttToken, peer: SessionPeer, now: Nanos): IrttSession | undefined {
    const session = this.#sessions.get(low)
    if (session === undefined || session.token.high !== high || session.peer !== peer.key) return undefined
    if (!session.hasEnded(now)) return session
    this.end(session)
    return undefined
  }

  /** A session was used: it is the last one to end for want of room. */
  touch(session: IrttSession): void {
    this.#all.touch(session)
    this.#ofNetworks.get(session.network)?.touch(session)
  }

  end(session: IrttSession): void {
    this.#sessions.delete(session.token.low)
    this.#all.delete(session)
    const ofNetwork = this.#ofNetworks.get(session.network)
    ofNetwork?.delete(session)
    if (ofNetwork?.size === 0) this.#ofNetworks.delete(session.network)
  }

  #endFirst(order: SessionOrder): void {
    const { first } = order
    if (first !== undefined) this.end(first)
  }

  #orderOf(network: string): SessionOrder {
    const known = this.#ofNetworks.get(network)
    if (known !== undefined) return known
    const order = new SessionOrder()
    this.#ofNetworks.set(network, order)
    return order
  }
}

/** Sessions in the order in which they end for want of room: the unused ones by their opening, then the used ones by their last use. */
class SessionOrder {
  readonly #unused = new Set<IrttSession>()
  readonly #used = new Set<IrttSession>()

  get size(): number {
    return this.#unused.size + this.#used.size
  }

  get first(): IrttSession | undefined {
    for (const session of this.#unused) return session
    for (const session of this.#used) return session
    return undefined
  }

  /** Those at the front of both orders that have ended by their time. */
  *ended(now: Nanos): Iterable<IrttSession> {
    for (const order of [this.#unused, this.#used]) {
      for (const session of order) {
        if (!session.hasEnded(now)) break
        yield session
      }
    }
  }

  add(session: IrttSession): void {
    this.#unused.add(session)
  }

  touch(session: IrttSession): void {
    this.delete(session)
    this.#used.add(session)
  }

  delete(session: IrttSession): void {
    if (!this.#unused.delete(session)) this.#used.delete(session)
  }
}
