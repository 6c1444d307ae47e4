import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { capPassageOf, passagesOf } from '../../../../src/ledger/limit/passages.ts'
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

describe('the cap of the server', () => {
  const told = [withTotals({ distinct: 3, answered: 2, withheld: 1 })]

  test('it drops what it withheld; what was lost before did not reach it', () => {
    const facts = crafted([answered(), silent('notReceived'), silent('withheld'), answered()], { clients: told })
    const cap = capPassageOf(facts, analyzeRun(facts))
    expect([...(cap?.passed ?? [])]).toEqual([1, 1, 0, 1])
    expect([...(cap?.packets ?? [])]).toEqual([1, 0, 1, 1])
    expect(cap?.bytes[1]).toBe(0)
    expect(times(cap?.entered)).toEqual([0, 10, 20, 30])
  })

  test('it has none without withheld replies', () => {
    const facts = crafted([answered(), silent('notReceived')], { clients: [withTotals({ distinct: 1, answered: 1 })] })
    expect(capPassageOf(facts, analyzeRun(facts))).toBeUndefined()
  })
})
