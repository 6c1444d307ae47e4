import { usage } from '../base/error.ts'
import { encodeJournal } from '../facts/journal.ts'
import { runSend, type SendRun } from '../runs/send/run.ts'
import type { SendPlan } from '../runs/send/plan.ts'
import { pick, type Options } from '../options/raw-options.ts'
import { listsProbes } from './format-option.ts'
import { GrowingJournal } from './growing-journal.ts'
import { IntervalReports, readReportInterval } from './interval-reports.ts'
import { probeHooks } from './probe-hooks.ts'
import { runDocument } from './run-document.ts'
import type { Prepared } from './subcommand.ts'

/** A run of probes. */
export function prepareProbes(plan: SendPlan, options: Options): Prepared {
  const { journal } = pick(options, ['journal'])
  if (plan.probe.summary && (journal !== undefined || listsProbes(options))) {
    throw usage(
      '--summary keeps no single probes, so it excludes --journal, csv and ndjson',
      'leave --summary out, or use the table or json',
    )
  }
  const interval = readReportInterval(options)
  return {
    files: { '--journal': journal },
    async run(session) {
      const reports = interval === undefined ? undefined : new IntervalReports(interval, session)
      const file = session.files['--journal']
      const growing = file === undefined ? undefined : new GrowingJournal(file, plan.expectations)
      try {
        const hooks = probeHooks(session, { probe: plan.probe, reports })
        const run = await runSend(plan, growing === undefined ? hooks : { ...hooks, rows: growing })
        reports?.finish()
        const saves = { '--journal': () => encodeJournal({ facts: run.facts, context: journalContext(run) }) }
        return { ...runDocument(run), saves }
      } finally {
        await growing?.close()
      }
    },
  }
}

/** The part of the Result that the facts do not have, so that a journal gives the same Result. */
function journalContext({ result }: SendRun): Record<string, unknown> {
  const { command, host, target, options, startedAt, tool } = result
  return {
    command,
    host,
    target,
    options,
    startedAt,
    version: tool.version,
    expect: result.expectations.map(one => one.expr),
  }
}
