import { usage } from '../base/error.ts'
import { present } from '../base/present.ts'
import { aboutOption } from '../options/parse-options.ts'
import { rawOptions } from '../options/raw-options.ts'
import { runSend } from '../runs/send/run.ts'
import { STAMP_SEND_OPTIONS } from './stamp-send/options.ts'
import { planStampSend } from './stamp-send/plan.ts'
import { readComparedRun } from './compared-run.ts'
import type { RunKind } from './run-kind.ts'

/** `run: stamp`: test packets to a reflector, as `udptool stamp send` sends them. */
export const STAMP_KIND: RunKind = {
  options: STAMP_SEND_OPTIONS,
  exclusive: [
    ['interval', 'rate', 'flood'],
    ['clients', 'flows'],
    ['clients', 'sourcePorts'],
    ['tos', 'dscp'],
    ['ipv4', 'ipv6'],
  ],
  plan(raw) {
    if (raw['to'] === undefined)
      throw usage('serve starts an echo server, which reflects no STAMP packets', 'write target: host:862', 'serve')
    const { baseline, ...options } = rawOptions(STAMP_SEND_OPTIONS, raw)
    const run = baseline === undefined ? undefined : aboutOption('baseline', () => readComparedRun(baseline))
    const plan = planStampSend({ ...options, ...present({ baseline: run }) }, process.env)
    const { count, clients } = plan.probe
    return {
      expect: plan.expectations.map(({ expr }) => expr),
      total: count === undefined ? undefined : count * clients,
      run: (_, hooks) => runSend(plan, hooks),
    }
  },
}
