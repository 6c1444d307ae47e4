import { formatRatio, parseRatio } from '../base/ratio.ts'
import { TOLERANCE, type Tolerance } from '../verdict/compare/diff.ts'
import type { Flag } from './flag.ts'

/** The flags of whatever compares two runs. */
export const TOLERANCE_FLAGS: readonly Flag[] = [
  {
    form: '--tolerance <ratio>',
    about: 'how much worse a figure may be than the other run’s; loss has its own',
    fallback: formatRatio(TOLERANCE.ratio),
    group: 'Verdict:',
  },
  {
    form: '--loss-tolerance <ratio>',
    about: 'how many percentage points worse loss may be',
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
