import { formatRatio, parseRatio } from '../base/ratio.ts'
import { TOLERANCE, type Tolerance } from '../verdict/compare/diff.ts'
import type { LibraryOptions, OptionTable } from './option.ts'
import { parseOptions } from './parse-options.ts'

/** Options of every comparison of two runs. */
export const TOLERANCE_OPTIONS = {
  /** `20%` or `0.2`, relative, for everything but loss. */
  tolerance: {
    form: '--tolerance <ratio>',
    about: 'allowed growth of a figure, relative to the other run; loss has its own flag',
    default: formatRatio(TOLERANCE.ratio),
    group: 'Verdict:',
    parse: parseRatio,
  },
  /** `1%` or `0.01`: percentage points of loss. */
  lossTolerance: {
    form: '--loss-tolerance <ratio>',
    about: 'allowed growth of loss in percentage points',
    default: formatRatio(TOLERANCE.loss),
    group: 'Verdict:',
    parse: parseRatio,
  },
} satisfies OptionTable

/** Parses the tolerance; throws `usage` if it is not a ratio. */
export function parseTolerance(raw: LibraryOptions<typeof TOLERANCE_OPTIONS>): Tolerance {
  const { tolerance, lossTolerance } = parseOptions(TOLERANCE_OPTIONS, raw)
  return { ratio: tolerance, loss: lossTolerance }
}
