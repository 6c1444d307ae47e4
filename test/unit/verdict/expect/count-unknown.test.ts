import { describe, expect, test } from 'vitest'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { unknownOf } from '../../../../src/verdict/expect/count-unknown.ts'
import { METRICS } from '../../../../src/verdict/expect/metrics.ts'
import { answered, crafted, cut, refused, silent, times, withTotals, unreachable, wrong } from '../../ledger/crafted.ts'

function most(facts: RunFacts): Record<string, number> {
  const analysis = analyzeRun(facts)
  const entries = [...METRICS.keys()].map(metric => [metric, unknownOf(metric, facts, analysis)?.most ?? 0] as const)
  return Object.fromEntries(entries.filter(([, count]) => count > 0))
}

const WHOLE = { 'loss.forward': 15, 'loss.return': 15, lostForward: 15, lostReturn: 15, lostServerPolicy: 15 }

test('nothing is unknown if every probe was answered', () => {
  const rows = [...times(7, answered()), cut(60), wrong(70), refused(90)]
  expect(most(crafted(rows, { clients: [withTotals({ distinct: 10 })] }))).toEqual({})
})

test('a loss without evidence may have every fate that needs evidence', () => {
  const rows = [...times(5, answered()), ...times(15, silent())]
  expect(most(crafted(rows))).toEqual({ ...WHOLE, lostServerBuffer: 15, lostClientBuffer: 15, unreachable: 15 })
})

describe('a buffer may have dropped as many as its counter allows', () => {
  const rows = [...times(5, answered()), ...times(4, silent('notReceived')), ...times(3, silent('answered'))]

  test('at most the losses on its side', () => {
    const facts = crafted(rows, { clients: [withTotals({ distinct: 8 })] })
    expect(most(facts)).toMatchObject({ lostServerBuffer: 4, lostClientBuffer: 3 })
  })

  test('none if the counters did not change', () => {
    const totals = withTotals({ distinct: 8, drops: 0 })
    const facts = crafted(rows, { clients: [{ ...totals, dropsBefore: 7, dropsAfter: 7 }] })
    expect(most(facts)).toEqual({})
  })

  test('the value of the counter if copies make it doubtful', () => {
    const totals = withTotals({ distinct: 8, copies: 1, drops: 2 })
    expect(most(crafted(rows, { clients: [totals] }))).toMatchObject({ lostServerBuffer: 2 })
  })
})

describe('an unidentified datagram', () => {
  test('may be the reply to a lost probe', () => {
    const facts = crafted([...times(5, answered()), ...times(3, silent())], { clients: [{ unidentified: 2 }] })
    expect(most(facts)).toMatchObject({ intact: 2, late: 2, truncated: 2, corrupt: 2, replies: 2, duplicates: 2 })
  })

  test('may reduce the losses', () => {
    const facts = crafted([...times(5, answered()), ...times(5, silent())], { clients: [{ unidentified: 2 }] })
    const analysis = analyzeRun(facts)
    for (const metric of ['loss', 'loss.unknown', 'lostUnknown'])
      expect(unknownOf(metric, facts, analysis)).toEqual({ most: 0, fewer: 2, what: '2 unidentified may be replies' })
    // Two replies split a run of five into runs of one.
    expect(unknownOf('longestRun', facts, analysis)?.fewer).toBe(4)
  })

  test('does not reduce losses before the server', () => {
    const rows = [...times(5, answered()), ...times(3, silent('notReceived'))]
    const facts = crafted(rows, { clients: [{ ...withTotals({ distinct: 5 }), unidentified: 2 }] })
    expect(unknownOf('loss', facts, analyzeRun(facts))).toBeUndefined()
  })

  test('means nothing if every probe has a reply', () => {
    const facts = crafted(times(5, answered()), { clients: [{ unidentified: 2 }] })
    expect(most(facts)).toEqual({ duplicates: 2, foreign: 2, reordered: 2 })
  })
})

test('ICMP errors that the engine cannot see may exist for any loss', () => {
  const facts = crafted([answered(), silent('notReceived'), silent('answered'), unreachable()], {
    clients: [withTotals({ distinct: 2 })],
  })
  expect(most(facts)['unreachable']).toBeUndefined()
  facts.engine = { ...facts.engine, icmp: 'none' }
  expect(most(facts)['unreachable']).toBe(2)
})

test('a reply without a proved sequence may have overtaken another', () => {
  const tiny = crafted(times(4, answered()), { plan: { sizes: [8] } })
  expect(most(tiny)).toEqual({ reordered: 4 })
})
