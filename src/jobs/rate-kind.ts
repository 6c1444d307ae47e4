import { rawOptions } from '../options/raw-options.ts'
import { SEND_OPTIONS } from '../runs/send/options.ts'
import { expectedWords, judgeResult } from '../verdict/suite/judged-result.ts'
import { RATE_OPTIONS } from './rate/options.ts'
import { planRate } from './rate/plan.ts'
import { runRate } from './rate/run.ts'
import type { CheckKind } from './check/check-kind.ts'

/** `run: rate`: a search for the highest rate, as `udptool rate` does it. It has no rows of probes: a trial may have millions. */
export const RATE_KIND: CheckKind = {
  options: RATE_OPTIONS,
  exclusive: [
    ['tos', 'dscp'],
    ['ipv4', 'ipv6'],
  ],
  plan(raw) {
    const plan = planRate(rawOptions({ ...RATE_OPTIONS, to: SEND_OPTIONS.to }, raw))
    return {
      expected: expectedWords(plan.send.expectations.map(({ expr }) => expr)),
      async run(target, hooks) {
        const { result } = await runRate(
          target === undefined ? plan : { ...plan, send: { ...plan.send, target } },
          hooks,
        )
        return { judge: level => judgeResult(result, level), document: { result } }
      },
    }
  },
}
