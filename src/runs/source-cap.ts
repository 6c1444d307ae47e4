import { DEFAULT_CAP } from '../base/answer-cap.ts'
import { parseRate } from '../base/rate.ts'
import type { SourceCap } from '../facts/responder-plan.ts'

const BITS_PER_BYTE = 8

/** `--max-rate-per-source`: a rate that was asked for replaces both default caps, and holds everywhere. */
export function sourceCap(text: string | undefined): SourceCap {
  if (text === undefined) return { ...DEFAULT_CAP, onLoopback: false }
  const { unit, perSecond } = parseRate(text, '--max-rate-per-source')
  return unit === 'packets'
    ? { answers: perSecond, onLoopback: true }
    : { bytes: perSecond / BITS_PER_BYTE, onLoopback: true }
}
