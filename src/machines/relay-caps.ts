import { bucketDepths, type BucketDepths } from '../base/answer-cap.ts'
import type { Nanos } from '../base/nanos.ts'
import type { Direction } from '../facts/relay.ts'
import type { SourceCap } from '../facts/responder-plan.ts'
import { AnswerCaps } from './answer-caps.ts'
import type { Source } from './guard.ts'

/**
 * What a relay passes on for one source network: as many datagrams and bytes a second on the way to the server, and as many on the way
 * back, as a server answers one.
 */
export class RelayCaps {
  readonly #depths: BucketDepths | undefined
  readonly #onLoopback: boolean
  readonly #seed: number
  #directions: Readonly<Record<Direction, AnswerCaps>> | undefined

  /** @param seed 32 random bits: without them a forger could choose networks that share a place in the table with another */
  constructor(cap: SourceCap, seed: number) {
    this.#depths = cap.answers === undefined && cap.bytes === undefined ? undefined : bucketDepths(cap)
    this.#onLoopback = cap.onLoopback
    this.#seed = seed
  }

  /** Takes a datagram of so many bytes out of the cap; false: it is used up. */
  take({ network, loopback }: Source, direction: Direction, bytes: number, now: Nanos): boolean {
    if (this.#depths === undefined || (loopback && !this.#onLoopback)) return true
    this.#directions ??= { up: this.#caps(), down: this.#caps() }
    return this.#directions[direction].take(network, this.#depths, bytes, true, now)
  }

  #caps(): AnswerCaps {
    return new AnswerCaps(AnswerCaps.memory(this.#seed))
  }
}
