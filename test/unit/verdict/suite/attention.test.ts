import { describe, expect, test } from 'vitest'
import { attentionOf } from '../../../../src/verdict/suite/attention.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { answered, crafted, cut, refused, silent, times, withTotals } from '../../ledger/crafted.ts'
import { savedResult } from '../../report/result-files.ts'
import { resultOf } from '../context.ts'

function lossy(...expect: readonly string[]): Result {
  return resultOf(crafted([...times(25, answered()), ...times(75, silent())]), ...expect)
}

test('nothing if every probe came back whole', () => {
  expect(attentionOf(resultOf(crafted(times(9, answered()))))).toBeUndefined()
})

test('replies that are not whole, without expectations', () => {
  expect(attentionOf(lossy())).toBe('75% lost (no --expect)')
  const rows = [...times(6, answered()), cut(60), ...times(2, refused(90)), silent()]
  expect(attentionOf(resultOf(crafted(rows)))).toBe('10% lost, 10% damaged, 20% not sent (no --expect)')
})

test('groups without an expectation', () => {
  expect(attentionOf(lossy('rtt.min<1h'))).toBe('75% lost (no --expect covers it)')
  expect(attentionOf(lossy('loss<80%'))).toBeUndefined()
  expect(attentionOf(lossy('intact>=10%'))).toBeUndefined()
})

test('losses of a kind without an expectation', () => {
  expect(attentionOf(lossy('refused==0'))).toBe('75% lost (no --expect covers it)')
  expect(attentionOf(lossy('lostUnknown<80%'))).toBeUndefined()
  expect(attentionOf(lossy('loss.unknown<80%'))).toBeUndefined()
  const rows = [...times(20, answered()), ...times(60, silent('notReceived')), ...times(20, silent('answered'))]
  const facts = crafted(rows, { clients: [withTotals({ distinct: 40, drops: 0 })] })
  expect(attentionOf(resultOf(facts, 'unreachable==0'))).toBe('80% lost (no --expect covers it)')
  expect(attentionOf(resultOf(facts, 'loss.forward<70%'))).toBe('20% lost (no --expect covers it)')
  expect(attentionOf(resultOf(facts, 'lostReturn<70%'))).toBe('60% lost (no --expect covers it)')
  expect(attentionOf(resultOf(facts, 'lostReturn<70%', 'lostForward<70%'))).toBeUndefined()
})

test('nothing after a failure, which reports everything', () => {
  expect(attentionOf(lossy('loss<1%'))).toBeUndefined()
})

describe('a search', () => {
  const mtu = (change: Partial<NonNullable<Result['mtu']>>): Result => {
    const saved = savedResult('mtu')
    if (saved.mtu === undefined) throw new Error('no search')
    return { ...saved, verdict: 'pass', expectations: [], mtu: { ...saved.mtu, ...change } }
  }

  test('loses probes on purpose', () => {
    expect(attentionOf(mtu({ blackHole: false, state: 'complete' }))).toBeUndefined()
  })

  test('needs attention if packets vanish, or if it did not end', () => {
    expect(attentionOf(mtu({ blackHole: true, state: 'complete' }))).toBe('larger packets vanish without an error')
    expect(attentionOf(mtu({ state: 'interrupted' }))).toBe('not finished')
    const found = mtu({ state: 'complete', blackHole: false })
    if (found.mtu === undefined) throw new Error('no search')
    const { path: _, ...unknown } = found.mtu
    expect(attentionOf({ ...found, mtu: unknown })).toBe('the path MTU is unknown')
  })

  test('over sizes: if some were lost, not if our own kernel refuses them', () => {
    const saved = savedResult('sweep')
    expect(attentionOf(saved)).toBe('some sizes did not come back whole')
    const { sweep } = saved
    if (sweep === undefined) throw new Error('no sweep')
    const expecting = (expr: string): Result => ({ ...saved, expectations: [{ expr, actual: 0, passed: true }] })
    expect(attentionOf(expecting('duplicates==0'))).toBe('some sizes did not come back whole')
    expect(attentionOf(expecting('maxIntactSize>=1k'))).toBeUndefined()
    const cliffs = sweep.cliffs.map(cliff => ({ ...cliff, fate: 'refused' as const }))
    const refused = { intact: 300, refused: 100 }
    const ledger = { ...saved.ledger, scheduled: 400, fates: refused }
    expect(attentionOf({ ...saved, ledger, sweep: { ...sweep, cliffs } })).toBeUndefined()
  })

  test('over sizes: if losses do not depend on the size, and so make no edge and no hole', () => {
    const saved = savedResult('sweep')
    const { sweep } = saved
    if (sweep === undefined) throw new Error('no sweep')
    const ledger = { ...saved.ledger, scheduled: 400, fates: { intact: 200, lostForward: 200 } }
    expect(attentionOf({ ...saved, ledger, sweep: { ...sweep, cliffs: [], unsure: [] } })).toBe(
      '50% lost (no --expect)',
    )
  })
})
