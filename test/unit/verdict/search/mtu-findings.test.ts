import { describe, expect, test } from 'vitest'
import { parseExpectation } from '../../../../src/verdict/expect/expectation.ts'
import { mtuExpectations, mtuFindings, type MtuSearchEnd } from '../../../../src/verdict/search/mtu-findings.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { answered, crafted, silent, withTotals, unreachable, type CraftedRow } from '../../ledger/crafted.ts'
import { resultOf } from '../context.ts'

const END: MtuSearchEnd = {
  confirmed: 1400,
  complete: true,
  limit: 'silence',
  restarts: 0,
  rounds: 6,
  delivered: undefined,
  inFragments: undefined,
}

/** A search in which 1372 bytes passed, with this outcome of 1373. */
function result(above: CraftedRow, options: Result['options'] = { df: 'probe' }, ...expect: readonly string[]): Result {
  const facts = crafted([answered(), above], { plan: { sizes: [1372, 1373] }, clients: [withTotals({ distinct: 2 })] })
  facts.icmp.push({ errno: 90, mtu: 1400, reporter: '10.0.0.1' }, { errno: 90, mtu: 1300, reporter: '10.0.0.9' })
  return { ...resultOf(facts, ...expect), options }
}

describe('the path MTU', () => {
  test('no answers mean a black hole; receipts prove its side', () => {
    expect(mtuFindings(result(silent('notReceived')), END, [])).toEqual({
      path: 1400,
      payload: 1372,
      blackHole: true,
      forward: 1400,
      method: 'dplpmtud',
      state: 'complete',
      limit: 'silence',
      proof: 'receipts',
      hints: [],
      rounds: 6,
      restarts: 0,
    })
  })

  test('without receipts there is no direction, and the path is proved only if the same size is answered in fragments', () => {
    const mtu = mtuFindings(result(silent()), { ...END, inFragments: true }, [])
    expect(mtu).toMatchObject({ path: 1400, blackHole: true, proof: 'fragments' })
    expect(mtu).not.toHaveProperty('forward')
  })

  test('a server that may ignore larger datagrams proves nothing about the path', () => {
    const mtu = mtuFindings(result(silent()), { ...END, inFragments: false }, [4000])
    expect(mtu).toMatchObject({ payload: 1372, state: 'complete', limit: 'silence', proof: 'none' })
    for (const name of ['path', 'blackHole', 'forward', 'return', 'datagrams']) expect(mtu).not.toHaveProperty(name)
  })

  test('with a router error there is no black hole, and its MTU is trusted if the search ended there', () => {
    const mtu = mtuFindings(result(unreachable(0)), { ...END, limit: 'icmp' }, [])
    expect(mtu).toMatchObject({ blackHole: false, forward: 1400, proof: 'icmp' })
    expect(mtu.hints).toEqual([{ mtu: 1400, reporter: '10.0.0.1', believed: true }])
    const lie = mtuFindings(result(unreachable(1)), { ...END, limit: 'icmp' }, [])
    expect(lie.hints).toEqual([{ mtu: 1300, reporter: '10.0.0.9', believed: false }])
  })

  test('a return path with a smaller MTU', () => {
    expect(mtuFindings(result(silent('answered')), { ...END, delivered: 1500 }, [])).toMatchObject({
      path: 1400,
      forward: 1500,
      return: 1400,
    })
  })

  test('without DF nothing is claimed about the path', () => {
    const mtu = mtuFindings(result(silent('notReceived'), {}), END, [4000])
    expect(mtu).toMatchObject({ payload: 1372, method: 'fragments' })
    for (const name of ['path', 'blackHole', 'forward', 'return', 'datagrams']) expect(mtu).not.toHaveProperty(name)
  })

  test('nothing acknowledged', () => {
    const mtu = mtuFindings(result(silent()), { ...END, confirmed: 0, complete: false }, [])
    expect(mtu).toMatchObject({ state: 'disabled' })
    for (const name of ['path', 'payload', 'blackHole', 'limit']) expect(mtu).not.toHaveProperty(name)
  })

  test('an interrupted search claims only acknowledged sizes', () => {
    const mtu = mtuFindings(result(silent('notReceived')), { ...END, complete: false }, [4000])
    expect(mtu).toMatchObject({ payload: 1372, state: 'interrupted' })
    for (const name of ['path', 'blackHole', 'limit', 'forward', 'datagrams']) expect(mtu).not.toHaveProperty(name)
  })

  test('the number of packets of the given sizes', () => {
    expect(mtuFindings(result(silent('notReceived')), END, [1372, 1373, 4000]).datagrams).toEqual([
      { size: 1372, packets: 1 },
      { size: 1373, packets: 2 },
      // 4008 bytes with the UDP header: 1376, 1376 and 1256.
      { size: 4000, packets: 3 },
    ])
  })
})

describe('expectations about the MTU', () => {
  const texts = ['mtu>=1400', 'mtu>=1500', 'intact>=1']
  const expectations = texts.map(parseExpectation)

  test('are evaluated with the result; others stay unchanged', () => {
    const run = result(silent('notReceived'), { df: 'probe' }, ...texts)
    expect(mtuExpectations(run, expectations, mtuFindings(run, END, []))).toEqual([
      { expr: 'mtu>=1400', actual: 1400, passed: true },
      { expr: 'mtu>=1500', actual: 1400, passed: false },
      { expr: 'intact>=1', actual: 1, passed: true },
    ])
  })

  test('an acknowledged size is a lower bound if the limit of the path is not proved', () => {
    const run = result(silent(), { df: 'probe' }, ...texts)
    const mtu = mtuFindings(run, { ...END, inFragments: false }, [])
    const reason = 'packets of 1400 bytes pass; whether the path or the server stops larger ones is unknown'
    expect(mtuExpectations(run, expectations, mtu)).toEqual([
      { expr: 'mtu>=1400', actual: 1400, passed: true },
      { expr: 'mtu>=1500', passed: false, reason },
      { expr: 'intact>=1', actual: 1, passed: true },
    ])
  })

  test('fail with the reason if nothing was found', () => {
    const run = result(silent('notReceived'), {}, ...texts)
    const [first] = mtuExpectations(run, expectations, mtuFindings(run, END, []))
    expect(first).toMatchObject({ passed: false, reason: expect.stringContaining('--engine kernel') })
  })
})
