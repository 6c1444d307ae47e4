import type { Address } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { ResultWarning } from '../result.ts'

/** Looks for one thing that the figures suggest. A rule may blame, where a fate may not; what nobody observed it does not guess. */
export type Rule = (facts: RunFacts, analysis: Analysis, target: Address) => ResultWarning | undefined
