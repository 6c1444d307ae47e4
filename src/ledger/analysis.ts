import type { RunFacts } from '../facts/run.ts'
import type { Fate } from './fate.ts'
import { judgeReceipts } from './judged-receipts.ts'
import { refine } from './refinement.ts'
import { rowFates } from './row-fates.ts'
import { RunFold } from './run-fold.ts'
import type { DropEvidence, ReceiptsKnown, RefiningRun } from './staged-run.ts'
import type { Tally } from './tally.ts'
import { addTotals } from './totals.ts'

/** What a run's facts say: fates with their evidence, and every metric. Give it to `verdict/probe-document.ts` to make the Result. */
export interface Analysis {
  readonly tally: Tally
  readonly drops: DropEvidence
  readonly receipts: ReceiptsKnown
  /** The fate of a row, so that as many rows have a fate as the ledger says; undefined where the row is not scheduled or not kept. */
  readonly fateOf: (row: number) => Fate | undefined
}

/** Analyzes a closed run. A pure function: the same facts give the same analysis. The fold is of these facts, and ends with it. */
export function analyzeRun(facts: RunFacts, fold: RunFold = new RunFold(facts)): Analysis {
  return freeze(refine(judgeReceipts(addTotals(fold.finish()))))
}

/** The last stage: nothing of the run changes any more. */
export function freeze(run: RefiningRun<'refined'>): Analysis {
  const { tally, drops, receipts } = run
  return { tally, drops, receipts, fateOf: rowFates(run) }
}
