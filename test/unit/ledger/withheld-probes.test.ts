import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { answered, crafted, silent, times, withTotals } from './crafted.ts'

const partial = (totals: Parameters<typeof withTotals>[0]) => {
  const { receipts } = withTotals(totals)
  return { receipts: { ...receipts, state: 'partial' } } as const
}
const fatesOf = (facts: RunFacts) => {
  const { tally } = analyzeRun(facts)
  const { lostServerPolicy, lostUnknown, lostForward } = tally.total.fates
  const sizes = [...tally.sizes.values()].map(({ fates }) => [fates.lostServerPolicy, fates.lostUnknown])
  return { lostServerPolicy, lostUnknown, lostForward, sizes }
}
/** 20 answered, 10 withheld by their states, and this many of unknown state. */
const run = (unlearned: number) => [
  ...times(20, answered()),
  ...times(10, silent('withheld')),
  ...times(unlearned, silent()),
]

describe('withheld probes in the totals without a state', () => {
  test('are those of unknown state', () => {
    const facts = crafted(run(30), { clients: [partial({ distinct: 60, answered: 20, withheld: 40 })] })
    expect(fatesOf(facts)).toMatchObject({ lostServerPolicy: 40, lostUnknown: 0 })
  })

  test('are no more than the totals count', () => {
    const facts = crafted(run(30), { clients: [partial({ distinct: 35, answered: 20, withheld: 15 })] })
    expect(fatesOf(facts)).toMatchObject({ lostServerPolicy: 15, lostUnknown: 25 })
  })

  test('do not include those that the receipts list as not received', () => {
    const rows = [...run(0), ...times(5, silent('notReceived'))]
    const facts = crafted(rows, { clients: [partial({ distinct: 45, answered: 20, withheld: 25 })] })
    expect(fatesOf(facts)).toMatchObject({ lostServerPolicy: 10, lostForward: 5 })
  })

  test('are not counted if the receipts are not believed', () => {
    const facts = crafted(run(30), { clients: [partial({ distinct: 5, answered: 5, withheld: 40 })] })
    expect(fatesOf(facts)).toMatchObject({ lostServerPolicy: 0 })
  })

  test('are attributed to a size only as far as the others leave no room', () => {
    const plan = { sizes: [128, 1400], interval: MILLISECOND }
    const rows = [...times(20, answered()), ...times(40, silent())]
    const all = crafted(rows, { plan, clients: [partial({ distinct: 60, answered: 20, withheld: 40 })] })
    expect(fatesOf(all).sizes).toEqual([
      [20, 0],
      [20, 0],
    ])
    const some = crafted(rows, { plan, clients: [partial({ distinct: 50, answered: 20, withheld: 30 })] })
    expect(fatesOf(some).sizes).toEqual([
      [10, 10],
      [10, 10],
    ])
  })
})
