import { refineClientBuffers } from './client-buffers.ts'
import { doubtDirections, doubtSendQueue } from './doubtful-directions.ts'
import { countMixedLosses } from './mixed-losses.ts'
import { refineServerBuffer } from './server-buffer.ts'
import type { RefiningRun } from './staged-run.ts'
import { countWithheld } from './withheld-probes.ts'

/**
 * Applies evidence about numbers instead of single datagrams (docs/ledger.md, Evidence): the numbers of another protocol's peer, unidentified
 * replies, damaged probes, and the counters of both ends. Counters are bounds: they move a loss only if nothing else explains them.
 */
export function refine(run: RefiningRun<'judged'>): RefiningRun<'refined'> {
  return doubtSendQueue(refineClientBuffers(refineServerBuffer(doubtDirections(countWithheld(countMixedLosses(run))))))
}
