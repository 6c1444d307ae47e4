import { resultDocument } from '../../report/result-document.ts'
import type { Options } from '../../options/raw-options.ts'
import type { RatePlan } from '../../jobs/rate/plan.ts'
import { runRate } from '../../jobs/rate/run.ts'
import { IntervalReports, readReportInterval } from '../progress/interval-reports.ts'
import { probeHooks } from '../progress/probe-hooks.ts'
import type { Prepared } from '../subcommand.ts'

/** A search for the highest rate. */
export function runRateCommand(plan: RatePlan, options: Options): Prepared {
  const interval = readReportInterval(options)
  return {
    async run(session) {
      const reports = interval === undefined ? undefined : new IntervalReports(interval, session)
      const { onRound, ...hooks } = probeHooks(session, { reports })
      const { result } = await runRate(plan, {
        ...hooks,
        onTrial(_, probe, number) {
          onRound?.(probe, number)
        },
      })
      reports?.finish()
      return resultDocument(result)
    },
  }
}
