import type { Target } from '../../base/target.ts'
import type { OptionRow, OptionTable } from '../../options/option.ts'
import type { ProbeRow } from '../../verdict/probe-row.ts'
import type { Judgement } from '../../verdict/suite/judged-result.ts'
import type { SuiteCheck } from '../../verdict/suite/suite.ts'
import type { Values } from '../file-options.ts'
import type { RoundHooks } from '../size-rounds.ts'

/** A run of a check that has ended. */
export interface CheckOutcome {
  readonly judge: (level: SuiteCheck['level']) => Judgement
  /** Its document, as a field of the check. */
  readonly document: Pick<SuiteCheck, 'result'> | Pick<SuiteCheck, 'query'>
  /** Its probes. Undefined if it did not keep them (`summary`), or has none. */
  readonly probes?: () => Iterable<ProbeRow> | undefined
}

/** What a check runs, which can run several times. */
export interface CheckPlan {
  /** Its expectations in words. */
  readonly expected: string
  /** Number of probes to schedule. Undefined if it depends on time or on the results. */
  readonly total?: number | undefined
  /** `target`: a server started for this run, used instead of the target in the options. */
  readonly run: (target: Target | undefined, hooks: RoundHooks) => Promise<CheckOutcome>
}

/** The type of a check's run, with its options as keys. */
export interface CheckKind {
  /** All its options. */
  readonly options: OptionTable & { readonly expect: OptionRow }
  /** Those whose keys are below the key `query`. */
  readonly nested?: OptionTable
  /** Groups of keys of which only one may be used. One in a check replaces the others in the defaults. */
  readonly exclusive: readonly (readonly string[])[]
  /** Parses raw options. Throws a `usage` error. */
  readonly plan: (raw: Values) => CheckPlan
}
