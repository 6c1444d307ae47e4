import { counted, formatCount } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { printable } from '../text/safe.ts'
import { shortened } from '../text/width.ts'

/** A query in progress. */
export interface QueryProgressState {
  /** As written. */
  readonly target: string
  /** Requests so far. */
  readonly requests: number
  /** Answers so far. */
  readonly answered: number
  /** Questions to ask. */
  readonly questions: number
  /** Time since the last request. */
  readonly waited: Nanos
  readonly timeout: Nanos
}

/** A query in progress, in one line of less than `width` columns: what it waits for, how long, and what came so far. */
export function renderQueryProgress(state: QueryProgressState, width: number): string {
  const { target, requests, answered, questions, waited, timeout } = state
  const isLate = waited > timeout
  const time = isLate ? '' : `, ${(waited / SECOND).toFixed(1)} s of ${formatDuration(timeout)}`
  const parts = [
    `waiting for ${isLate ? 'a late answer' : 'an answer'} of ${printable(target)}${time}`,
    counted(requests, 'request'),
    ...(questions > 1 ? [`${formatCount(answered)} of ${counted(questions, 'question')} answered`] : []),
  ]
  return shortened(parts.join(' · '), Math.max(1, width - 1))
}
