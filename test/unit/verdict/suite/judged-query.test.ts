import { describe, expect, test } from 'vitest'
import { expectedOfQuery, judgeQuery } from '../../../../src/verdict/suite/judged-query.ts'
import { suiteOfQuery } from '../../../../src/verdict/suite/suite-of-one.ts'
import { answeredBy, dnsAnswer, facts, judged, MESSAGE, ntpAnswer, request } from '../query/facts.ts'
import { QUERIES } from '../query/queries.ts'

test.each(QUERIES)('%s is a suite of one check', (_, document) => {
  const suite = suiteOfQuery(document)
  expect(suite.checks).toHaveLength(1)
  expect(suite.checks[0]).toMatchObject({
    verdict: document.interrupted ? 'skipped' : document.verdict,
    query: document,
    attempts: 1,
  })
  expect(suite.verdict).toBe(document.interrupted ? 'error' : document.verdict)
})

test('a failure has its reason, and does not fail a suite at the level warn', () => {
  const document = judged(facts([request({ fate: 'unreachable', error: 'ECONNREFUSED' })]))
  const reason =
    'nothing listens on 192.0.2.7:53 (ICMP: port unreachable): start the service there, or correct the port'
  expect(judgeQuery(document, 'error')).toEqual({
    expected: 'an answer in time',
    observed: '0 of 1 requests answered, 1 unreachable',
    verdict: 'fail',
    reason,
  })
  expect(judgeQuery(document, 'warn')).toMatchObject({ verdict: 'warn', reason })
})

test('a pass has what the answer says', () => {
  expect(judgeQuery(judged(facts([answeredBy(dnsAnswer())]), ['dns.answers==1', 'rtt<1s']), 'error')).toEqual({
    expected: 'dns.answers==1, rtt<1s',
    observed: expect.stringMatching(/^1 of 1 requests answered, NOERROR, 1 .*2 ms$/u) as string,
    verdict: 'pass',
  })
  expect(expectedOfQuery([])).toBe('an answer in time')
})

describe('a pass that needs attention', () => {
  const [refusing, unsynchronized] = [dnsAnswer({ rcode: 'SERVFAIL' }), ntpAnswer({ stratum: 16, leap: 'unknown' })]
  const sip = { service: 'sip', status: 503, reason: 'Service Unavailable' } as const
  const stun = { service: 'stun', error: { code: 401, reason: 'Unauthorized' } } as const
  test.each([
    [facts([answeredBy(refusing)]), [], 'SERVFAIL (no --expect)'],
    [facts([answeredBy(refusing)]), ['rtt<1s'], 'SERVFAIL (no --expect covers it)'],
    [facts([answeredBy(refusing)]), ['dns.rcode==SERVFAIL'], undefined],
    [facts([answeredBy(dnsAnswer({ tc: true }))]), [], 'truncated (no --expect)'],
    [facts([answeredBy(unsynchronized)]), [], 'not synchronized (no --expect)'],
    [facts([answeredBy(unsynchronized)]), ['ntp.stratum==16'], undefined],
    [facts([answeredBy(sip)]), [], '503 Service Unavailable (no --expect)'],
    [facts([answeredBy(sip)]), ['sip.status==503'], undefined],
    [facts([answeredBy(stun)]), [], 'error 401 Unauthorized (no --expect)'],
    [facts([answeredBy(MESSAGE), request({ question: 1 })]), [], '1 of 2 questions without an answer (no --expect)'],
    [facts([answeredBy(MESSAGE), request({ question: 1 })]), ['reply.count>=1'], undefined],
    [facts([answeredBy(MESSAGE)]), [], undefined],
    [facts([request()]), ['noReply'], undefined],
  ])('%#: %j', (run, expect_, attention) => {
    const judgement = judgeQuery(judged(run, expect_), 'error')
    expect([judgement.verdict, judgement.attention]).toEqual(['pass', attention])
  })
})

test('the check is named after the preset and the given target', () => {
  const document = judged(facts([answeredBy(dnsAnswer())]), [], { targetName: 'ns.example' })
  expect(suiteOfQuery(document).checks[0]).toMatchObject({
    name: 'query dns to ns.example:53',
    target: 'ns.example:53',
  })
})
