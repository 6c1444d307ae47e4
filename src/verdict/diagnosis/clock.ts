import { formatDuration } from '../../base/duration.ts'
import { toMs, type Nanos } from '../../base/nanos.ts'
import { counted } from '../../base/counted.ts'
import { utcAfter } from '../../base/utc-time.ts'
import { realTimeMs, type RunFacts } from '../../facts/run.ts'
import type { Rule } from './rule.ts'

export const clockStepped: Rule = ({ clockStep }) => {
  if (clockStep === undefined) return undefined
  return {
    code: 'clockStepped',
    message: `the system clock was set by ${formatDuration(clockStep)} during the run: times around that moment are wrong by this amount`,
    hint: 'repeat the run; configure the time service to slew the clock instead of stepping it',
    evidence: { stepMs: toMs(clockStep) },
  }
}

/** As a share of the shortest round trip. A smaller bend does not change a reported figure, and a busy host can cause it. */
const NOTABLE_BEND = 0.05

/**
 * The offset between the clocks changed in a way that no constant rate explains. If our own clock was set, `clockStepped` reports it. A
 * route that changes in one direction looks the same. A bend below the limit is not reported; `errorAnyClockMs` covers it.
 */
export const clockUnsteady: Rule = ({ clockStep, startedAt, epoch }, { tally }) => {
  const { changeCount, changes } = tally.oneWay
  const [first, ...others] = changes
  if (clockStep !== undefined || first === undefined) return undefined
  const largest = others.reduce((best, change) => (sizeOf(change) > sizeOf(best) ? change : best), first)
  const size = sizeOf(largest)
  const quickest = tally.rttNetwork.result()?.min ?? 0
  if (largest.kind === 'bend' && size > 0 && size < NOTABLE_BEND * quickest) return undefined
  const sinceStart = Math.max(0, largest.at - startedAt)
  const at = utcAt(epoch, startedAt + sinceStart)
  const when = at === undefined ? formatDuration(sinceStart) : `${at} (${formatDuration(sinceStart)} into the run)`
  const many = changeCount === 1 ? '' : `, the largest of ${counted(changeCount, 'change')}`
  const much = size === 0 ? '' : ` by about ${formatDuration(size)}`
  return {
    code: 'clockUnsteady',
    message: `the offset between the server's clock and this host's ${largest.kind === 'step' ? 'changed' : 'most likely changed'}${much} at ${when}${many}: a clock was set or changed its rate, or a route changed`,
    hint: 'use errorAnyClockMs as the error of the one-way delays, or repeat the run with clocks that are slewed evenly',
    evidence: {
      ...(at === undefined ? {} : { at }),
      atMs: toMs(sinceStart),
      ...(size === 0 ? {} : { stepMs: toMs(largest.size) }),
      changes: changeCount,
      kind: largest.kind,
    },
  }
}

/** A moment of the facts in ISO 8601. Undefined if the journal does not have the real time. */
function utcAt(epoch: RunFacts['epoch'], moment: Nanos): string | undefined {
  return epoch === undefined ? undefined : utcAfter('1970-01-01T00:00:00.000Z', realTimeMs(epoch, moment))
}

/** 0: not known. */
function sizeOf({ size }: { readonly size: Nanos }): Nanos {
  return Number.isNaN(size) ? 0 : Math.abs(size)
}
