import type { Nanos } from '../base/nanos.ts'
import type { Random } from '../base/random.ts'
import { effectOf, type Copy, type Effect } from './impairment-effects.ts'
import type { Impairment, ImpairmentRule } from '../facts/impairment-rule.ts'

export interface ImpairmentOptions {
  readonly rules: readonly ImpairmentRule[]
  /** A generator for this client and direction only: the same arrivals then get the same impairments, whatever other clients do. */
  readonly random: Random
  /** Bytes of IP and UDP header around a payload: 28, or 48 with IPv6. */
  readonly headers: 28 | 48
  readonly start: Nanos
}

/**
 * Impairs one direction of one client by its rules, from left to right: each rule applies to the output of the one before, copies included.
 * Each rule has its own random generator, so that adding a rule at the end changes nothing before it.
 */
export class Impairments {
  readonly #effects: readonly Effect[]

  constructor({ rules, random, headers, start }: ImpairmentOptions) {
    this.#effects = rules.map((rule, place) => effectOf(rule, random.fork(place), headers, start))
  }

  /** Applies the rules to a datagram that arrives now; returns one entry per copy, lost copies included. */
  pass(bytes: Uint8Array, now: Nanos): readonly Copy[] {
    let copies: readonly Copy[] = [{ bytes, delay: 0, done: [], lost: false }]
    for (const effect of this.#effects) copies = copies.flatMap(copy => (copy.lost ? [copy] : effect(copy, now)))
    return copies
  }
}

/** The impairments of this copy alone, without those of the copy from which it was made. */
export function impairmentsOf({ done }: Copy): readonly Impairment[] {
  return done.slice(Math.max(0, done.lastIndexOf('duplicated')))
}
