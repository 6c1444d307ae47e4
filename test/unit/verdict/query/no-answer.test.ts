import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import type { QueryFacts } from '../../../../src/facts/query.ts'
import { noAnswerReason } from '../../../../src/verdict/query/no-answer.ts'
import { bytesOf, facts, judged, MESSAGE, request, STRANGER } from './facts.ts'

const late = request({ fate: 'late', rtt: 1.42 * SECOND, reply: bytesOf('PONG'), answer: MESSAGE })
const foreign = { foreign: 1, foreignSources: [{ ...STRANGER, count: 1, answers: 1 }] }
const unmatched = { unmatched: 2, why: 'its id is of another request' }
const ACTION = 'check that the service answers on 192.0.2.7:53 and that no firewall drops the datagrams'

test.each<[string, QueryFacts]>([
  [
    'nothing listens on 192.0.2.7:53 (ICMP: port unreachable): start the service there, or correct the port',
    facts([request({ fate: 'unreachable', error: 'ECONNREFUSED' })]),
  ],
  [
    '192.0.2.7 is unreachable (ICMP: host unreachable): check that the host is up and that no firewall rejects the requests',
    facts([request({ fate: 'unreachable', error: 'EHOSTUNREACH' })]),
  ],
  [
    'the network of 192.0.2.7 is unreachable (ICMP: network unreachable): check the routes',
    facts([request({ fate: 'unreachable', error: 'ENETUNREACH' })]),
  ],
  [
    'the request of 1200 bytes does not fit the path to 192.0.2.7 (ICMP: too big): find its path MTU (udptool mtu)',
    facts([request({ fate: 'unreachable', error: 'EMSGSIZE', size: 1200 })]),
  ],
  [
    '192.0.2.7:53 is unreachable (ICMP: EPROTO): check the host and the firewalls before it',
    facts([request({ fate: 'unreachable', error: 'EPROTO' })]),
  ],
  [
    'our own kernel refused to send to 192.0.2.7:53: a firewall of this host forbids it (nft list ruleset)',
    facts([request({ fate: 'refused', error: 'EPERM' })]),
  ],
  [
    'our own kernel refused to send to 192.0.2.7:53: 70000 bytes are too many for one datagram',
    facts([request({ fate: 'refused', error: 'EMSGSIZE', size: 70_000 })]),
  ],
  [
    'our own kernel refused to send to 192.0.2.7:53: this host has no route there (ip route get 192.0.2.7)',
    facts([request({ fate: 'refused', error: 'ENETUNREACH' })]),
  ],
  [
    'our own kernel refused to send to 192.0.2.7:53: its send queue is full',
    facts([request({ fate: 'refused', error: 'ENOBUFS' })]),
  ],
  ['our own kernel refused to send to 192.0.2.7:53: EINVAL', facts([request({ fate: 'refused', error: 'EINVAL' })])],
  [
    'the answer came from 192.0.2.9:53, not from 192.0.2.7:53, so it was not taken: ask that address, or let the server answer from the address that was asked',
    facts([request()], { service: 'dns', ...foreign }),
  ],
  [
    'a datagram came from 192.0.2.9:53, not from 192.0.2.7:53, so it was not taken: ask that address, or let the server answer from the address that was asked',
    facts([request()], foreign),
  ],
  ['the answer came after 1.42 s, later than the timeout of 1 s: raise the timeout, for example to 3s', facts([late])],
  ['2 datagrams from 192.0.2.7:53 answer no request: its id is of another request', facts([request()], unmatched)],
  [
    '1 datagram from 192.0.2.7:53 is no DNS message: it has 3 bytes',
    facts([request()], { service: 'dns', malformed: 1, why: 'it has 3 bytes' }),
  ],
  [`no answer within 1 s (3 requests): ${ACTION}`, facts([0, 1, 2].map(attempt => request({ attempt })))],
  [`no answer within 1 s (1 request): ${ACTION}`, facts([request()])],
  [
    `no answer within 1 s (1 request); 2 other datagrams came from 192.0.2.9:53: ${ACTION}`,
    facts([request()], { foreign: 2, foreignSources: [{ ...STRANGER, count: 2, answers: 0 }] }),
  ],
  ['no request was sent', facts([])],
  ['interrupted before an answer came', facts([request({ fate: 'unfinished' })], { interrupted: true })],
])('%s', (reason, run) => {
  expect(noAnswerReason(run)).toBe(reason)
  const { verdict, reason: told } = judged(run)
  expect([verdict, told]).toEqual(['fail', reason])
})

describe('the most telling observation comes first', () => {
  const unreachable = request({ fate: 'unreachable', error: 'ECONNREFUSED' })
  const refused = request({ fate: 'refused', error: 'EPERM' })
  const all = { ...foreign, ...unmatched, malformed: 1 }
  test.each([
    ['nothing listens', facts([unreachable, refused, late, request()], all)],
    ['our own kernel refused', facts([refused, late, request()], all)],
    ['a datagram came from 192.0.2.9:53', facts([late, request()], all)],
    ['the answer came after', facts([late, request()], { ...unmatched, malformed: 1 })],
    ['2 datagrams from 192.0.2.7:53 answer no request', facts([request()], { ...unmatched, malformed: 1 })],
    ['1 datagram from 192.0.2.7:53 is no reply', facts([request()], { malformed: 1 })],
  ])('%s', (start, run) => {
    expect(noAnswerReason(run).startsWith(start)).toBe(true)
  })
})
