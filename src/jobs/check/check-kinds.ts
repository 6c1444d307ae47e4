import { nearest } from '../../base/suggestion.ts'
import { PRESETS } from '../../runs/query/options.ts'
import { probeRows } from '../../runs/send/probe-rows.ts'
import { expectedWords, judgeResult } from '../../verdict/suite/judged-result.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import type { Values } from '../file-options.ts'
import { DEFAULT_RUN, RUN_KINDS, type RunKind } from '../run-kind.ts'
import type { CheckKind, CheckPlan } from './check-kind.ts'
import { queryKind } from './query-kind.ts'
import { RATE_KIND } from '../rate-kind.ts'
import { STAMP_KIND } from '../stamp-kind.ts'

/** The run of a check that asks a UDP service. Only check files have it: everything else has `udptool query`. */
export const MESSAGE_RUN = 'message'

/** The runs of probes by their words. The first is the default. Only check files have `stamp` and `rate`. */
export const PROBE_KINDS: ReadonlyMap<string, CheckKind> = new Map([
  ...[...RUN_KINDS, ['stamp', STAMP_KIND] as const].map(([name, kind]) => [name, probeKind(kind)] as const),
  ['rate', RATE_KIND],
])

/** The words after `run:`. */
export const CHECK_RUNS: readonly string[] = [...PROBE_KINDS.keys(), MESSAGE_RUN]

/** What a check runs: `run`, and for a message its preset. */
export interface KindName {
  readonly run: string
  readonly preset: ServiceName
}

/** The kind that a check names. For an unknown word it is the nearest or the default, whose schema then reports the mistake. */
export function kindName(value: unknown): KindName {
  const { run, preset } = (typeof value === 'object' ? (value ?? {}) : {}) as Readonly<Record<string, unknown>>
  return {
    run: (typeof run === 'string' ? nearestOf(run, CHECK_RUNS) : undefined) ?? DEFAULT_RUN,
    preset: PRESETS.find(one => one === preset) ?? 'message',
  }
}

function nearestOf(word: string, known: readonly string[]): string | undefined {
  return known.includes(word) ? word : nearest(word, known)
}

/** Undefined if no kind has the name. */
export function checkKind({ run, preset }: KindName): CheckKind | undefined {
  return run === MESSAGE_RUN ? queryKind(preset) : PROBE_KINDS.get(run)
}

function probeKind(kind: RunKind): CheckKind {
  return { ...kind, plan: raw => probePlan(kind, raw) }
}

function probePlan(kind: RunKind, raw: Values): CheckPlan {
  const { expect, total, run } = kind.plan(raw)
  return {
    expected: expectedWords(expect),
    total,
    async run(target, hooks) {
      const { result, facts, analysis } = await run(target, hooks)
      return {
        judge: level => judgeResult(result, level),
        document: { result },
        probes: () => (facts.plan.summary ? undefined : probeRows(facts, analysis)),
      }
    },
  }
}
