import { describe, expect, test } from 'vitest'
import { renderDiff } from '../../../../src/report/terminal/diff-table.ts'
import { diffSchema } from '../../../../src/schema/diff.ts'
import { compareRuns } from '../../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE, type ComparedMetric, type Diff } from '../../../../src/verdict/compare/diff.ts'
import { suiteOfDiff } from '../../../../src/verdict/compare/diff-suite.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { RATES, rateResult, trial } from '../../report/rate-results.ts'

function diff(a: Result, b: Result): Diff {
  return diffSchema.parse(compareRuns({ result: a }, { result: b }, TOLERANCE))
}

/** A search that ended at `pps` of 1200 bytes. */
function found(pps: number, kind: 'policer' | 'none' = 'policer'): Result {
  const limit = { kind, reason: 'x', evidence: {} }
  return rateResult({ pps, bitsPerSecond: pps * 9600, limit, trials: [trial(pps, pps)] })
}

function rateIn({ metrics }: Diff): ComparedMetric | undefined {
  return metrics.find(({ metric }) => metric === 'rate')
}

describe('two searches for the highest rate', () => {
  test.each([
    ['a lower rate is worse', found(1000), found(800), 'worse', undefined],
    ['a higher rate is better', found(800), found(1000), 'better', undefined],
    ['a fifth less is allowed', found(1200), found(1000), 'alike', undefined],
    ['that no rate held is worse', found(1000), RATES.unknown, 'worse', undefined],
    ['a search without a limit may have ended too early', found(1000), found(800, 'none'), 'cannotTell', 'bound'],
    ['and so may an interrupted one', found(1000), { ...RATES.interrupted }, 'cannotTell', 'bound'],
    ['a search that confirmed no rate has none to compare', found(1000), RATES.unconfirmed, 'cannotTell', 'missing'],
    ['a limit below what a search without one reached', found(1000, 'none'), found(800), 'worse', undefined],
  ] as const)('%s', (_, a, b, outcome, reason) => {
    const compared = diff(a, b)
    expect(rateIn(compared)?.outcome).toBe(outcome)
    expect(rateIn(compared)?.reason).toBe(reason)
    expect(compared.verdict).toBe(outcome === 'worse' ? 'fail' : 'pass')
  })

  test('the losses of overloads are not compared', () => {
    const { metrics } = diff(RATES.none, RATES.shaper)
    expect(metrics.map(({ metric }) => metric)).toEqual(['rate', 'truncated', 'corrupt', 'duplicates'])
  })

  test('another kind of limit is named, another length of the queue is not', () => {
    const limits = ({ differences }: Diff) => differences.filter(({ what }) => what === 'limit')
    expect(limits(diff(RATES.shaper, RATES.policer))).toEqual([
      { what: 'limit', a: 'a shaper from client to server', b: 'a policer from server to client' },
    ])
    const longer = structuredClone(RATES.shaper)
    Object.assign(longer.rate?.limit ?? {}, { queueMs: 51 })
    expect(limits(diff(RATES.shaper, longer))).toEqual([])
  })

  test('of several sizes, each has its row', () => {
    const compared = diff(RATES.shaper, RATES.sizes)
    const rates = compared.metrics.filter(({ metric }) => metric === 'rate')
    expect(rates.map(({ size, outcome, reason }) => [size, outcome, reason])).toEqual([
      [1200, 'alike', undefined],
      [64, 'cannotTell', 'missing'],
    ])
    const text = renderDiff(compared, { width: 120, color: false })
    expect(text).toMatch(/= {2}rate of 1200 B {2}10\.2 Mbit\/s \(.*≥ 8\.48 Mbit\/s {2}alike/u)
    expect(text).toContain('cannot tell: rate of 64 B')
  })

  test('the words and the formats name the least that is allowed', () => {
    const compared = diff(found(1000), found(500))
    expect(rateIn(compared)?.text).toBe(
      'the rate is 4.80 Mbit/s lower (9.60 Mbit/s → 4.80 Mbit/s): more than the 20% allowed',
    )
    const [check] = suiteOfDiff(compared, found(500)).checks
    expect(check).toMatchObject({ id: 'rate', verdict: 'fail', expected: 'at least 8 Mbit/s', observed: '4.80 Mbit/s' })
  })
})
