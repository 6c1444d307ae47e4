import { bucketDepths, type BucketDepths } from '../base/answer-cap.ts'
import type { Nanos } from '../base/nanos.ts'
import type { Direction } from '../facts/relay.ts'
import type { SourceCap } from '../facts/responder-plan.ts'
import { AnswerCaps } from './answer-caps.ts'
import type { Source } from './guard.ts'

/** The cap of a relay for one source network: datagrams and bytes a second, with equal limits for both directions. */
export class RelayCaps {
  readonly #depths: BucketDepths | undefined
  readonly #onLoopback: boolean
  readonly #seed: number
  #directions: Readonly<Record<Direction, AnswerCaps>> | undefined

  /** @param seed 32 random bits: without them a forger could choose networks in the same set as another */
  constructor(cap: SourceCap, seed: number) {
    this.#depths = cap.answers === undefined && cap.bytes === undefined ? undefined : bucketDepths(cap)
    this.#onLoopback = cap.onLoopback
    this.#seed = seed
  }

  /** Takes a datagram of this many bytes from the cap; false: it is used up. */
  take({ network, loopback }: Source, direction: Direction, bytes: number, now: Nanos): boolean {
    if (this.#depths === undefined || (loopback && !this.#onLoopback)) return true
    this.#directions ??= { up: this.#caps(), down: this.#caps() }
    return this.#directions[direction].take(network, this.#depths, bytes, true, now)
  }

  #caps(): AnswerCaps {
    return new AnswerCaps(AnswerCaps.memory(this.#seed))
  }
}
