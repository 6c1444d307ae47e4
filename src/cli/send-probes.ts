import { usage } from '../base/error.ts'
import { encodeJournal } from '../facts/journal.ts'
import { runSend, type SendRun } from '../runs/send/run.ts'
import type { SendPlan } from '../runs/send/plan.ts'
import { wantsColor } from './color.ts'
import { endedBefore, EXIT, signalStatus } from './exit.ts'
import { pick, type Options } from './flags.ts'
import { FORMATS, listsProbes } from './formats.ts'
import { settleAll } from './settle-all.ts'
import { OutputFiles } from './output-files.ts'
import { openOutputs } from './outputs.ts'
import { ProgressLine } from './progress-line.ts'
import { deliverRun } from './run-output.ts'
import { Signals } from './signals.ts'
import { formatAddress } from '../base/address.ts'
import { WaitingLine } from './waiting-line.ts'

/** A run of probes on the command line; returns the exit status. */
export async function sendProbes(plan: SendPlan, options: Options): Promise<number> {
  const { journal, color = 'auto' } = pick(options, ['journal', 'color'])
  if (plan.probe.summary && (journal !== undefined || listsProbes(options))) {
    throw usage(
      '--summary forgets single probes, so there is nothing to list for --journal, csv or ndjson',
      'leave --summary out, or take the table or json',
    )
  }
  const files = new OutputFiles()
  const journalFile = journal === undefined ? undefined : files.open(journal, '--journal')
  const outputs = openOutputs(FORMATS, options, files)
  const quiet = options['quiet'] === true
  const colored = wantsColor(color, process.stderr, process.env)
  const waiting = new WaitingLine(process.stderr, quiet)
  const signals = new Signals()
  const progress = new ProgressLine(plan.probe, process.stderr, colored, quiet, signals.signal)
  try {
    const run = await runSend(plan, {
      signal: signals.signal,
      onWait: state => waiting.show(state),
      onStart: ({ target, name }) => {
        waiting.clear()
        progress.clear()
        if (name !== undefined && !quiet) process.stderr.write(`${name} is ${formatAddress(target)}\n`)
      },
      onProgress: facts => progress.show(facts),
    })
    progress.clear()
    await settleAll([
      async () => journalFile?.write(encodeJournal({ facts: run.facts, context: journalContext(run) })),
      () => deliverRun(run, outputs),
    ])
    if (signals.received !== undefined) return signalStatus(signals.received)
    return run.result.verdict === 'pass' ? EXIT.done : EXIT.failed
  } catch (error) {
    return endedBefore(error, signals)
  } finally {
    waiting.clear()
    progress.clear()
    signals.close()
  }
}

/** What the Result says beside the facts, so that a journal gives the same Result again. */
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
