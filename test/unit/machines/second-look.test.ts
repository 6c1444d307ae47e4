import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { simulate } from '../../simulation/simulate.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { networkOf, probePlan, responderPlan } from './plans.ts'

/** Half the probes reach the server only after their receipts were requested; no reply comes back. */
function heldUp(seed: number): ReturnType<typeof simulate> {
  return simulate({
    probe: { ...probePlan({ count: 20, timeout: 100 * MILLISECOND }), linger: SECOND },
    respond: responderPlan(),
    network: networkOf({
      seed,
      up: [{ rule: 'reorder', ratio: 0.5, delay: 400 * MILLISECOND }],
      down: [{ rule: 'dropEvery', every: 2 }],
    }),
  })
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a probe that reaches the server while the ledger lingers was not lost from client to server (seed %i)',
  seed => {
    const { facts, truth } = heldUp(seed)
    const reached = [...(truth.clients[0]?.up.records.values() ?? [])].flat().filter(leg => leg.fate === 'delivered')
    expect(reached.length).toBe(20)
    const { fates } = analyzeRun(facts).tally.total
    expect(fates.lostForward).toBe(0)
    expect(fates.lostReturn).toBeGreaterThan(0)
    expect(fates.lostReturn + fates.intact + fates.late).toBe(20)
  },
)
