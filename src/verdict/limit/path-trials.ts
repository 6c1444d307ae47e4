import type { TrialEvidence } from './limit.ts'
import type { LossCause } from './loss-causes.ts'

/** The trials of one size, and those of other sizes, which show what a limit counts. */
export interface PathTrials {
  readonly own: readonly TrialEvidence[]
  readonly failed: readonly TrialEvidence[]
  readonly others: readonly TrialEvidence[]
  /** Cause of most losses; undefined: there were hardly any. */
  readonly cause: LossCause | undefined
}
