import { parseChoice } from '../../base/choice.ts'
import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { LibraryOptions } from '../../options/option.ts'
import type { QueryDocument } from '../../verdict/query/query-document.ts'
import { runJudgedQuery } from './judged-query.ts'
import {
  PRESETS,
  queryOptions,
  type COMMON_OPTIONS,
  type DNS_OPTIONS,
  type MESSAGE_OPTIONS,
  type NTP_OPTIONS,
  type QueryOptions,
  type SIP_OPTIONS,
} from './options.ts'
import { planQuery } from './plan.ts'

/** The options that all services have. */
export interface CommonQueryOptions extends LibraryOptions<typeof COMMON_OPTIONS> {
  /** Expectations on the answer: `rtt<50ms`, `dns.rcode==NOERROR`, `reply=~/pong/`, … Default: one answer in time. */
  readonly expect?: string | readonly string[]
  /** Use only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6
  /** Interrupts the query like the first Ctrl-C: it still resolves with the document, with `interrupted: true`. */
  readonly signal?: AbortSignal
}

/** A question to a name server. */
export interface DnsQueryOptions extends CommonQueryOptions, LibraryOptions<typeof DNS_OPTIONS> {}

/** A request to a time server. */
export interface NtpQueryOptions extends CommonQueryOptions, LibraryOptions<typeof NTP_OPTIONS> {}

/** An OPTIONS request to a SIP server. */
export interface SipQueryOptions extends CommonQueryOptions, LibraryOptions<typeof SIP_OPTIONS> {}

/** Any message: one of `send`, `sendHex` and `sendBase64` is required. */
export interface MessageQueryOptions extends CommonQueryOptions, LibraryOptions<typeof MESSAGE_OPTIONS> {}

/** The services that `query` can ask, and the options of each. */
export interface QueryPresets {
  dns: DnsQueryOptions
  ntp: NtpQueryOptions
  stun: CommonQueryOptions
  quic: CommonQueryOptions
  sip: SipQueryOptions
  coap: CommonQueryOptions
  message: MessageQueryOptions
}

/**
 * Asks a UDP service and resolves with what it answered, the ledger of the requests, and the verdict. An answer is taken only if it comes
 * from the target, in time, and names its request by the id of the protocol; everything else that arrives is counted. Without `expect` the
 * verdict is `pass` if an answer came. No answer is never an error. Rejects with a UdptoolError if the query cannot start
 * (`usage`, `resolve`, `addressInUse`, …).
 *
 * ```ts
 * const { verdict, dns, rttMs } = await query('dns', '192.0.2.53', { name: 'example.org', retries: 2 })
 * console.log(verdict, dns?.rcode, dns?.records, rttMs)
 * ```
 *
 * @param target `host:port`, `[v6]:port` or `host`; the default port is that of the service
 */
export async function query<Preset extends keyof QueryPresets>(
  preset: Preset,
  target: string,
  options?: QueryPresets[Preset],
): Promise<QueryDocument> {
  const service = parseChoice(preset, 'query', PRESETS)
  const given = options ?? {}
  const own = { expect: 'texts', family: 'family', signal: 'signal' } as const
  checkOptions(given, libraryOptions(queryOptions(service), own), `query ${service}`)
  const { signal, ...raw }: CommonQueryOptions = given
  return runJudgedQuery(planQuery(service, target, raw as QueryOptions), signal === undefined ? {} : { signal })
}
