import type { RoundHooks } from '../../jobs/size-rounds.ts'
import type { Options } from '../../options/raw-options.ts'
import type { SendRun } from '../../runs/send/run.ts'
import { IntervalReports, readReportInterval } from '../progress/interval-reports.ts'
import { probeHooks } from '../progress/probe-hooks.ts'
import { runDocument } from './run-document.ts'
import type { Prepared } from '../subcommand.ts'

/** A search of several rounds. */
export function prepareRounds(options: Options, search: (hooks: RoundHooks) => Promise<SendRun>): Prepared {
  const interval = readReportInterval(options)
  return {
    async run(session) {
      const reports = interval === undefined ? undefined : new IntervalReports(interval, session)
      const run = await search(probeHooks(session, { reports }))
      reports?.finish()
      return runDocument(run)
    },
  }
}
