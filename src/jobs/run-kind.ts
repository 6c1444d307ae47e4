import { usage } from '../base/error.ts'
import { present } from '../base/present.ts'
import { nearest } from '../base/suggestion.ts'
import type { Target } from '../base/target.ts'
import type { OptionRow, OptionTable } from '../options/option.ts'
import { aboutOption } from '../options/parse-options.ts'
import { rawOptions } from '../options/raw-options.ts'
import { SEND_OPTIONS } from '../runs/send/options.ts'
import { planSend, type SendPlan } from '../runs/send/plan.ts'
import { runSend, type SendRun } from '../runs/send/run.ts'
import { readComparedRun } from './compared-run.ts'
import type { RoundHooks } from './size-rounds.ts'
import { MTU_OPTIONS } from './mtu/options.ts'
import { planMtu } from './mtu/plan.ts'
import { runMtu } from './mtu/run.ts'
import { SWEEP_OPTIONS } from './sweep/options.ts'
import { planSweep } from './sweep/plan.ts'
import { runSweep } from './sweep/run.ts'
import type { Values } from './file-options.ts'

/** A planned run, which can run several times. */
interface RunPlan {
  /** Its expectations as text. */
  readonly expect: readonly string[]
  /** Number of probes to schedule. Undefined if it depends on time or on the results. */
  readonly total?: number | undefined
  /** `target`: a server started for this run, used instead of the target in the options. */
  readonly run: (target: Target | undefined, hooks: RoundHooks) => Promise<SendRun>
}

/** The type of a check's run: `run: send`. */
export interface RunKind {
  /** Its options. Those that a check file can have are keys. */
  readonly options: OptionTable & { readonly expect: OptionRow }
  /** Groups of keys of which only one may be used. One in a check replaces the others in the defaults. */
  readonly exclusive: readonly (readonly string[])[]
  /** Parses raw options. Throws a `usage` error. */
  readonly plan: (raw: Values) => RunPlan
}

const SOCKET_EXCLUSIVE: RunKind['exclusive'] = [
  ['tos', 'dscp'],
  ['ipv4', 'ipv6'],
]

/** Every kind by name. The first is the default. */
export const RUN_KINDS: ReadonlyMap<string, RunKind> = new Map<string, RunKind>([
  [
    'send',
    {
      options: SEND_OPTIONS,
      exclusive: [['interval', 'rate', 'flood'], ['clients', 'flows'], ['clients', 'sourcePorts'], ...SOCKET_EXCLUSIVE],
      plan(raw) {
        if (raw['protocol'] !== undefined && raw['to'] === undefined)
          throw usage('serve starts an echo server, which does not speak irtt', 'write target: host:2112', 'serve')
        const plan = planProbes(raw)
        const { count, clients } = plan.probe
        return {
          expect: plan.expectations.map(({ expr }) => expr),
          total: count === undefined ? undefined : count * clients,
          run: (target, hooks) => runSend(target === undefined ? plan : { ...plan, target }, hooks),
        }
      },
    },
  ],
  [
    'sweep',
    {
      options: SWEEP_OPTIONS,
      exclusive: [['interval', 'rate'], ...SOCKET_EXCLUSIVE],
      plan: raw => searchPlan(planSweep(rawOptions(SWEEP_OPTIONS, raw)), runSweep),
    },
  ],
  [
    'mtu',
    {
      options: MTU_OPTIONS,
      exclusive: SOCKET_EXCLUSIVE,
      plan: raw => searchPlan(planMtu(rawOptions({ ...MTU_OPTIONS, to: SEND_OPTIONS.to }, raw)), runMtu),
    },
  ],
])

/** The plan of `run: send`, with its baseline loaded. */
export function planProbes(raw: Values): SendPlan {
  const { baseline, ...options } = rawOptions(SEND_OPTIONS, raw)
  const run = baseline === undefined ? undefined : aboutOption('baseline', () => readComparedRun(baseline))
  return planSend({ ...options, ...present({ baseline: run }) })
}

/** A search of several rounds, each with the options of `send`. The number of probes depends on the results. */
function searchPlan<Plan extends { readonly send: SendPlan }>(
  plan: Plan,
  run: (plan: Plan, hooks: RoundHooks) => Promise<SendRun>,
): RunPlan {
  return {
    expect: plan.send.expectations.map(({ expr }) => expr),
    run: (target, hooks) => run(target === undefined ? plan : { ...plan, send: { ...plan.send, target } }, hooks),
  }
}

/** The kind of a check without `run`. */
export const DEFAULT_RUN = 'send'

/** The kind of run of a check. For an unknown word it is the default, whose schema then reports the mistake. */
export function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('run' in value)) return DEFAULT_RUN
  return typeof value.run === 'string' ? (nearestKind(value.run) ?? DEFAULT_RUN) : DEFAULT_RUN
}

function nearestKind(run: string): string | undefined {
  return RUN_KINDS.has(run) ? run : nearest(run, RUN_KINDS.keys())
}
