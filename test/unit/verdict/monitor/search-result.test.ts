import { describe, expect, test } from 'vitest'
import { searchFindings } from '../../../../src/verdict/monitor/search-result.ts'
import type { ResultMtu } from '../../../../src/verdict/result.ts'
import { savedResult } from '../../report/result-files.ts'

const MTU: ResultMtu = { method: 'dplpmtud', state: 'complete', hints: [], rounds: 1, restarts: 0 }

describe('the findings of a path MTU search', () => {
  test.each([true, false])('the path MTU, and whether there is a black hole: %s', blackHole => {
    expect(searchFindings({ interrupted: false, mtu: { ...MTU, path: 1400, payload: 1372, blackHole } })).toEqual({
      pathMtu: 1400,
      blackHole,
    })
  })

  test.each([
    ['nothing answered', {}, 'no path MTU: nothing answered'],
    // Fragmentation was not forbidden, so this is no path MTU.
    [
      'the engine dgram',
      { payload: 1372, method: 'fragments' },
      'no path MTU: up to 1372 bytes came back whole, possibly in fragments',
    ],
    // The server may be what stops larger ones.
    ['no proof', { payload: 1372, proof: 'none' }, 'no path MTU: up to 1372 bytes came back in one packet'],
  ] as const)('none: %s', (_, found, failure) => {
    expect(searchFindings({ interrupted: false, mtu: { ...MTU, ...found } })).toEqual({ failure })
  })
})

describe('the findings of a sweep', () => {
  test('the largest size that came back whole', () => {
    expect(searchFindings(savedResult('sweep'))).toEqual({ maxIntactSize: 1480 })
  })

  test('none: nothing came back whole', () => {
    const { sweep } = savedResult('sweep')
    if (sweep === undefined) throw new Error('the saved run is no sweep')
    const { maxIntactSize: _, ...nothing } = sweep
    expect(searchFindings({ interrupted: false, sweep: nothing })).toEqual({ failure: 'no size came back whole' })
  })
})

test('an interrupted search has no findings: it tested only some sizes', () => {
  const failure = 'it was interrupted'
  expect(searchFindings({ interrupted: true, mtu: { ...MTU, path: 1400 } })).toEqual({ failure })
  expect(searchFindings({ ...savedResult('sweep'), interrupted: true })).toEqual({ failure })
})
