import { parseDuration } from '../base/duration.ts'
import { usage } from '../base/error.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { OptionRow } from './option.ts'

/** How often the facts of a run are looked at. */
const LEAST: Nanos = 100 * MILLISECOND

/** Reports on standard error while a command runs. */
export const REPORT_INTERVAL_OPTION = {
  form: '--report-interval <duration>',
  about: 'report on the run once each interval, on standard error (0: never; in CI each 30s)',
  group: 'Output:',
  parse(value: string, flag: string): Nanos {
    const nanos = parseDuration(value, flag)
    if (nanos === 0 || nanos >= LEAST) return nanos
    throw usage(`${flag} is shorter than 100ms`, `write ${flag} 1s, or 0 for no reports`)
  },
} satisfies OptionRow
