import type { RunFacts } from '../facts/run.ts'
import { countDirections } from './counted-directions.ts'
import type { Fate } from './fate.ts'
import { judgeReceipts } from './judged-receipts.ts'
import type { ReflectorEvidence } from './reflector-evidence.ts'
import { refine } from './refinement.ts'
import { rowFates } from './row-fates.ts'
import { RunFold } from './run-fold.ts'
import type { DropEvidence, ReceiptsKnown, RefiningRun } from './staged-run.ts'
import type { Tally } from './tally.ts'
import { addTotals } from './totals.ts'

/** The analysis of a run: fates with their evidence, and every metric. `verdict/probe-document.ts` makes the Result from it. */
export interface Analysis {
  readonly tally: Tally
  readonly drops: DropEvidence
  readonly receipts: ReceiptsKnown
  /** Only of a run of STAMP probes. */
  readonly reflector?: ReflectorEvidence
  /** The fate of a row; the numbers of rows by fate equal those of the ledger. Undefined if the row is not scheduled or not kept. */
  readonly fateOf: (row: number) => Fate | undefined
}

/** Analyzes a closed run. A pure function: the same facts give the same analysis. `fold` must be the fold of these facts; it ends here. */
export function analyzeRun(facts: RunFacts, fold: RunFold = new RunFold(facts)): Analysis {
  return freeze(refine(judgeReceipts(addTotals(fold.finish()))))
}

/** The last stage: nothing changes after it. */
export function freeze(run: RefiningRun<'refined'>): Analysis {
  const { facts, tally, drops, receipts } = run
  const { reflector } = tally.classifier.directions ?? countDirections(facts) ?? {}
  return { tally, drops, receipts, ...(reflector === undefined ? {} : { reflector }), fateOf: rowFates(run) }
}
