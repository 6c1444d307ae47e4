import { formatAddress } from '../base/address.ts'
import { probeRows } from '../jobs/send/probe-rows.ts'
import type { RoundHooks } from '../jobs/size-rounds.ts'
import type { SendRun } from '../jobs/send/run.ts'
import { renderCsv } from '../report/csv.ts'
import { renderJson } from '../report/json.ts'
import { renderNdjson } from '../report/ndjson.ts'
import { renderTerminal } from '../report/terminal.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { listOf, pick, type Options } from './flags.ts'
import { deliver, openOutputs, type Output } from './outputs.ts'
import { ProgressLine } from './progress-line.ts'
import { Signals } from './signals.ts'
import { columnsOf } from './streams.ts'

const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const

/** Runs a search of several rounds, shows how far each is and, at the end, what was found; returns the exit status. */
export async function showSearch(options: Options, search: (hooks: RoundHooks) => Promise<SendRun>): Promise<number> {
  const { color = 'auto' } = pick(options, ['color'])
  const outputs = openOutputs(FORMATS, listOf(options, 'format'), options['json'] === true)
  const colored = wantsColor(color, process.stdout, process.env)
  const quiet = options['quiet'] === true
  const signals = new Signals()
  let progress: ProgressLine | undefined
  let isNamed = false
  try {
    const run = await search({
      signal: signals.signal,
      onStart: ({ target, name }) => {
        if (name !== undefined && !quiet && !isNamed) process.stderr.write(`${name} is ${formatAddress(target)}\n`)
        isNamed = true
      },
      onRound: probe => {
        progress?.clear()
        progress = new ProgressLine(probe, process.stderr, wantsColor(color, process.stderr, process.env), quiet)
      },
      onProgress: facts => progress?.show(facts),
    })
    progress?.clear()
    for (const output of outputs) await deliver(output, render(output, run, colored, options))
    if (signals.received !== undefined) return signalStatus(signals.received)
    return run.result.verdict === 'pass' ? EXIT.done : EXIT.failed
  } finally {
    progress?.clear()
    signals.close()
  }
}

function render(
  { format, file }: Output<(typeof FORMATS)[number]>,
  { result, facts, analysis }: SendRun,
  colored: boolean,
  options: Options,
): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderJson(result)]
    case 'ndjson':
      return renderNdjson(probeRows(facts, analysis))
    case 'csv':
      return renderCsv(probeRows(facts, analysis))
    default:
      return [
        renderTerminal(result, {
          width: columnsOf(process.stdout),
          color: colored && file === undefined,
          quiet: options['quiet'] === true,
          verbose: options['verbose'] === true,
        }),
      ]
  }
}
