import type { Target } from '../../base/target.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { Result } from '../../verdict/result.ts'
import { readComparedRun } from '../compared-run.ts'
import type { Flag } from '../flag.ts'
import { PROBE_FLAGS, SOCKET_FLAGS } from '../send/flags.ts'
import { planSend } from '../send/plan.ts'
import { runSend, type SendHooks } from '../send/run.ts'
import { readSendOptions } from '../send/written.ts'
import { pick, type Options } from '../written-options.ts'

/** A finished run: the Result, and what it was made from. */
export interface FinishedRun {
  readonly result: Result
  readonly facts: RunFacts
  readonly analysis: Analysis
}

/** A run that is planned, and can be run more than once. */
export interface RunPlan {
  /** Its expectations, as they were written. */
  readonly expect: readonly string[]
  /** How many probes it will schedule; undefined where time ends it, or what it finds. */
  readonly total?: number | undefined
  /** `target`: a server that was started for this run, instead of the one in the options. */
  readonly run: (target: Target | undefined, hooks: SendHooks) => Promise<FinishedRun>
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

/** Every kind by its name. The first is that of a check that names none. */
export const RUN_KINDS: ReadonlyMap<string, RunKind> = new Map<string, RunKind>([
  [
    'send',
    {
      flags: [...SOCKET_FLAGS, ...PROBE_FLAGS],
      exclusive: [
        ['interval', 'rate', 'flood'],
        ['tos', 'dscp'],
        ['ipv4', 'ipv6'],
      ],
      plan(options) {
        const { baseline } = pick(options, ['baseline'])
        const held = baseline === undefined ? {} : { baseline: readComparedRun(baseline) }
        const plan = planSend({ ...readSendOptions(options), ...held })
        const { count, clients } = plan.probe
        return {
          expect: plan.expectations.map(({ expr }) => expr),
          total: count === undefined ? undefined : count * clients,
          run: (target, hooks) => runSend(target === undefined ? plan : { ...plan, target }, hooks),
        }
      },
    },
  ],
])

/** The kind of a check that says no `run`. */
export const DEFAULT_RUN = 'send'
