import { describe, expect, test } from 'vitest'
import type { Result } from '../../../src/verdict/result.ts'
import { contradictionIn } from '../../../src/verdict/result-sums.ts'
import { createSuite } from '../../../src/verdict/suite/suite.ts'
import { suiteContradiction } from '../../../src/verdict/suite/suite-sums.ts'
import { RESULTS, savedResult } from '../report/result-files.ts'
import { SUITE } from '../report/suites.ts'

test.each(RESULTS)('%s is consistent', (_, result) => {
  expect(contradictionIn(result)).toBeUndefined()
})

const whole = savedResult('clients')
const messages = savedResult('messages')

function ledger(change: Partial<Result['ledger']>): Result {
  return { ...whole, ledger: { ...whole.ledger, ...change } }
}

describe('a contradiction is named', () => {
  test.each<readonly [string, Result, RegExp]>([
    ['fates', ledger({ fates: { ...whole.ledger.fates, late: 1 } }), /^ledger: its fates add up to/u],
    ['sent', ledger({ sent: whole.ledger.sent + 1 }), /^ledger: \d+ were sent/u],
    ['replies', ledger({ replies: 0 }), /^ledger: it has 0 replies/u],
    ['received', ledger({ received: 1 }), /^ledger: 1 datagrams were received/u],
    ['reordered', ledger({ reordered: 1e6 }), /^ledger: more replies were reordered/u],
    ['loss', { ...whole, loss: { ...whole.loss, count: whole.loss.count + 1 } }, /^ledger: its loss is/u],
    ['its ratio', { ...whole, loss: { ...whole.loss, ratio: 0.99 } }, /^ledger: its loss ratio/u],
    ['a direction', { ...whole, loss: { ...whole.loss, forward: 77 } }, /^ledger: its loss\.forward/u],
    ['a run of losses', { ...whole, loss: { ...whole.loss, longestRun: 1e6 } }, /^ledger: a run of losses/u],
    ['truncation', { ...whole, truncation: { count: 5, cutAt: [] } }, /^truncation: /u],
    ['refusals', { ...whole, refused: [{ error: 'EPERM', count: 1 }] }, /^refused: /u],
    ['clients', { ...whole, clients: whole.clients.slice(1) }, /^clients: their scheduled add up to/u],
    ['sizes', { ...whole, sizes: [] }, /^sizes: their scheduled add up to 0/u],
    ['a negative time', { ...whole, durationMs: -1 }, /^its duration is negative/u],
    ['messages', { ...messages, messages: (messages.messages ?? []).slice(1) }, /^messages: there are/u],
    [
      'a pass in spite of an expectation',
      { ...whole, verdict: 'pass', expectations: [{ expr: 'loss==0', actual: 1, passed: false }] },
      /^it passes, but the expectation loss==0 does not/u,
    ],
  ])('%s', (_, result, told) => {
    expect(contradictionIn(result)).toMatch(told)
  })

  test('delays that are not ascending, negative, or more than replies', () => {
    const { rtt } = whole
    if (rtt === undefined) throw new Error('the fixture has delays')
    const faults = [{ minMs: -1 }, { p50Ms: 0 }, { maxMs: 0 }, { meanMs: rtt.maxMs * 2 }, { count: 1e9 }, { count: 0 }]
    for (const fault of faults) expect(contradictionIn({ ...whole, rtt: { ...rtt, ...fault } })).toMatch(/delays/u)
  })
})

describe('a suite', () => {
  test('is consistent', () => expect(suiteContradiction(SUITE)).toBeUndefined())

  test.each([
    ['counts', { ...SUITE, passed: SUITE.passed + 1 }, /^passed is/u],
    ['verdict', { ...SUITE, verdict: 'pass' as const }, /^verdict is pass/u],
    ['ids', createSuite(SUITE, [...SUITE.checks, ...SUITE.checks]), /^two checks have the same id/u],
  ])('%s', (_, suite, told) => {
    expect(suiteContradiction(suite)).toMatch(told)
  })
})
