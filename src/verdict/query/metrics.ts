import type { ServiceName } from '../../wire/services/answers.ts'

/**
 * What the value of a metric is, and so how an expectation on it is written:
 * - `text`, `hex` and `word` are compared as texts (a `word` without regard to case),
 * - `count`, `duration` and `size` as numbers,
 * - a `flag` is true or false,
 * - an `address` and a `list` are flags (true: there is one) that are also compared as texts.
 */
export type QueryMetricType = 'text' | 'hex' | 'word' | 'count' | 'duration' | 'size' | 'flag' | 'address' | 'list'

export interface QueryMetric {
  readonly type: QueryMetricType
  /** The only service that has it; absent: all. */
  readonly service?: ServiceName
}

/** The metrics that expectations on an answer can name. docs/query.md describes each. */
export const QUERY_METRICS: ReadonlyMap<string, QueryMetric> = new Map<string, QueryMetric>([
  ['reply', { type: 'text' }],
  ['replyHex', { type: 'hex' }],
  ['reply.length', { type: 'size' }],
  ['reply.count', { type: 'count' }],
  ['rtt', { type: 'duration' }],
  ['noReply', { type: 'flag' }],
  ['silent', { type: 'flag' }],
  ['dns.rcode', { type: 'word', service: 'dns' }],
  ['dns.answers', { type: 'count', service: 'dns' }],
  ['dns.aa', { type: 'flag', service: 'dns' }],
  ['dns.tc', { type: 'flag', service: 'dns' }],
  ['dns.ra', { type: 'flag', service: 'dns' }],
  ['dns.ad', { type: 'flag', service: 'dns' }],
  ['ntp.stratum', { type: 'count', service: 'ntp' }],
  ['ntp.offset', { type: 'duration', service: 'ntp' }],
  ['ntp.delay', { type: 'duration', service: 'ntp' }],
  ['ntp.kiss', { type: 'word', service: 'ntp' }],
  ['stun.mapped', { type: 'address', service: 'stun' }],
  ['quic.versions', { type: 'list', service: 'quic' }],
  ['sip.status', { type: 'count', service: 'sip' }],
  ['sip.server', { type: 'text', service: 'sip' }],
])

/** The names of the metrics that a service has, for help, completion and suggestions. */
export function metricsOf(service: ServiceName): readonly string[] {
  return [...QUERY_METRICS].flatMap(([name, metric]) =>
    metric.service === undefined || metric.service === service ? [name] : [],
  )
}
