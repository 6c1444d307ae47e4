import type { Address } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { ResultWarning } from '../result.ts'

/** Looks for one likely cause. A rule may name a cause, which a fate does not; it does not guess what was not observed. */
export type Rule = (facts: RunFacts, analysis: Analysis, target: Address) => ResultWarning | undefined
