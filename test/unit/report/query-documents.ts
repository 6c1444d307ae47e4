import { suiteOfQuery } from '../../../src/verdict/suite/suite-of-one.ts'
import { createSuite, type Suite } from '../../../src/verdict/suite/suite.ts'
import type { QueryDocument, QueryRow } from '../../../src/verdict/query/query-document.ts'

/** A document with one request that was answered, but for what is given. */
export function queryDocumentOf(given: Partial<QueryDocument> = {}): QueryDocument {
  const requests = given.requests ?? [requestOf()]
  return {
    schema: 'udptool/query/1',
    command: 'query',
    service: 'dns',
    tool: { name: 'udptool', version: '0.1.0' },
    host: { os: 'linux', kernel: '6.1.0', node: '22.12.0', cpus: 2 },
    target: { address: '192.0.2.53', port: 53, family: 'udp4' },
    options: { to: '192.0.2.53:53', timeoutMs: 1000, retries: 0, count: 1, expect: [] },
    startedAt: '2026-11-30T18:00:00.000Z',
    durationMs: 2.5,
    interrupted: false,
    ledger: { requests: requests.length, sent: requests.length, fates: fatesOf(requests) },
    arrivals: { answers: 1, duplicates: 0, unmatched: 0, malformed: 0, foreign: 0 },
    foreignSources: [],
    requests,
    expectations: [],
    warnings: [],
    verdict: 'pass',
    ...given,
  }
}

export function requestOf(given: Partial<QueryRow> = {}): QueryRow {
  const fate = given.fate ?? 'answered'
  return {
    question: 0,
    attempt: 0,
    target: '192.0.2.53:53',
    local: '192.0.2.7:40001',
    size: 40,
    at: '2026-11-30T18:00:00.000123Z',
    fate,
    ...(fate === 'answered' ? { rttMs: 1.23, length: 72 } : {}),
    ...given,
  }
}

function fatesOf(requests: readonly QueryRow[]): QueryDocument['ledger']['fates'] {
  const fates: Record<string, number> = {}
  for (const { fate } of requests) fates[fate] = (fates[fate] ?? 0) + 1
  return { answered: 0, ...fates }
}

const REPLY = { count: 1, length: 72, hex: '00'.repeat(72) }
const DNS = { authorities: 0, additionals: 0, aa: false, tc: false, ra: true, ad: false } as const
const QUESTION = { name: 'www.example.org', type: 'A', class: 'IN', recurse: true, dnssec: false, bufsize: 1232 }

const ntp = {
  version: 4,
  stratum: 3,
  leap: 'none',
  offsetMs: -1.234567,
  offsetErrorMs: 0.612,
  delayMs: 1.2,
  precisionMs: 0.000238,
  rootDelayMs: 12.4,
  rootDispersionMs: 3.1,
  rootDistanceMs: 9.9,
  referenceId: '198.51.100.4',
} as const

