import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { QueryDocument } from '../../../../src/verdict/query/query-document.ts'
import {
  answeredBy,
  blind,
  bytesOf,
  dnsAnswer,
  facts,
  judged,
  MESSAGE,
  ntpAnswer,
  request,
  STRANGER,
  TARGET,
} from './facts.ts'

/** Documents of queries, which together have every field of the schema. */
export const QUERIES: readonly (readonly [string, QueryDocument])[] = [
  ['a reply to a message', judged(facts([answeredBy(MESSAGE)]), ['reply==PONG', 'rtt<50ms'])],
  [
    'a reply that is not UTF-8',
    judged(facts([answeredBy(MESSAGE, { reply: Uint8Array.of(0xff, 0) })]), ['reply=~/x/']),
  ],
  [
    'a name server with EDNS, asked by name',
    judged(
      facts([
        answeredBy(dnsAnswer({ edns: { version: 0, size: 1232, dnssecOk: true, errors: ['18 Prohibited: no'] } }), {
          reply: bytesOf('dns'),
        }),
      ]),
      ['dns.rcode==NOERROR', 'dns.answers>=1'],
      { targetName: 'ns.example.org' },
    ),
  ],
  [
    'a name server that does not keep the case, and cuts its answer',
    judged(
      facts([
        request({ fate: 'askedAgain', because: 'caseNotKept', rtt: MILLISECOND, reply: bytesOf('x') }),
        answeredBy(dnsAnswer({ tc: true }), { attempt: 1 }),
      ]),
    ),
  ],
  [
    'a name server behind a path that drops fragments',
    judged(
      facts([request()], {
        answerSizes: [
          { bufsize: 512, requests: 1, fate: 'answered', length: 40, tc: true },
          { bufsize: 1232, requests: 1, fate: 'answered', length: 1210, tc: true },
          { bufsize: 4096, requests: 2, fate: 'silent' },
        ],
      }),
    ),
  ],
  [
    'a list of sizes for answers, and what else can happen',
    judged(
      facts([answeredBy(dnsAnswer())], {
        answerSizes: [
          { bufsize: 0, requests: 2, fate: 'askedAgain', length: 40 },
          { bufsize: 512, requests: 2, fate: 'late', length: 40, tc: false },
          { bufsize: 1232, requests: 2, fate: 'unreachable' },
          { bufsize: 1400, requests: 2, fate: 'refused' },
          { bufsize: 4096, requests: 1, fate: 'unfinished' },
        ],
      }),
    ),
  ],
  ['a time server', judged(facts([answeredBy(ntpAnswer())]), ['ntp.offset<50ms', 'ntp.stratum<=3'])],
  ['a time server that is not synchronized', judged(facts([answeredBy(ntpAnswer({ leap: 'unknown', stratum: 16 }))]))],
  ['leap seconds', judged(facts([answeredBy(ntpAnswer({ leap: 'add' }))]))],
  ['a leap second less', judged(facts([answeredBy(ntpAnswer({ leap: 'delete' }))]))],
  ['a kiss code', judged(facts([answeredBy(ntpAnswer({ stratum: 0, kiss: 'RATE', leap: 'unknown' }))]))],
  [
    'a STUN server',
    judged(facts([answeredBy({ service: 'stun', mapped: TARGET, software: 'Coturn' })]), ['stun.mapped']),
  ],
  [
    'a STUN server that refuses',
    judged(facts([answeredBy({ service: 'stun', error: { code: 401, reason: 'Unauthorized' } })])),
  ],
  ['a QUIC server', judged(facts([answeredBy({ service: 'quic', versions: ['v1', 'v2'] })]), ['quic.versions=~/v1/'])],
  [
    'a SIP server',
    judged(
      facts([answeredBy({ service: 'sip', status: 200, reason: 'OK', server: 'kamailio', allow: ['INVITE', 'ACK'] })]),
      ['sip.status==200'],
    ),
  ],
  [
    'a CoAP server, by IPv6',
    judged(
      facts([
        answeredBy(
          { service: 'coap', messageId: 4711 },
          { target: { address: '2001:db8::7', port: 5683, family: 'udp6' } },
        ),
      ]),
    ),
  ],
  ['a closed port', judged(facts([request({ fate: 'unreachable', error: 'ECONNREFUSED' })]), ['rtt<1s'])],
  ['a firewall of our own', judged(facts([request({ fate: 'refused', error: 'EPERM' })]), ['noReply'])],
  ['silence that was demanded', judged(facts([request()]), ['silent', 'noReply', 'reply.count==0'])],
  [
    'an answer from another address',
    judged(facts([request()], { foreign: 2, foreignSources: [{ ...STRANGER, count: 2, answers: 1 }] })),
  ],
  [
    'three questions, one answered late, and one not at all',
    judged(
      facts(
        [
          answeredBy(MESSAGE),
          request({ question: 1, fate: 'late', rtt: 1.5 * SECOND, reply: bytesOf('PONG'), answer: MESSAGE }),
          request({ question: 2 }),
        ],
        { unmatched: 1, malformed: 1, duplicates: 1, why: 'its id is of another request' },
      ),
      ['rtt<50ms'],
    ),
  ],
  [
    'an interrupted run that cannot see other addresses',
    judged(blind(facts([request({ fate: 'unfinished' })], { interrupted: true }))),
  ],
]
