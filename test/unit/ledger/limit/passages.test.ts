import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { passagesOf } from '../../../../src/ledger/limit/passages.ts'
import { answered, crafted, silent, withTotals } from '../crafted.ts'

/** Probes that are too small for the server's evidence: the third is lost on the forward path, `alsoBack`: the fourth on the return path. */
function small(alsoBack: boolean): ReturnType<typeof passagesOf> {
  const late = answered({ arrived: 16 * MILLISECOND })
  const rows = [answered(), late, silent('notReceived'), alsoBack ? silent('answered') : answered()]
  const facts = crafted(rows, { plan: { sizes: [64] }, clients: [withTotals({ distinct: 3, answered: 3 })] })
  return passagesOf(facts, analyzeRun(facts))
}

const times = (values: Float64Array | undefined): number[] => Array.from(values ?? [], value => value / MILLISECOND)

describe('passages of probes without one-way times', () => {
  test('the round trips are the times of the only direction that loses datagrams', () => {
    const passages = small(false)
    expect([...(passages.forward?.passed ?? [])]).toEqual([1, 1, 0, 1])
    expect(times(passages.forward?.queued)).toEqual([0, 5, NaN, 0])
    expect(times(passages.return?.queued)).toEqual([NaN, NaN, NaN])
  })

  test('no times are known if both directions lose some: a queue may be in either', () => {
    const passages = small(true)
    expect([...(passages.return?.passed ?? [])]).toEqual([1, 1, 0])
    expect(times(passages.forward?.queued)).toEqual([NaN, NaN, NaN, NaN])
    expect(times(passages.return?.queued)).toEqual([NaN, NaN, NaN])
  })
})
