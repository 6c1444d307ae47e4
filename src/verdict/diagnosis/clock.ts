import { formatDuration } from '../../base/duration.ts'
import { toMs } from '../../base/nanos.ts'
import type { Rule } from './rule.ts'

export const clockStepped: Rule = ({ clockStep }) => {
  if (clockStep === undefined) return undefined
  return {
    code: 'clockStepped',
    message: `the system clock was set by ${formatDuration(clockStep)} during the run: times around that moment are wrong by as much`,
    hint: 'repeat the run; have the time service slew the clock, not step it',
    evidence: { stepMs: toMs(clockStep) },
  }
}