/** Documents of every preset, and of every way to fail. */
export const QUERY_DOCUMENTS: Readonly<Record<string, QueryDocument>> = {
  dns: queryDocumentOf({
    options: {
      to: '192.0.2.53:53',
      ...QUESTION,
      timeoutMs: 1000,
      retries: 0,
      count: 1,
      expect: ['dns.answers>=1', 'rtt<50ms'],
    },
    target: { address: '192.0.2.53', port: 53, family: 'udp4', name: 'ns1.example.org' },
    reply: REPLY,
    rttMs: 1.23,
    dns: {
      rcode: 'NOERROR',
      answers: 3,
      ...DNS,
      records: [
        { name: 'www.example.org.', type: 'CNAME', class: 'IN', ttl: 300, data: 'web.example.net.' },
        { name: 'web.example.net.', type: 'A', class: 'IN', ttl: 86400, data: '198.51.100.80' },
        {
          name: 'web.example.net.',
          type: 'TXT',
          class: 'IN',
          ttl: 5,
          data: '"v=spf1 include:_spf.example.org include:_spf.example.net include:_spf.example.com ip4:192.0.2.0/24 -all"',
        },
      ],
      edns: { version: 0, size: 1232, dnssecOk: false, errors: ['18 Prohibited: ask another'] },
    },
    expectations: [
      { expr: 'dns.answers>=1', actual: 3, passed: true },
      { expr: 'rtt<50ms', actual: 1.23, passed: true },
    ],
  }),
  nxdomain: queryDocumentOf({
    options: {
      to: '192.0.2.53:53',
      ...QUESTION,
      timeoutMs: 1000,
      retries: 0,
      count: 1,
      expect: ['dns.rcode==NOERROR', 'dns.answers>=1'],
    },
    reply: REPLY,
    rttMs: 1.23,
    dns: { rcode: 'NXDOMAIN', answers: 0, ...DNS, authorities: 1, aa: true, records: [] },
    expectations: [
      { expr: 'dns.rcode==NOERROR', actual: 'NXDOMAIN', passed: false },
      { expr: 'dns.answers>=1', actual: 0, passed: false },
    ],
    verdict: 'fail',
    reason: 'dns.rcode==NOERROR does not hold: NXDOMAIN',
  }),
  ntp: queryDocumentOf({
    service: 'ntp',
    target: { address: '192.0.2.123', port: 123, family: 'udp4', name: 'time.example.org' },
    options: { to: 'time.example.org:123', samples: 4, timeoutMs: 1000, retries: 0, count: 1, expect: [] },
    requests: [0, 1, 2, 3].map(attempt =>
      requestOf({
        attempt,
        size: 48,
        length: 48,
        target: '192.0.2.123:123',
        rttMs: 1.2 + attempt,
        offsetMs: -1.234567 - attempt / 10,
        delayMs: 1.2 + attempt,
      }),
    ),
    reply: { ...REPLY, length: 48 },
    rttMs: 4.2,
    ntp,
  }),
  kiss: queryDocumentOf({
    service: 'ntp',
    reply: { ...REPLY, length: 48 },
    rttMs: 1.2,
    ntp: {
      version: 4,
      stratum: 0,
      leap: 'unknown',
      kiss: 'RATE',
      precisionMs: 0.000238,
      rootDelayMs: 0,
      rootDispersionMs: 0,
      referenceId: 'RATE',
    },
    verdict: 'fail',
    reason: 'the server refuses: kiss code RATE',
  }),
  stun: queryDocumentOf({
    service: 'stun',
    reply: REPLY,
    rttMs: 0.4,
    stun: { mapped: '198.51.100.7:40001', software: 'Coturn-4.6.1' },
  }),
  quic: queryDocumentOf({ service: 'quic', reply: REPLY, rttMs: 0.4, quic: { versions: ['v1', 'draft-29'] } }),
  sip: queryDocumentOf({
    service: 'sip',
    options: {
      to: 'sip.example.org:5060',
      uri: 'sip:sip.example.org',
      timeoutMs: 1000,
      retries: 0,
      count: 1,
      expect: [],
    },
    reply: REPLY,
    rttMs: 12,
    sip: {
      status: 200,
      reason: 'OK',
      server: 'kamailio (5.6.3 (x86_64/linux))',
      allow: ['INVITE', 'ACK', 'CANCEL', 'OPTIONS', 'BYE', 'REFER', 'SUBSCRIBE', 'NOTIFY', 'MESSAGE'],
    },
  }),
  coap: queryDocumentOf({
    service: 'coap',
    reply: { ...REPLY, length: 4, hex: '70001234' },
    rttMs: 0.4,
    coap: { messageId: 0x1234 },
  }),
  message: queryDocumentOf({
    service: 'message',
    target: { address: '::1', port: 9000, family: 'udp6' },
    reply: { count: 1, length: 43, text: 'print\nMap: \u001b[31mdm6\u001b[0m\t\u202Eplayers\u202C: 3\r\n', hex: '00' },
    rttMs: 0.4,
  }),
  binary: queryDocumentOf({
    service: 'message',
    reply: { count: 1, length: 20, hex: 'ffffffff49114f7572205365727665720064656d' },
    rttMs: 0.4,
  }),
  silent: queryDocumentOf({
    requests: [0, 1, 2].map(attempt => requestOf({ attempt, fate: 'silent' })),
    arrivals: { answers: 0, duplicates: 0, unmatched: 0, malformed: 0, foreign: 0 },
    verdict: 'fail',
    reason: 'no answer within 1 s (3 requests)',
  }),
  foreign: queryDocumentOf({
    requests: [
      requestOf({ fate: 'late', rttMs: 1400, length: 72 }),
      requestOf({
        attempt: 1,
        fate: 'unreachable',
        error: 'ECONNREFUSED',
        target: '[2001:db8::53]:53',
        local: '[2001:db8::7]:40002',
      }),
    ],
    arrivals: { answers: 1, duplicates: 2, unmatched: 1, malformed: 1, foreign: 5 },
    foreignSources: [
      { from: '192.0.2.99:53', count: 3, answers: 3 },
      { from: '192.0.2.98:53', count: 1, answers: 0 },
    ],
    warnings: [
      {
        code: 'foreignAnswer',
        message: 'an answer came from 192.0.2.99:53, not from the target',
        hint: 'a NAT or a server with several addresses answers from another one: bind the server to its address',
      },
    ],
    verdict: 'fail',
    reason: 'the answer came from 192.0.2.99:53, not from 192.0.2.53:53, and was not taken',
  }),
  several: queryDocumentOf({
    options: { ...QUESTION, timeoutMs: 1000, retries: 1, count: 20, expect: [] },
    requests: Array.from({ length: 20 }, (_, question) =>
      requestOf({ question, fate: question % 7 === 3 ? 'silent' : 'answered' }),
    ),
    reply: { ...REPLY, count: 17 },
    rttMs: 2.5,
    dns: {
      rcode: 'NOERROR',
      answers: 1,
      ...DNS,
      records: [{ name: 'www.example.org.', type: 'A', class: 'IN', ttl: 300, data: '198.51.100.80' }],
    },
  }),
  interrupted: queryDocumentOf({
    requests: [requestOf({ fate: 'unfinished' })],
    arrivals: { answers: 0, duplicates: 0, unmatched: 0, malformed: 0 },
    interrupted: true,
    verdict: 'fail',
    durationMs: 412,
  }),
}

/** A check for each of them. */
export const QUERY_SUITE: Suite = createSuite(
  {
    command: 'check',
    tool: { name: 'udptool', version: '0.1.0' },
    host: { os: 'linux', kernel: '6.1.0', node: '22.12.0', cpus: 2 },
    file: 'services.yaml',
    startedAt: '2026-11-30T18:00:00.000Z',
    durationMs: 4000,
    interrupted: false,
  },
  Object.entries(QUERY_DOCUMENTS).map(([name, query]) => {
    const [check] = suiteOfQuery(query).checks
    if (check === undefined) throw new Error(`no check of ${name}`)
    return { ...check, id: name, name }
  }),
)
