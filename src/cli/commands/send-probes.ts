import { usage } from '../../base/error.ts'
import { encodeJournal } from '../../facts/journal.ts'
import { runSend, type SendRun } from '../../runs/send/run.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import { pick, type Options } from '../../options/raw-options.ts'
import { listsProbes } from '../output/format-option.ts'
import { renderCsv } from '../../report/formats/csv.ts'
import { renderNdjson } from '../../report/formats/ndjson.ts'
import type { RowFormat } from '../../report/formats/row-text.ts'
import { settledProbeRows } from '../../runs/send/probe-rows.ts'
import type { ProbeRow } from '../../verdict/probe-row.ts'
import { GrowingJournal } from '../output/growing-journal.ts'
import { GrowingRows } from '../output/growing-rows.ts'
import { IntervalReports, readReportInterval } from '../progress/interval-reports.ts'
import { probeHooks } from '../progress/probe-hooks.ts'
import { runDocument } from './run-document.ts'
import type { Output } from '../output/outputs.ts'
import type { Ending, Prepared } from '../subcommand.ts'

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
      const facts = file === undefined ? undefined : new GrowingJournal(file, plan.expectations)
      const rows = session.outputs.flatMap(output =>
        isRowOutput(output) ? [{ output, growing: new GrowingRows(output) }] : [],
      )
      const growing = [...(facts === undefined ? [] : [facts]), ...rows.map(one => one.growing)]
      try {
        const run = await runSend(plan, { ...probeHooks(session, { probe: plan.probe, reports }), rows: growing })
        reports?.finish()
        await facts?.close()
        const written = rows.filter(one => one.growing.hasBegun)
        return {
          ...runDocument(run),
          ...settledRows(run),
          saves: { '--journal': () => encodeJournal({ facts: run.facts, context: journalContext(run) }) },
          written: new Set(written.map(({ output }) => output)),
          ends: written.map(one => async () => one.growing.close()),
        }
      } catch (error) {
        await Promise.allSettled(growing.map(async one => one.close()))
        throw error
      }
    },
  }
}

function isRowOutput(output: Output<string>): output is Output<RowFormat> {
  return output.format === 'csv' || output.format === 'ndjson'
}

/** Rows that are written at the end of a run have the order of those that are written while it goes on. */
function settledRows({ facts, analysis }: SendRun): Pick<Ending, 'csv' | 'ndjson'> {
  if (facts.plan.summary) return {}
  const rows = (): Iterable<ProbeRow> => settledProbeRows(facts, analysis)
  return { csv: () => renderCsv(rows()), ndjson: () => renderNdjson(rows()) }
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
