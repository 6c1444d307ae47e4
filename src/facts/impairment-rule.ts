import type { Nanos } from '../base/nanos.ts'

/** What can be done to one copy of a datagram. The first three are the ends of it. */
export type Impairment =
  'dropped' | 'tooBig' | 'queueDropped' | 'duplicated' | 'reordered' | 'delayed' | 'truncated' | 'corrupted'

/**
 * One rule of one direction, as plain data: it crosses to a worker, and `relay` parses its grammar (docs/relay.md) into these.
 * A ratio is a probability from 0 to 1.
 */
export type ImpairmentRule =
  | { readonly rule: 'drop'; readonly ratio: number }
  /** Drops the n-th, the 2n-th, … */
  | { readonly rule: 'dropEvery'; readonly every: number }
  /** Wherever none runs, a burst of `length` drops begins with this ratio. */
  | { readonly rule: 'dropBurst'; readonly length: number; readonly ratio: number }
  /** The simple Gilbert model: all is lost in the bad state; `toBad` and `toGood` are the chances to change at each datagram. */
  | { readonly rule: 'dropGilbert'; readonly toBad: number; readonly toGood: number }
  /** One further copy, behind the original. */
  | { readonly rule: 'duplicate'; readonly ratio: number }
  /** Holds a datagram back so that later ones overtake it. */
  | { readonly rule: 'reorder'; readonly ratio: number; readonly delay: Nanos }
  /** `base` ± up to `jitter`, each equally likely, never below 0. */
  | { readonly rule: 'delay'; readonly base: Nanos; readonly jitter: Nanos }
  /** Cuts to `length` bytes what is longer. */
  | { readonly rule: 'truncate'; readonly length: number; readonly ratio: number }
  /** Flips one bit other than 0x20, which would change the case of a letter and so pass for an uppercasing server. */
  | { readonly rule: 'corrupt'; readonly ratio: number }
  /** IP packets above `size` bytes vanish, as in a black hole that sends no ICMP. */
  | { readonly rule: 'mtu'; readonly size: number }
  /** A link of so many payload bits a second; what would wait longer than `queue` is dropped. */
  | { readonly rule: 'rate'; readonly bitRate: number; readonly queue: Nanos }
  /** Nothing passes for `length`, beginning `start` after the rules began. */
  | { readonly rule: 'blackout'; readonly length: Nanos; readonly start: Nanos }
