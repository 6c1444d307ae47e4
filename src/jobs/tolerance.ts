import { formatRatio, parseRatio } from '../base/ratio.ts'
import { TOLERANCE, type Tolerance } from '../verdict/diff.ts'
import type { Flag } from './flag.ts'

/** The flags of whatever compares two runs. */
export const TOLERANCE_FLAGS: readonly Flag[] = [
  {
    form: '--tolerance <ratio>',
    about: 'a figure that is worse by no more than this share of the other run’s is alike; loss has its own',
    fallback: formatRatio(TOLERANCE.ratio),
    group: 'Verdict:',
  },
  {
    form: '--loss-tolerance <ratio>',
    about: 'loss that is worse by no more than so many percentage points is alike',
    fallback: formatRatio(TOLERANCE.loss),
    group: 'Verdict:',
  },
]

export interface ToleranceOptions {
  /** `20%` or `0.2`, relative, of everything but loss. */
  readonly tolerance?: number | string
  /** `1%` or `0.01`: percentage points of loss. */
  readonly lossTolerance?: number | string
}

/** Reads the tolerance; throws `usage` where it is no ratio. */
export function parseTolerance({ tolerance, lossTolerance }: ToleranceOptions): Tolerance {
  return {
    ratio: tolerance === undefined ? TOLERANCE.ratio : parseRatio(tolerance, '--tolerance'),
    loss: lossTolerance === undefined ? TOLERANCE.loss : parseRatio(lossTolerance, '--loss-tolerance'),
  }
}
