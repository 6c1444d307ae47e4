import { counted } from '../../base/counted.ts'
import type { AnswerSize, QueryFacts } from '../../facts/query.ts'

/** Answers of one size arrive, and larger ones do not. */
export interface LargeAnswersLost {
  /** The largest limit with which a cut answer came: the whole one is larger. */
  readonly arrives: AnswerSize & { readonly length: number }
  /** The least larger limit with which nothing came. */
  readonly lost: AnswerSize
}

/**
 * Whether large answers are lost. A cut answer (TC) shows that the whole one is larger than the limit; silence with a larger limit, and
 * with all above it, then shows that a larger one does not arrive. Where a whole answer came, or nothing, nothing is known about sizes.
 */
export function largeAnswersLost({ answerSizes = [] }: QueryFacts): LargeAnswersLost | undefined {
  const rows = answerSizes.toSorted((a, b) => a.bufsize - b.bufsize)
  const arrives = rows.findLast(({ fate }) => fate === 'answered')
  if (arrives?.tc !== true || arrives.length === undefined) return undefined
  const lost = rows.find(({ bufsize, fate }) => bufsize > arrives.bufsize && fate === 'silent')
  return lost === undefined ? undefined : { arrives: { ...arrives, length: arrives.length }, lost }
}

/** `answers above 1232 bytes do not arrive (EDNS size 1232: a cut answer of 1178 bytes came; 4096: none, 2 requests)`. */
export function largeAnswersWords({ arrives, lost }: LargeAnswersLost): string {
  const came = `EDNS size ${arrives.bufsize}: a cut answer of ${counted(arrives.length, 'byte')} came`
  return `answers above ${limitOf(arrives)} bytes do not arrive (${came}; ${lost.bufsize}: none, ${counted(lost.requests, 'request')})`
}

/** Without EDNS an answer has 512 bytes at most (RFC 1035 section 4.2.1). */
export function limitOf({ bufsize }: AnswerSize): number {
  return Math.max(512, bufsize)
}
