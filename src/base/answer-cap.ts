import { SECOND, type Nanos } from './nanos.ts'

/** Answers and bytes of answers a second; absent: no limit. */
export interface AnswerCap {
  readonly answers?: number
  readonly bytes?: number
}

/** Default limits of a server for one source network off loopback (docs/serve.md, Caps). */
export const DEFAULT_CAP = {
  /** RFC 8085 section 3.1.3 recommends a lower limit. */
  answers: 1000,
  /** A thousand answers larger than an Ethernet MTU. */
  bytes: 2 * 1024 * 1024,
} as const satisfies AnswerCap

/** A bucket holds a tenth of a second's worth; a tenth of it is reserved for answers to receipts requests. */
const DEPTH_SECONDS = 0.1
const RESERVED = 0.1
/** Minimum depth: one answer to a probe and one to a receipts request. */
const LEAST_ANSWERS = 2
const LEAST_RESERVED_ANSWERS = 1
/** Minimum depth: two Ethernet packets and the answer to the longest request (1200 bytes, docs/wire-format.md). */
const LEAST_BYTES = 4096
const LEAST_RESERVED_BYTES = 1200

/** Tolerance for rounding errors of sums, in answers or bytes. */
const ROUNDING = 1e-7

/** The depth of a token bucket in one unit. */
export interface Depth {
  readonly perNano: number
  /** For answers to receipts requests, and for all other answers. */
  readonly whole: number
  readonly open: number
}

/** The depths of a bucket that enforces a cap, in both units; undefined: no limit. */
export interface BucketDepths {
  readonly answers: Depth | undefined
  readonly bytes: Depth | undefined
}

export function bucketDepths({ answers, bytes }: AnswerCap): BucketDepths {
  return {
    answers: answers === undefined ? undefined : depthOf(answers, LEAST_ANSWERS, LEAST_RESERVED_ANSWERS),
    bytes: bytes === undefined ? undefined : depthOf(bytes, LEAST_BYTES, LEAST_RESERVED_BYTES),
  }
}

/** The used amount that is left of `used` after `elapsed`. */
export function drained(depth: Depth | undefined, used: number, elapsed: Nanos): number {
  return depth === undefined ? 0 : Math.max(0, used - elapsed * depth.perNano)
}

/**
 * Whether the bucket has room for `cost`. An answer larger than the bucket leaves when the bucket is full; the next answers then wait until the
 * excess has drained.
 */
export function fits(depth: Depth | undefined, used: number, cost: number, forReceipts: boolean): boolean {
  if (depth === undefined) return true
  return used <= Math.max(0, (forReceipts ? depth.whole : depth.open) - cost) + ROUNDING
}

/** The used share of the bucket, in the unit with the higher share. */
export function usedShare(depths: BucketDepths, answers: number, bytes: number): number {
  const ofAnswers = depths.answers === undefined ? 0 : answers / depths.answers.whole
  const ofBytes = depths.bytes === undefined ? 0 : bytes / depths.bytes.whole
  return Math.max(ofAnswers, ofBytes)
}

function depthOf(perSecond: number, least: number, leastReserved: number): Depth {
  const whole = Math.max(least, perSecond * DEPTH_SECONDS)
  return { perNano: perSecond / SECOND, whole, open: whole - Math.max(leastReserved, whole * RESERVED) }
}
