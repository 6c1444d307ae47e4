import { formatDuration } from '../../base/duration.ts'
import { toMs, type Nanos } from '../../base/nanos.ts'
import { counted } from '../../base/counted.ts'
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

/** Of the quickest round trip: a smaller bend changes no figure that anybody uses, and a busy host can cause it. */
const NOTABLE_BEND = 0.05

/**
 * The offset between the clocks moved as no constant rate explains. Where our own clock was set, `clockStepped` names the cause. A route
 * that changes in one direction looks the same. A bend that is not notable leaves no warning; the Result has the error with any clock.
 */
export const clockUnsteady: Rule = ({ clockStep, startedAt }, { tally }) => {
  const { changeCount, changes } = tally.oneWay
  const [first, ...others] = changes
  if (clockStep !== undefined || first === undefined) return undefined
  const largest = others.reduce((best, change) => (sizeOf(change) > sizeOf(best) ? change : best), first)
  const size = sizeOf(largest)
  const quickest = tally.rttNetwork.result()?.min ?? 0
  if (largest.kind === 'bend' && size > 0 && size < NOTABLE_BEND * quickest) return undefined
  const atMs = toMs(Math.max(0, largest.at - startedAt))
  const many = changeCount === 1 ? '' : `, the largest of ${counted(changeCount, 'change')}`
  const much = size === 0 ? '' : ` by about ${formatDuration(size)}`
  return {
    code: 'clockUnsteady',
    message: `the server's clock moved against this host's${much} at ${formatDuration(largest.at - startedAt)}${many}: a clock was set or changed its rate, or a route changed`,
    hint: 'take errorAnyClockMs for the error of the one-way delays; have the time service slew clocks evenly, then repeat the run',
    evidence: {
      atMs,
      ...(size === 0 ? {} : { stepMs: toMs(largest.size) }),
      changes: changeCount,
      kind: largest.kind,
    },
  }
}

/** 0: not known. */
function sizeOf({ size }: { readonly size: Nanos }): Nanos {
  return Number.isNaN(size) ? 0 : Math.abs(size)
}
