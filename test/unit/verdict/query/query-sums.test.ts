import { describe, expect, test } from 'vitest'
import type { QueryDocument } from '../../../../src/verdict/query/query-document.ts'
import { queryContradiction } from '../../../../src/verdict/query/query-sums.ts'
import { suiteContradiction } from '../../../../src/verdict/suite/suite-sums.ts'
import { suiteOfQuery } from '../../../../src/verdict/suite/suite-of-one.ts'
import { answeredBy, dnsAnswer, facts, judged, MESSAGE, request } from './facts.ts'
import { QUERIES } from './queries.ts'

test.each(QUERIES)('%s does not contradict itself', (_, document) => {
  expect(queryContradiction(document)).toBeUndefined()
  expect(suiteContradiction(suiteOfQuery(document))).toBeUndefined()
})

describe('a changed document', () => {
  const whole = judged(facts([answeredBy(dnsAnswer()), request({ question: 1 })]), ['dns.rcode==NOERROR'])
  const { rttMs, reply } = whole
  test.each<[string, Partial<QueryDocument>]>([
    ['its fates add up to 1, but there were 2 requests', { ledger: { ...whole.ledger, fates: { answered: 1 } } }],
    ['it lists 1 of 2 requests', { requests: whole.requests.slice(1) }],
    ['1 were sent of 2, 0 of them refused', { ledger: { ...whole.ledger, sent: 1 } }],
    ['1 requests are answered, but the ledger has 2', { ledger: { ...whole.ledger, fates: { answered: 2 } } }],
    ['it has 2 answers, but its fates have 1', { arrivals: { ...whole.arrivals, answers: 2 } }],
    [
      'an address sent more answers than datagrams',
      { foreignSources: [{ from: '192.0.2.9:53', count: 1, answers: 2 }] },
    ],
    [
      'more foreign datagrams are listed than came',
      { foreignSources: [{ from: '192.0.2.9:53', count: 1, answers: 0 }] },
    ],
    [
      '2 questions have an answer, but its requests answer 1',
      reply === undefined ? {} : { reply: { ...reply, count: 2 } },
    ],
    ['its reply is not as long as it says', reply === undefined ? {} : { reply: { ...reply, length: 5 } }],
    ['rttMs is not the longest round trip of its requests', { rttMs: (rttMs ?? 0) + 1 }],
    ['sip is not of its service', { sip: { status: 200, reason: 'OK' } }],
    ['dns is not of its service', { service: 'message' }],
    ['its duration is negative', { durationMs: -1 }],
    ['it fails without a reason', { verdict: 'fail' }],
    ['it passes, but has the reason of a failure', { reason: 'no answer' }],
    [
      'it passes, but the expectation dns.aa does not',
      { expectations: [...whole.expectations, { expr: 'dns.aa', passed: false }] },
    ],
  ])('%s', (fault, change) => {
    const changed = { ...whole, ...change }
    expect(queryContradiction(changed)).toBe(fault)
    const [check] = suiteOfQuery(changed).checks
    const suite = suiteOfQuery(whole)
    expect(
      suiteContradiction({
        ...suite,
        checks: suite.checks.map(one => ({ ...one, ...check, verdict: 'pass' as const })),
      }),
    ).toBe(`check query: ${fault}`)
  })

  test.each([
    ['without an answer', facts([request()]), 'reply!=X'],
    ['without an answer', facts([request()]), 'rtt<1s'],
    ['an answer', facts([answeredBy(MESSAGE)]), 'noReply'],
    ['a datagram that answers nothing', facts([request()], { unmatched: 1 }), 'noReply'],
    ['a datagram of another address', facts([request()], { foreign: 1 }), 'silent'],
    ['a request that was not sent', facts([request({ fate: 'refused', error: 'EPERM' })]), 'noReply'],
    ['an ICMP error', facts([request({ fate: 'unreachable', error: 'ECONNREFUSED' })]), 'silent'],
    ['an interrupted run', facts([request({ fate: 'unfinished' })], { interrupted: true }), 'silent'],
  ])('%s: %s', (_, of, expr) => {
    const { reason: _reason, ...failed } = judged(of, [expr])
    expect(failed.expectations).toMatchObject([{ expr, passed: false }])
    const changed: QueryDocument = { ...failed, verdict: 'pass', expectations: [{ expr, passed: true }] }
    expect(queryContradiction(changed)).toBe(`the expectation ${expr} passes, but what was observed does not prove it`)
  })

  test('an answer without its figures', () => {
    const message = judged(facts([answeredBy(MESSAGE)]))
    expect(queryContradiction({ ...message, service: 'dns' })).toBe('dns is missing')
  })

  test('without expectations it needs an answer, and no kiss code', () => {
    const silent = judged(facts([request()]), ['noReply'])
    expect(queryContradiction({ ...silent, expectations: [] })).toBe('it passes, but no answer came in time')
    const kissed = judged(facts([answeredBy({ ...KISS })]), ['ntp.kiss'])
    expect(queryContradiction({ ...kissed, expectations: [] })).toBe('it passes with a kiss code')
  })

  test('a check cannot pass if its query fails', () => {
    const failed = suiteOfQuery(judged(facts([request()])))
    const checks = failed.checks.map(check => ({ ...check, verdict: 'pass' as const }))
    expect(suiteContradiction({ ...failed, checks, passed: 1, failed: 0, verdict: 'pass' })).toBe(
      'check query: it passes, but its query fails',
    )
  })
})

const KISS = {
  service: 'ntp',
  version: 4,
  leap: 'unknown',
  stratum: 0,
  kiss: 'DENY',
  precision: 0,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: 'DENY',
} as const
