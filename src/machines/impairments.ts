import type { Nanos } from '../base/nanos.ts'
import type { Random } from '../base/random.ts'
import { effectOf, type Copy, type Effect } from './impairment-effects.ts'
import type { Impairment, ImpairmentRule } from '../facts/impairment-rule.ts'

export interface ImpairmentOptions {
  readonly rules: readonly ImpairmentRule[]
  /** A stream of this client and this direction alone: then the same arrivals meet the same fate, whatever others do. */
  readonly random: Random
  /** Bytes of IP and UDP header around a payload: 28, or 48 with IPv6. */
  readonly headers: 28 | 48
  /** When the rules began. */
  readonly start: Nanos
}

/**
 * Impairs one direction of one client by its rules, left to right: what a rule lets through, copies included, meets the
 * next. Each rule draws from a stream of its own, so that adding a rule behind changes nothing before it.
 */
export class Impairments {
  readonly #effects: readonly Effect[]

  constructor({ rules, random, headers, start }: ImpairmentOptions) {
    this.#effects = rules.map((rule, place) => effectOf(rule, random.fork(place), headers, start))
  }

  /** Applies the rules to a datagram that arrives now: one entry a copy, lost copies included. */
  pass(bytes: Uint8Array, now: Nanos): readonly Copy[] {
    let copies: readonly Copy[] = [{ bytes, delay: 0, done: [], lost: false }]
    for (const effect of this.#effects) copies = copies.flatMap(copy => (copy.lost ? [copy] : effect(copy, now)))
    return copies
  }
}

/** What was done to this copy alone: not what had been done already to the one that it was made of. */
export function impairmentsOf({ done }: Copy): readonly Impairment[] {
  return done.slice(Math.max(0, done.lastIndexOf('duplicated')))
}
