import { jsonWithoutLogCommands } from '../base/log-commands.ts'
import { planSelf, runSelf } from '../jobs/relay-self/run.ts'
import type { SelfOptions } from '../runs/relay/self-options.ts'
import { renderRelayComparison } from '../report/terminal/relay-table.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { pick, type Options } from './flags.ts'
import { settleAll } from './settle-all.ts'
import { OutputFiles } from './output-files.ts'
import { ProgressLine } from './progress-line.ts'
import { Signals } from './signals.ts'
import { reportColumns, write } from './streams.ts'

/** `udptool relay --self`: server, relay and sender in one command; fails where their records differ. */
export async function relaySelf(asked: SelfOptions, options: Options): Promise<number> {
  const plan = planSelf(asked)
  const { color = 'auto', truth } = pick(options, ['color', 'truth'])
  const file = truth === undefined ? undefined : new OutputFiles().open(truth, '--truth')
  const quiet = options['quiet'] === true
  const colored = wantsColor(color, process.stderr, process.env)
  const signals = new Signals()
  const progress = new ProgressLine(plan.send.probe, process.stderr, colored, quiet, signals.signal)
  try {
    const report = await runSelf(plan, { signal: signals.signal, onProgress: facts => progress.show(facts) })
    progress.clear()
    const text =
      options['json'] === true
        ? `${jsonWithoutLogCommands(JSON.stringify(report, undefined, 2))}\n`
        : renderRelayComparison(report, {
            width: reportColumns(quiet),
            color: wantsColor(color, process.stdout, process.env),
            quiet,
            verbose: options['verbose'] === true,
          })
    await settleAll([
      async () => file?.write([`${JSON.stringify(report.truth, undefined, 2)}\n`]),
      async () => void (await write(process.stdout, text)),
    ])
    if (signals.received !== undefined) return signalStatus(signals.received)
    return report.verdict === 'pass' ? EXIT.done : EXIT.failed
  } finally {
    progress.clear()
    signals.close()
  }
}
