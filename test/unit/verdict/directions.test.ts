import { describe, expect, test } from 'vitest'
import type { Result } from '../../../src/verdict/result.ts'
import { silent, times, unreachable } from '../ledger/crafted.ts'
import { irttRun, protocolResult, SOME_LOST, stampRun, type ProtocolRun } from './protocol-runs.ts'

/** The run with this many of its losses moved in each direction, as counts do it. */
function located(run: ProtocolRun, lostForward: number, lostReturn: number): ProtocolRun {
  return { ...run, moved: { lostForward, lostReturn } }
}

function expectation(run: ProtocolRun, expr: string): Result['expectations'][number] | undefined {
  return protocolResult(run, expr).expectations[0]
}

describe('losses have a direction', () => {
  test.each(['stateful', 'direct'] as const)('of a reflector that counts (%s)', kind => {
    const { loss } = protocolResult(located(stampRun(SOME_LOST, {}, {}, { kind }), 3, 1))
    expect(loss).toMatchObject({ count: 4, forward: 3, return: 1, unknown: 0 })
    const result = protocolResult(located(stampRun(SOME_LOST, {}, {}, { kind }), 3, 0))
    expect(result.loss).toMatchObject({ forward: 3, unknown: 1 })
    // The unknown one may be lost on the return path.
    expect(result.loss.return).toBeUndefined()
  })

  test('of an irtt server that reports', () => {
    const { loss } = protocolResult(located(irttRun(SOME_LOST, {}, { stats: 'window' }), 4, 0))
    expect(loss).toMatchObject({ forward: 4, return: 0 })
  })

  test('if there are none, whatever the reflector is', () => {
    const { loss } = protocolResult(stampRun(undefined, {}, {}, { kind: 'stateless' }))
    expect(loss).toMatchObject({ count: 0, forward: 0, return: 0 })
  })
})

describe('losses have no direction', () => {
  const runs: readonly (readonly [string, ProtocolRun, string])[] = [
    [
      'of a stateless reflector',
      stampRun(SOME_LOST, {}, {}, { kind: 'stateless' }),
      'the reflector is stateless: it does not count probes, so the direction of losses is unknown',
    ],
    [
      'of a reflector that is not proved to count',
      stampRun(SOME_LOST, {}, {}, { kind: 'unproved' }),
      'the reflector is not proved to count probes: too few copies of a probe were answered, so the direction of losses is unknown',
    ],
    [
      'of an irtt session without reports',
      irttRun(SOME_LOST, {}, { stats: 'none' }),
      'the irtt server does not report what it received, so the direction of losses is unknown',
    ],
    [
      'of an irtt session that was not opened',
      irttRun([silent()], { opened: false, granted: undefined } as never),
      'the irtt server does not report what it received, so the direction of losses is unknown',
    ],
  ]
  test.each(runs)('%s', (_, run, reason) => {
    const { loss } = protocolResult(run)
    expect([loss.forward, loss.return]).toEqual([undefined, undefined])
    for (const expr of ['loss.forward<1', 'lostReturn<1']) {
      expect(expectation(run, expr)).toMatchObject({ passed: false, reason })
    }
  })
})

test('an expectation about a direction counts what has none against it', () => {
  const run = located(stampRun(SOME_LOST), 3, 0)
  expect(expectation(run, 'loss.forward==3')).toMatchObject({ passed: false, actual: 3 })
  expect(expectation(run, 'loss.forward<=4')).toMatchObject({ passed: true })
  expect(expectation(located(stampRun(SOME_LOST), 0, 4), 'loss.forward==0')).toMatchObject({ passed: true, actual: 0 })
  expect(expectation(stampRun(), 'loss.forward==0')).toMatchObject({ passed: true, actual: 0 })
})

test('what only receipts prove fails with that reason', () => {
  const reason = 'only receipts of a udptool echo server prove it, and this protocol has none'
  for (const metric of ['lostServerBuffer', 'lostServerPolicy'])
    expect(expectation(stampRun(SOME_LOST), `${metric}==0`)).toMatchObject({ passed: false, reason })
})

test('probes that an ICMP error came back for need no direction', () => {
  const run = stampRun(
    [...times(5, unreachable()), ...SOME_LOST.filter(row => row.outcome === 2)],
    {},
    {},
    { kind: 'unproved' },
  )
  run.facts.icmp.push({ errno: 111 })
  expect(protocolResult(run).loss).toMatchObject({ count: 5, forward: 0 })
})
