import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import type { QueryFacts } from '../../../../src/facts/query.ts'
import { QUERY_METRICS, type QueryMetricType } from '../../../../src/verdict/query/metrics.ts'
import type { ServiceAnswer, ServiceName } from '../../../../src/wire/services/answers.ts'
import { blind, bytesOf, dnsAnswer, facts, judged, MESSAGE, ntpAnswer, request, STRANGER } from './facts.ts'

const ANSWERS: Readonly<Record<ServiceName, ServiceAnswer>> = {
  dns: dnsAnswer(),
  ntp: ntpAnswer(),
  stun: { service: 'stun', mapped: STRANGER },
  quic: { service: 'quic', versions: ['v1'] },
  sip: { service: 'sip', status: 200, reason: 'OK', server: 'x' },
  coap: { service: 'coap', messageId: 1 },
  message: MESSAGE,
}

/** What can happen instead of an answer in time. */
const SITUATIONS: Readonly<Record<string, (service: ServiceName) => QueryFacts>> = {
  nothing: service => facts([], { service }),
  silence: service => facts([request(), request({ attempt: 1 })], { service }),
  'silence where other addresses cannot be observed': service => blind(facts([request()], { service })),
  'a closed port': service => facts([request({ fate: 'unreachable', error: 'ECONNREFUSED' })], { service }),
  'a refused send': service => facts([request({ fate: 'refused', error: 'EPERM' })], { service }),
  'a refused send, and silence': service =>
    facts([request({ fate: 'refused', error: 'EPERM' }), request({ attempt: 1 })], { service }),
  'a late answer': service =>
    facts([request({ fate: 'late', rtt: 2 * SECOND, reply: bytesOf('PONG'), answer: ANSWERS[service] })], { service }),
  'an answer that leaves a doubt': service =>
    facts(
      [
        request({
          fate: 'askedAgain',
          because: 'caseNotKept',
          rtt: 1,
          reply: bytesOf('PONG'),
          answer: ANSWERS[service],
        }),
        request({ attempt: 1 }),
      ],
      { service },
    ),
  'an answer from another address': service =>
    facts([request()], { service, foreign: 1, foreignSources: [{ ...STRANGER, count: 1, answers: 1 }] }),
  'another answer': service => facts([request()], { service, unmatched: 1, why: 'its id is of another request' }),
  'no message of the protocol': service => facts([request()], { service, malformed: 1, why: 'it has 3 bytes' }),
  'an interrupted wait': service => facts([request({ fate: 'unfinished' })], { service, interrupted: true }),
}

const COUNTED = ['silence', 'silence where other addresses cannot be observed', 'a closed port']
const CAME = [
  'a late answer',
  'an answer that leaves a doubt',
  'an answer from another address',
  'another answer',
  'no message of the protocol',
]

/** All that may pass without an answer in time, in which situations. */
const MAY_PASS: ReadonlyMap<string, readonly string[]> = new Map([
  ['noReply', ['silence', 'a closed port']],
  ['noReply==true', ['silence', 'a closed port']],
  ['silent', ['silence']],
  ['silent==true', ['silence']],
  ...['==0', '<1', '<=0', '!=1'].map(rest => [`reply.count${rest}`, [...COUNTED, ...CAME]] as const),
])

const ORDERED = ['<', '<=', '>', '>=', '==', '!=']
const EQUAL = ['==', '!=']
const SEARCHED = ['=~/./', '!~/./', '=~/^$/', '!~/^$/']
const FLAGS = ['', '==true', '==false', '!=true', '!=false']

/** Demands of every kind on a metric of each type, also such as an absent or empty value might meet. */
const DEMANDS: Readonly<Record<QueryMetricType, readonly string[]>> = {
  text: [...EQUAL.flatMap(operator => [operator, `${operator}PONG`]), ...SEARCHED],
  hex: [...EQUAL.flatMap(operator => [operator, `${operator}504f4e47`]), ...SEARCHED],
  word: [...EQUAL.map(operator => `${operator}RATE`), ...SEARCHED],
  count: ORDERED.flatMap(operator => [`${operator}0`, `${operator}1`, `${operator}2`]),
  duration: ORDERED.flatMap(operator => [`${operator}0`, `${operator}1ns`, `${operator}2400h`]),
  size: ORDERED.flatMap(operator => [`${operator}0`, `${operator}4`, `${operator}1M`]),
  flag: FLAGS,
  address: [...FLAGS, ...EQUAL.map(operator => `${operator}192.0.2.9:53`), ...SEARCHED],
  list: [...FLAGS, ...SEARCHED],
}

function demandsOn(metric: string, type: QueryMetricType): readonly string[] {
  if (metric === 'dns.rcode') return [...EQUAL.map(operator => `${operator}NOERROR`), ...SEARCHED]
  if (metric === 'ntp.kiss') return ['', ...DEMANDS[type]]
  if (metric === 'noReply' || metric === 'silent') return ['', '==true', '!=false']
  return DEMANDS[type]
}

describe.each(Object.entries(SITUATIONS))('%s', (situation, make) => {
  test('without an expectation it fails', () => {
    for (const service of Object.keys(ANSWERS) as ServiceName[]) {
      const document = judged(make(service))
      expect([document.verdict, document.reason]).toEqual(['fail', expect.stringMatching(/./u)])
    }
  })

  test.each([...QUERY_METRICS])('%s', (metric, { type, service = 'message' }) => {
    const demands = demandsOn(metric, type)
    const passed = demands
      .map(demand => metric + demand)
      .filter(expr => judged(make(service), [expr]).verdict === 'pass')
    const allowed = demands
      .map(demand => metric + demand)
      .filter(expr => MAY_PASS.get(expr.replace('!=false', '==true'))?.includes(situation) === true)
    expect(passed).toEqual(allowed)
  })
})

test('an expectation that may pass without an answer does not excuse another', () => {
  const { verdict, expectations } = judged(facts([request()]), ['noReply', 'rtt<10s', 'reply!=X', 'reply.count<=1'])
  expect(verdict).toBe('fail')
  expect(expectations.map(({ passed }) => passed)).toEqual([true, false, false, false])
})

test('with several questions reply.count must be broken by any number of answers', () => {
  const three = facts([0, 1, 2].map(question => request({ question })))
  expect(judged(three, ['reply.count!=1']).verdict).toBe('fail')
  expect(judged(three, ['reply.count<3']).verdict).toBe('fail')
  expect(judged(three, ['reply.count<1']).verdict).toBe('pass')
})
