import type { RelayTruth } from '../../facts/relay-truth.ts'
import type { Result } from '../result.ts'
import type { ComparedCount } from './relay-comparison.ts'

/** Both records of one run. */
export interface SelfReport {
  readonly schema: 'udptool/relay-self/1'
  readonly command: 'relay'
  readonly seed: string
  readonly truth: RelayTruth
  readonly result: Result
  readonly comparison: readonly ComparedCount[]
  /** `fail` if a count of the relay differs from the ledger. */
  readonly verdict: 'pass' | 'fail'
}
