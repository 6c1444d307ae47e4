import { formatAddress } from '../base/address.ts'
import type { RoundHooks } from '../jobs/size-rounds.ts'
import type { SendRun } from '../runs/send/run.ts'
import { wantsColor } from './color.ts'
import { endedBefore, EXIT, signalStatus } from './exit.ts'
import { pick, type Options } from './flags.ts'
import { FORMATS } from './formats.ts'
import { openOutputs } from './outputs.ts'
import { ProgressLine } from './progress-line.ts'
import { deliverRun } from './run-output.ts'
import { Signals } from './signals.ts'
import { WaitingLine } from './waiting-line.ts'

/** Runs a search of several rounds, shows how far each is and, at the end, what was found; returns the exit status. */
export async function showSearch(options: Options, search: (hooks: RoundHooks) => Promise<SendRun>): Promise<number> {
  const { color = 'auto' } = pick(options, ['color'])
  const outputs = openOutputs(FORMATS, options)
  const quiet = options['quiet'] === true
  const waiting = new WaitingLine(process.stderr, quiet)
  const signals = new Signals()
  let progress: ProgressLine | undefined
  let named: string | undefined
  try {
    const run = await search({
      signal: signals.signal,
      onWait: state => {
        progress?.clear()
        waiting.show(state)
      },
      onStart: ({ target, name }) => {
        waiting.clear()
        const address = formatAddress(target)
        // Later rounds go to the address itself.
        if (name !== undefined && !quiet && address !== named) process.stderr.write(`${name} is ${address}\n`)
        named = address
      },
      onRound: probe => {
        progress?.clear()
        const colored = wantsColor(color, process.stderr, process.env)
        progress = new ProgressLine(probe, process.stderr, colored, quiet, signals.signal)
      },
      onProgress: facts => progress?.show(facts),
    })
    progress?.clear()
    await deliverRun(run, outputs)
    if (signals.received !== undefined) return signalStatus(signals.received)
    return run.result.verdict === 'pass' ? EXIT.done : EXIT.failed
  } catch (error) {
    return endedBefore(error, signals)
  } finally {
    waiting.clear()
    progress?.clear()
    signals.close()
  }
}
