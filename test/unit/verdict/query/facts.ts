import type { Address } from '../../../../src/base/address.ts'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { QueryFacts, QueryRequest } from '../../../../src/facts/query.ts'
import { createQueryDocument } from '../../../../src/verdict/query/create-document.ts'
import type { FindPattern, QueryContext } from '../../../../src/verdict/query/query-context.ts'
import type { QueryDocument } from '../../../../src/verdict/query/query-document.ts'
import { parseQueryExpectation } from '../../../../src/verdict/query/query-expectation.ts'
import type { DnsAnswer, NtpAnswer, RealTime, ServiceAnswer } from '../../../../src/wire/services/answers.ts'

export const TARGET: Address = { address: '192.0.2.7', port: 53, family: 'udp4' }
export const STRANGER: Address = { address: '192.0.2.9', port: 53, family: 'udp4' }
const LOCAL: Address = { address: '192.0.2.1', port: 40_000, family: 'udp4' }
/** 2026-11-30T06:31:06.123456789Z */
const SENT: RealTime = { seconds: 1_796_020_266, nanos: 123_456_789 }

/** A moment this many nanoseconds after the request was sent. */
export function after(nanos: number, from: RealTime = SENT): RealTime {
  const all = from.nanos + nanos
  const seconds = Math.floor(all / SECOND)
  return { seconds: from.seconds + seconds, nanos: all - seconds * SECOND }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** A request; silent, unless the parts say otherwise. */
export function request(parts: Partial<QueryRequest> = {}): QueryRequest {
  return { question: 0, attempt: 0, target: TARGET, local: LOCAL, size: 29, sentAt: SENT, fate: 'silent', ...parts }
}

/** A request that was answered 2 ms later. */
export function answeredBy(answer: ServiceAnswer, parts: Partial<QueryRequest> = {}): QueryRequest {
  const rtt = parts.rtt ?? 2 * MILLISECOND
  return request({ fate: 'answered', rtt, answeredAt: after(rtt), reply: bytesOf('PONG'), answer, ...parts })
}

/** The facts of a run with these requests, of which nothing else came. */
export function facts(requests: readonly QueryRequest[], parts: Partial<QueryFacts> = {}): QueryFacts {
  const service = requests.find(({ answer }) => answer !== undefined)?.answer?.service ?? 'message'
  return {
    service,
    timeout: SECOND,
    count: Math.max(1, new Set(requests.map(({ question }) => question)).size),
    clockPrecision: 1000,
    requests,
    duplicates: 0,
    unmatched: 0,
    malformed: 0,
    foreign: 0,
    foreignSources: [],
    interrupted: false,
    ...parts,
  }
}

/** The same facts where datagrams from other addresses cannot be observed. */
export function blind({ foreign, ...others }: QueryFacts): QueryFacts {
  return foreign === 0 ? others : { ...others, foreignSources: [] }
}

/** A search without a limit: the patterns of these tests end. */
const findPattern: FindPattern = (pattern, texts) => texts.map(text => pattern.test(text))

const CONTEXT: QueryContext = {
  command: 'query',
  version: '1.0.0',
  host: { os: 'linux', kernel: '6.1.0', node: '20.19.0', cpus: 2 },
  target: TARGET,
  options: { timeout: '1s', count: 1 },
  startedAt: '2026-11-30T06:31:06.120Z',
  durationMs: 12.5,
  findPattern,
}

/** The document of these facts, judged by these expectations. */
export function judged(
  of: QueryFacts,
  expect: readonly string[] = [],
  context: Partial<QueryContext> = {},
): QueryDocument {
  const expectations = expect.map(text => parseQueryExpectation(text, of.service))
  return createQueryDocument(of, expectations, { ...CONTEXT, ...context })
}

export const MESSAGE: ServiceAnswer = { service: 'message' }

export function dnsAnswer(parts: Partial<DnsAnswer> = {}): DnsAnswer {
  return {
    service: 'dns',
    question: { name: 'example.org', type: 1, class: 1 },
    rcode: 'NOERROR',
    aa: false,
    tc: false,
    ra: true,
    ad: false,
    answers: 1,
    records: [{ name: 'example.org.', type: 'A', class: 'IN', ttl: 300, data: '192.0.2.80' }],
    authorities: 0,
    additionals: 0,
    ...parts,
  }
}

/** An answer of a server whose clock is 100 ms ahead, and which held the request for 1 ms of the 2 ms. */
export function ntpAnswer(parts: Partial<NtpAnswer> = {}): NtpAnswer {
  return {
    service: 'ntp',
    version: 4,
    leap: 'none',
    stratum: 2,
    precision: 500,
    rootDelay: 10 * MILLISECOND,
    rootDispersion: 3 * MILLISECOND,
    referenceId: '192.0.2.123',
    received: after(100.5 * MILLISECOND),
    sent: after(101.5 * MILLISECOND),
    ...parts,
  }
}
