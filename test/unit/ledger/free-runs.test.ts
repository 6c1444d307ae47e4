import { describe, expect, test } from 'vitest'
import { FreeRuns } from '../../../src/ledger/free-runs.ts'

/** Runs of packets in order, each ended by a reordered one. */
function push(...lengths: number[]) {
  const runs = new FreeRuns()
  for (const length of lengths) {
    for (let n = 0; n < length; n++) runs.push(false)
    runs.push(true)
  }
  return runs
}

describe('FreeRuns (RFC 4737 section 4.6)', () => {
  test('36 packets in three runs of 11', () => {
    const { x, a, p, q } = push(11, 11, 11).result()
    expect({ x, a, p, q }).toEqual({ x: 3, a: 33, p: 36, q: 363 })
    expect(q / a / (a / x)).toBe(1)
  })

  test('36 packets in runs of 1, 1, 31', () => {
    const { x, a, p, q } = push(1, 1, 31).result()
    expect({ x, a, p, q }).toEqual({ x: 3, a: 33, p: 36, q: 963 })
    expect(q / a).toBeCloseTo(29.18, 2)
    expect(q / a / (a / x)).toBeCloseTo(2.65, 2)
  })

  test('the run still open is not in q', () => {
    const open = push(7)
    open.push(false)
    open.push(false)
    expect(open.result()).toEqual({ x: 1, a: 9, p: 10, q: 49 })
  })
})
