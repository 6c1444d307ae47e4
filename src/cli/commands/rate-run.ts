import { counted } from '../../base/counted.ts'
import { formatTarget } from '../../base/target.ts'
import type { RunFacts } from '../../facts/run.ts'
import { expectedMs, type RatePlan } from '../../jobs/rate/plan.ts'
import { runRate, type RateHooks } from '../../jobs/rate/run.ts'
import type { Options } from '../../options/raw-options.ts'
import { resultDocument } from '../../report/result-document.ts'
import { trialLabel, trialLine } from '../../report/terminal/trial-line.ts'
import { formatMs } from '../../report/text/milliseconds.ts'
import { shortened } from '../../report/text/width.ts'
import { IntervalReports, readReportInterval } from '../progress/interval-reports.ts'
import { probeHooks } from '../progress/probe-hooks.ts'
import { probeProgress } from '../progress/probe-progress.ts'
import type { Prepared, Session } from '../subcommand.ts'

/** A search for the highest rate. */
export function prepareRate(plan: RatePlan, options: Options): Prepared {
  const interval = readReportInterval(options)
  return {
    async run(session) {
      const reports = interval === undefined ? undefined : new IntervalReports(interval, session)
      const { result } = await runRate(plan, rateHooks(plan, session, reports))
      reports?.finish()
      return resultDocument(result)
    },
  }
}

/** On a terminal: what the search does and how long that takes, a live line for the trial that runs, and a line for each that has ended. */
function rateHooks(plan: RatePlan, session: Session, reports: IntervalReports | undefined): RateHooks {
  const { line, signals } = session
  const { signal } = signals
  const probes = probeHooks(session, { reports })
  let show: ((facts: RunFacts) => void) | undefined
  let isAnnounced = false
  return {
    ...probes,
    onStart(start) {
      probes.onStart?.(start)
      if (line.shown && !isAnnounced) line.note(announcement(plan))
      isAnnounced = true
    },
    onRest(ms) {
      show = undefined
      line.show(shortened(`resting ${formatMs(Math.ceil(ms))}, so that queues and buckets recover`, line.columns - 1))
    },
    onTrial(trial, probe, number) {
      line.clear()
      reports?.beginRound(number)
      show = probeProgress(probe, line, signal, trialLabel(trial))
    },
    onTrialEnd(trial) {
      if (line.shown) line.note(trialLine(trial, line.palette))
    },
    onProgress(facts, now) {
      probes.onProgress?.(facts, now)
      show?.(facts)
    },
  }
}

function announcement({ send, sizes, duration, burst }: RatePlan): string {
  const { host, port } = send.target
  const target = send.self ? 'an embedded server' : formatTarget({ host, port })
  const what = sizes.length === 1 ? `${sizes[0] ?? 0} B` : counted(sizes.length, 'size')
  const time = formatMs(expectedMs({ sizes, duration, burst }))
  return `searching the highest rate to ${target}, ${what}: about ${time} (Ctrl-C ends it early)`
}
