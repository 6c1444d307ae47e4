import type { RunFacts } from '../../../src/facts/run.ts'
import { probeRows } from '../../../src/runs/send/probe-rows.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import type { ProbeRow } from '../../../src/verdict/probe-row.ts'
import type { Result, ResultLedger, ResultLoss } from '../../../src/verdict/result.ts'
import { CONTEXT } from '../verdict/context.ts'

/** The part of a Result, and of the list of a run’s probes, that the network’s record determines too. */
export interface Reported {
  readonly receipts: Result['evidence']['receipts']
  readonly ledger: ResultLedger
  readonly loss: Pick<ResultLoss, 'count' | 'forward' | 'return' | 'unknown' | 'longestRun' | 'outages'>
  readonly truncation: Result['truncation']
  readonly corruption: Result['corruption']
  readonly maxExtent: number
  readonly clients: readonly { readonly ledger: ResultLedger; readonly lost: number; readonly longestRun: number }[]
  readonly rows: readonly Pick<ProbeRow, 'client' | 'seq' | 'fate' | 'copies' | 'cutAt' | 'side'>[]
}

export function reportedOf(facts: RunFacts): Reported {
  const analysis = analyzeRun(facts)
  const { evidence, ledger, loss, truncation, corruption, reordering, clients } = createResult(
    facts,
    analysis,
    [],
    CONTEXT,
  )
  return {
    receipts: evidence.receipts,
    ledger,
    loss: {
      count: loss.count,
      forward: loss.forward,
      return: loss.return,
      unknown: loss.unknown,
      longestRun: loss.longestRun,
      outages: loss.outages,
    },
    truncation,
    corruption,
    maxExtent: reordering.maxExtent,
    clients: clients.map(client => ({
      ledger: client.ledger,
      lost: client.loss.count,
      longestRun: client.loss.longestRun,
    })),
    rows: [...probeRows(facts, analysis)].map(({ client, seq, fate, copies, cutAt, side }) => {
      return { client, seq, fate, copies, cutAt, side }
    }),
  }
}
