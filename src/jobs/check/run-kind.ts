import { nearest } from '../../base/suggestion.ts'
import type { Target } from '../../base/target.ts'
import { readComparedRun } from '../compared-run.ts'
import type { Flag } from '../../options/flag.ts'
import { MTU_FLAGS } from '../mtu/flags.ts'
import { planMtu } from '../mtu/plan.ts'
import { runMtu } from '../mtu/run.ts'
import { PROBE_FLAGS, SOCKET_FLAGS } from '../../runs/send/flags.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { runSend, type SendHooks, type SendRun } from '../../runs/send/run.ts'
import { readSendOptions } from '../../runs/send/written.ts'
import { SWEEP_FLAGS } from '../sweep/flags.ts'
import { planSweep } from '../sweep/plan.ts'
import { runSweep } from '../sweep/run.ts'
import { pick, type Options } from '../../options/written-options.ts'

/** A run that is planned, and can be run more than once. */
export interface RunPlan {
  /** Its expectations, as they were written. */
  readonly expect: readonly string[]
  /** How many probes it will schedule; undefined where time ends it, or what it finds. */
  readonly total?: number | undefined
  /** `target`: a server that was started for this run, instead of the one in the options. */
  readonly run: (target: Target | undefined, hooks: SendHooks) => Promise<SendRun>
}

/** A kind of run that a check can be: `run: send`. */
export interface RunKind {
  /** Its flags: in a check file each is a key, in camelCase. */
  readonly flags: readonly Flag[]
  /** Keys of which only one can be said: one in a check replaces the others of the defaults. */
  readonly exclusive: readonly (readonly string[])[]
  /** Reads options by the names of the flags; throws a `usage` error that says what is wrong. */
  readonly plan: (options: Options) => RunPlan
}

const OF_SOCKETS: RunKind['exclusive'] = [
  ['tos', 'dscp'],
  ['ipv4', 'ipv6'],
]

/** Every kind by its name. The first is that of a check that names none. */
export const RUN_KINDS: ReadonlyMap<string, RunKind> = new Map<string, RunKind>([
  [
    'send',
    {
      flags: [...SOCKET_FLAGS, ...PROBE_FLAGS],
      exclusive: [['interval', 'rate', 'flood'], ...OF_SOCKETS],
      plan(options) {
        const plan = planProbes(options)
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
      flags: SWEEP_FLAGS,
      exclusive: [['interval', 'rate'], ...OF_SOCKETS],
      plan(options) {
        const plan = planSweep({ ...readSendOptions(options), ...pick(options, ['sizes']) })
        return searchPlan(plan, runSweep)
      },
    },
  ],
  [
    'mtu',
    { flags: MTU_FLAGS, exclusive: OF_SOCKETS, plan: options => searchPlan(planMtu(readSendOptions(options)), runMtu) },
  ],
])

/** The plan of `run: send`, its baseline read. */
export function planProbes(options: Options): SendPlan {
  const { baseline } = pick(options, ['baseline'])
  return planSend({
    ...readSendOptions(options),
    ...(baseline === undefined ? {} : { baseline: readComparedRun(baseline) }),
  })
}

/** A search of several rounds, each as its `send` says: how many probes it needs is what it finds out. */
function searchPlan<Plan extends { readonly send: SendPlan }>(
  plan: Plan,
  run: (plan: Plan, hooks: SendHooks) => Promise<SendRun>,
): RunPlan {
  return {
    expect: plan.send.expectations.map(({ expr }) => expr),
    run: (target, hooks) => run(target === undefined ? plan : { ...plan, send: { ...plan.send, target } }, hooks),
  }
}

/** The kind of a check that says no `run`. */
export const DEFAULT_RUN = 'send'

/** What a check runs; a word that is no kind is found out by the shape of the default. */
export function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('run' in value)) return DEFAULT_RUN
  return typeof value.run === 'string' ? (nearestKind(value.run) ?? DEFAULT_RUN) : DEFAULT_RUN
}

function nearestKind(run: string): string | undefined {
  return RUN_KINDS.has(run) ? run : nearest(run, RUN_KINDS.keys())
}
