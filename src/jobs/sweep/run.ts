import { analyzeRun } from '../../ledger/analysis.ts'
import { sizesBetween } from '../../machines/size-refinement.ts'
import { createResult } from '../../verdict/probe-document.ts'
import type { Result } from '../../verdict/result.ts'
import { isWhole, sweepFindings, triedSizes } from '../../verdict/search/sweep-findings.ts'
import { withFindings } from '../../verdict/search/with-findings.ts'
import type { SendRun } from '../../runs/send/run.ts'
import { SizeRounds, type RoundHooks } from '../size-rounds.ts'
import { withControls, type SweepPlan } from './plan.ts'

/** Limit for the rounds of an automatic sweep. Eight narrow a gap of 65 507 bytes to one, with seven sizes each. The rest is for noise. */
const MOST_ROUNDS = 12

/** Sweeps sizes. Rejects with a UdptoolError if it cannot start. Lost datagrams are never an error. */
export async function runSweep(plan: SweepPlan, hooks: RoundHooks = {}): Promise<SendRun> {
  const rounds = await SizeRounds.open(plan.send, hooks)
  try {
    let sizes = plan.sizes
    for (;;) {
      await rounds.run(withControls(sizes, plan.control), plan.count)
      const run = finish(plan, rounds)
      const most = plan.refines && !rounds.interrupted ? MOST_ROUNDS : 1
      sizes = rounds.count < most ? sizesToTry(run.result, plan.control) : []
      if (sizes.length === 0) return run
    }
  } finally {
    await rounds.close()
  }
}

/** Sizes between adjacent ones with different results. Empty if nothing comes back whole, because then there is no limit to find. */
function sizesToTry({ sizes, sweep }: Result, control: number): number[] {
  if (sweep?.maxIntactSize === undefined) return []
  const tried = new Map(sizes.map(one => [one.size, isWhole(one)]))
  return sizesBetween(tried).filter(size => size !== control)
}

function finish(plan: SweepPlan, rounds: SizeRounds): SendRun {
  const { facts } = rounds
  const analysis = analyzeRun(facts)
  const context = rounds.context('sweep', { sizes: plan.refines ? 'auto' : plan.sizes, count: plan.count })
  const result = createResult(facts, analysis, plan.send.expectations, context)
  const sweep = sweepFindings(result, plan.control, rounds.count)
  return { result: withFindings(result, { sweep, sizes: triedSizes(result, plan.control) }), facts, analysis }
}
