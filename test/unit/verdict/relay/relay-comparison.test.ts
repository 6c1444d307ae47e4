import { describe, expect, test } from 'vitest'
import type { DirectedAction } from '../../../../src/facts/action-log.ts'
import { createRelayTruth, type RelayTruth } from '../../../../src/facts/relay-truth.ts'
import { createRelayFacts } from '../../../../src/facts/relay.ts'
import { type ComparedCount, compareWithRelay } from '../../../../src/verdict/relay/relay-comparison.ts'
import type { Result, ResultLedger } from '../../../../src/verdict/result.ts'
import { savedResult } from '../../report/result-files.ts'

function truthOf(probes: readonly (readonly DirectedAction[])[], run = '0000000A'): RelayTruth {
  const runs = { [run]: Object.fromEntries(probes.map((actions, n) => [String(n), actions])) }
  return { ...createRelayTruth(createRelayFacts(), '1'), runs }
}

function resultOf(ledger: Partial<ResultLedger>): Result {
  const saved = savedResult('clean')
  const nothing = { replies: 0, received: 0, duplicates: 0, reordered: 0, foreign: 0, unidentified: 0 }
  return { ...saved, ledger: { scheduled: 0, sent: 0, ...nothing, fates: { intact: 0 }, ...ledger } }
}

/** By name: the relay's count, or `?`, and whether the ledger agrees. */
function compared(truth: RelayTruth, ledger: Partial<ResultLedger>): Record<string, readonly unknown[]> {
  const rows = compareWithRelay(truth, resultOf(ledger))
  return Object.fromEntries(rows.map(({ what, relay, ledger, equal }) => [what, [relay ?? '?', ledger, equal ?? '?']]))
}

test('no actions', () => {
  const rows = compareWithRelay(truthOf([]), resultOf({ scheduled: 10, fates: { intact: 9, late: 1 } }))
  expect(rows).toEqual<ComparedCount[]>([
    { what: 'whole', relay: 10, ledger: 10, equal: true },
    { what: 'lostUp', relay: 0, ledger: 0, equal: true },
    { what: 'lostDown', relay: 0, ledger: 0, equal: true },
    { what: 'cut', relay: 0, ledger: 0, equal: true },
    { what: 'corrupted', relay: 0, ledger: 0, equal: true },
    { what: 'copies', relay: 0, ledger: 0, equal: true },
  ])
})

describe('probes too small for a run number', () => {
  const small = (ledger: Partial<ResultLedger>, ...actions: readonly (readonly DirectedAction[])[]): unknown => {
    const others = { 'a client': Object.fromEntries(actions.map((list, n) => [`up ${n}`, list])) }
    const truth = { ...truthOf([]), others }
    const result = resultOf({ scheduled: 10, ...ledger })
    const rows = compareWithRelay(truth, { ...result, sizes: result.sizes.map(one => ({ ...one, size: 13 })) })
    return Object.fromEntries(rows.map(({ what, relay, equal }) => [what, [relay ?? '?', equal ?? '?']]))
  }

  test('are compared in sums', () => {
    expect(
      small(
        { fates: { intact: 7, lostUnknown: 3 }, duplicates: 1 },
        ['up:dropped'],
        ['down:dropped'],
        ['up:delayed', 'up:refused'],
        ['down:duplicated'],
      ),
    ).toEqual({ whole: [7, true], lost: [3, true], cut: [0, true], corrupted: [0, true], copies: [1, true] })
    expect(small({ fates: { intact: 8, lostUnknown: 2 } }, ['up:dropped'])).toMatchObject({
      whole: [9, false],
      lost: [1, false],
    })
  })

  test.each<[string, readonly (readonly DirectedAction[])[]]>([
    ['something was cut', [['down:truncated']]],
    ['something was flipped', [['up:corrupted']]],
    ['one was copied and lost', [['up:duplicated', 'up:dropped']]],
    ['a lost reply may be one of two', [['up:duplicated'], ['down:dropped']]],
  ])('are left open where %s', (_, actions) => {
    expect(small({ fates: { intact: 9, lostUnknown: 1 } }, ...actions)).toEqual({
      whole: ['?', '?'],
      lost: ['?', '?'],
      cut: ['?', '?'],
      corrupted: ['?', '?'],
      copies: ['?', '?'],
    })
  })
})

test('a flipped bit that made a probe one that nobody answers is left open', () => {
  const actions: DirectedAction[][] = [['up:corrupted'], ['up:corrupted'], ['up:dropped']]
  const rows = compared(truthOf(actions), { scheduled: 9, fates: { intact: 6, corrupt: 1, lostUnknown: 2 } })
  expect(rows).toMatchObject({ whole: [6, 6, true], lost: ['?', 2, '?'], corrupted: ['?', 1, '?'] })
  const wrong = compared(truthOf([['down:corrupted'], ['up:dropped']]), {
    scheduled: 9,
    fates: { intact: 7, lostUnknown: 2 },
  })
  expect(wrong).toMatchObject({ lost: [1, 2, false], corrupted: [1, 0, false] })
})

