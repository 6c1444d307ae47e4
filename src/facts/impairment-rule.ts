import type { Nanos } from '../base/nanos.ts'

/** What a rule can do to one copy of a datagram. The first three end the copy. */
export type Impairment =
  'dropped' | 'tooBig' | 'queueDropped' | 'duplicated' | 'reordered' | 'delayed' | 'truncated' | 'corrupted'

/**
 * One rule of one direction, as plain data: it can be posted to a worker. `relay` parses its grammar (docs/relay.md) into these. A ratio is a
 * probability from 0 to 1.
 */
export type ImpairmentRule =
  | { readonly rule: 'drop'; readonly ratio: number }
  | { readonly rule: 'dropEvery'; readonly every: number }
  /** Outside of a burst, each datagram begins a burst of `length` drops with this probability. */
  | { readonly rule: 'dropBurst'; readonly length: number; readonly ratio: number }
  /**
   * The simple Gilbert model: all datagrams are lost in the bad state; `toBad` and `toGood` are the transition probabilities at each datagram.
   */
  | { readonly rule: 'dropGilbert'; readonly toBad: number; readonly toGood: number }
  /** One copy, sent after the original. */
  | { readonly rule: 'duplicate'; readonly ratio: number }
  /** Delays a datagram so that later ones overtake it. */
  | { readonly rule: 'reorder'; readonly ratio: number; readonly delay: Nanos }
  /** `base` ± up to `jitter`, uniformly distributed, never below 0. */
  | { readonly rule: 'delay'; readonly base: Nanos; readonly jitter: Nanos }
  | { readonly rule: 'truncate'; readonly length: number; readonly ratio: number }
  /** Flips one bit other than 0x20, which would change the case of a letter, as an uppercasing server does. */
  | { readonly rule: 'corrupt'; readonly ratio: number }
  /** Drops IP packets above `size` bytes, as a black hole that sends no ICMP. */
  | { readonly rule: 'mtu'; readonly size: number }
  /** A link of this many payload bits a second; a datagram that would wait longer than `queue` is dropped. */
  | { readonly rule: 'rate'; readonly bitRate: number; readonly queue: Nanos }
  /** Drops everything for `length`, from `start` after the rules began. */
  | { readonly rule: 'blackout'; readonly length: Nanos; readonly start: Nanos }
