import { planSelf, runSelf } from '../../jobs/relay-self/run.ts'
import { renderRelayComparison } from '../../report/terminal/relay-table.ts'
import type { SelfOptions } from '../../jobs/relay-self/options.ts'
import { pick, type Options } from '../../options/raw-options.ts'
import { probeHooks } from '../progress/probe-hooks.ts'
import { recordJson } from '../../runs/relay/record-lines.ts'
import type { Prepared } from '../subcommand.ts'

/** `udptool relay --self`: server, relay and sender in one command. Fails if their records differ. */
export function prepareSelf(raw: SelfOptions, options: Options): Prepared {
  const plan = planSelf(raw)
  const { truth } = pick(options, ['truth'])
  return {
    files: { '--truth': truth },
    async run(session) {
      const report = await runSelf(plan, probeHooks(session, { probe: plan.send.probe }))
      return {
        content: report,
        table: view => [renderRelayComparison(report, view)],
        verdict: report.verdict,
        saves: { '--truth': () => [recordJson(report.truth)] },
      }
    },
  }
}