describe('the outcome of one probe’s actions', () => {
  const [whole, lostUp, lostDown, cut, corrupted] = ['whole', 'lostUp', 'lostDown', 'cut', 'corrupted'] as const
  test.each<
    [
      string,
      readonly DirectedAction[],
      typeof whole | typeof lostUp | typeof lostDown | typeof cut | typeof corrupted,
      number,
    ]
  >([
    ['delayed, in both directions', ['up:delayed', 'up:reordered', 'down:delayed'], whole, 0],
    ['lost by a rule', ['up:dropped'], lostUp, 0],
    ['lost in a queue', ['up:delayed', 'up:queueDropped'], lostUp, 0],
    ['refused by the kernel', ['up:refused'], lostUp, 0],
    ['abandoned', ['down:delayed', 'down:abandoned'], lostDown, 0],
    ['damaged, then lost in the same direction', ['up:corrupted', 'up:truncated', 'up:dropped'], lostUp, 0],
    ['damaged and lost from server to client', ['down:corrupted', 'down:dropped'], lostDown, 0],
    ['cut', ['up:truncated'], cut, 0],
    ['cut from server to client, and late', ['down:delayed', 'down:truncated'], cut, 0],
    ['flipped', ['down:corrupted'], corrupted, 0],
    ['copied', ['up:duplicated'], whole, 1],
    ['a copy that was lost', ['up:duplicated', 'up:dropped'], whole, 0],
    ['a copy and the original lost', ['up:dropped', 'up:duplicated', 'up:dropped'], lostUp, 0],
    ['copied in both directions', ['up:duplicated', 'down:duplicated', 'down:duplicated'], whole, 3],
    ['two answers, both lost', ['up:duplicated', 'down:dropped', 'down:dropped'], lostDown, 0],
    ['two answers, one copied, one lost', ['up:duplicated', 'down:duplicated', 'down:dropped'], whole, 1],
  ])('%s', (_, actions, expected, copies) => {
    const counts = { whole: 0, lostUp: 0, lostDown: 0, cut: 0, corrupted: 0, [expected]: 1 }
    const fates = {
      intact: counts.whole,
      lostForward: counts.lostUp,
      lostReturn: counts.lostDown,
      truncated: counts.cut,
      corrupt: counts.corrupted,
    }
    const rows = compareWithRelay(truthOf([actions]), resultOf({ scheduled: 1, fates, duplicates: copies }))
    expect(rows.filter(({ equal }) => equal !== true)).toEqual([])
  })
})

describe('what the record alone does not determine', () => {
  test('whether a damaged copy or its original came first', () => {
    const truth = truthOf([['up:duplicated', 'up:truncated'], ['up:dropped']])
    expect(compared(truth, { scheduled: 3, fates: { intact: 2, lostForward: 1 }, duplicates: 1 })).toEqual({
      whole: ['?', 2, '?'],
      lostUp: [1, 1, true],
      lostDown: [0, 0, true],
      cut: ['?', 0, '?'],
      corrupted: ['?', 0, '?'],
      copies: [1, 1, true],
    })
  })

  test('cut and flipped: which of both is visible', () => {
    const rows = compared(truthOf([['up:corrupted', 'down:truncated']]), {
      scheduled: 1,
      fates: { intact: 0, truncated: 1 },
    })
    expect(rows).toMatchObject({ whole: ['?', 0, '?'], cut: ['?', 1, '?'], corrupted: ['?', 0, '?'] })
  })

  test('damaged from client to server and lost from server to client: whether the server recognized it', () => {
    const truth = truthOf([['up:corrupted', 'down:dropped'], ['up:dropped']])
    const rows = compared(truth, { scheduled: 5, fates: { intact: 3, lostForward: 2 } })
    expect(rows).toMatchObject({ whole: [3, 3, true], lostUp: ['?', 2, '?'], lostDown: ['?', 0, '?'] })
  })

  test('without receipts: one row for both directions', () => {
    const truth = truthOf([['up:dropped'], ['up:dropped'], ['down:dropped']])
    const rows = compared(truth, { scheduled: 4, fates: { intact: 1, lostUnknown: 3 } })
    expect(rows).toMatchObject({ whole: [1, 1, true], lost: [3, 3, true] })
    expect(Object.keys(rows)).not.toContain('lostUp')
  })

  test('replies damaged beyond recognition: the ledger does not have their probes', () => {
    const truth = truthOf([['up:truncated'], ['up:dropped'], ['down:duplicated']])
    const rows = compared(truth, { scheduled: 4, fates: { intact: 2, lostUnknown: 2 }, unidentified: 1 })
    expect(rows).toEqual({
      whole: [2, 2, true],
      lost: ['?', 2, '?'],
      cut: ['?', 0, '?'],
      corrupted: ['?', 0, '?'],
      copies: ['?', 0, '?'],
    })
  })
})

test('a ledger that contradicts the record is detected, row by row', () => {
  const truth = truthOf([['up:dropped'], ['down:dropped'], ['down:truncated'], ['up:corrupted'], ['up:duplicated']])
  const rows = compared(truth, { scheduled: 10, fates: { intact: 10 } })
  expect(rows).toEqual({
    whole: [6, 10, false],
    lostUp: [1, 0, false],
    lostDown: [1, 0, false],
    cut: [1, 0, false],
    corrupted: [1, 0, false],
    copies: [1, 0, false],
  })
})

test('the runs of several clients add up', () => {
  const one = truthOf([['up:dropped']], '0000000A')
  const truth = { ...one, runs: { ...one.runs, ...truthOf([['up:dropped']], '0000000B').runs } }
  expect(compared(truth, { scheduled: 4, fates: { intact: 2, lostForward: 2 } })['lostUp']).toEqual([2, 2, true])
})
