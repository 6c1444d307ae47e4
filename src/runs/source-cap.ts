import { DEFAULT_CAP } from '../base/answer-cap.ts'
import { usage } from '../base/error.ts'
import { parseRate } from '../base/rate.ts'
import type { SourceCap } from '../facts/responder-plan.ts'

const BITS_PER_BYTE = 8

/** Both caps on answers to one source. They do not apply on loopback. */
export const DEFAULT_SOURCE_CAP: SourceCap = { ...DEFAULT_CAP, onLoopback: false }

/** An explicit rate replaces both default caps and also applies on loopback. */
export function parseSourceCap(value: string, flag: string): SourceCap {
  const { unit, perSecond } = parseRate(value, flag)
  return unit === 'packets'
    ? { answers: perSecond, onLoopback: true }
    : { bytes: perSecond / BITS_PER_BYTE, onLoopback: true }
}

/** A number of answers a second. */
export function parseAnswerRate(value: string, flag: string): number {
  const rate = parseRate(value, flag)
  if (rate.unit === 'packets') return rate.perSecond
  throw usage(`${flag} cannot be "${value}": a server's rate is in answers a second`, 'write 1000pps')
}
