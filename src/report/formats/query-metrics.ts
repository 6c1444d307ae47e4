import type { QueryDocument } from '../../verdict/query/query-document.ts'
import type { SuiteCheck } from '../../verdict/suite/suite.ts'
import { gauge, type Family, type Labels, type Sample } from './exposition.ts'

/** Samples of the checks, with the labels of each. A value that is undefined has no sample. */
export type SamplesOf = (
  read: (check: SuiteCheck) => readonly (readonly [labels: Labels, value: number | undefined])[],
) => readonly Sample<Labels>[]

type Read = (query: QueryDocument) => readonly (readonly [labels: Labels, value: number | undefined])[]

/** The metrics of checks that asked a service, named after the fields of their document, in seconds and bytes. */
export function queryFamilies(samplesOf: SamplesOf): readonly Family<Labels>[] {
  const of = (read: Read): readonly Sample<Labels>[] =>
    samplesOf(({ query }) => {
      if (query === undefined) return []
      return read(query).map(([labels, value]) => [{ service: query.service, ...labels }, value] as const)
    })
  const one = (name: string, help: string, read: (query: QueryDocument) => number | undefined): Family<Labels> =>
    gauge(
      `udptool_query_${name}`,
      help,
      of(query => [[{}, read(query)]]),
    )
  return [
    gauge('udptool_query_requests', 'Requests by fate; their sum is what was to be sent.', of(fates)),
    gauge('udptool_query_arrivals', 'Datagrams that came, by what they are.', of(arrivals)),
    one('reply_count', 'Questions with an answer in time.', ({ reply }) => reply?.count ?? 0),
    one('reply_length_bytes', 'Bytes of the last answer.', ({ reply }) => reply?.length),
    one('rtt_seconds', 'The longest round trip of an answer in time.', ({ rttMs }) => seconds(rttMs)),
    ...dnsFamilies(of, one),
    ...ntpFamilies(of, one),
    gauge('udptool_query_stun_mapped', '1, with the address that the STUN server saw.', of(mapped)),
    gauge('udptool_query_quic_version', '1 for each version of the QUIC server.', of(versions)),
    one('sip_status', 'Status code of the SIP response.', ({ sip }) => sip?.status),
  ]
}

type One = (name: string, help: string, read: (query: QueryDocument) => number | undefined) => Family<Labels>
type Of = (read: Read) => readonly Sample<Labels>[]

function dnsFamilies(of: Of, one: One): readonly Family<Labels>[] {
  return [
    gauge(
      'udptool_query_dns_rcode',
      '1, with the response code of the name server.',
      of(({ dns }) => (dns === undefined ? [] : [[{ rcode: dns.rcode }, 1]])),
    ),
    gauge(
      'udptool_query_dns_flag',
      'Whether a bit of the header of the DNS answer is set (1) or not (0).',
      of(({ dns }) =>
        dns === undefined ? [] : (['aa', 'tc', 'ra', 'ad'] as const).map(flag => [{ flag }, Number(dns[flag])]),
      ),
    ),
    one('dns_answers', 'Records in the answer section.', ({ dns }) => dns?.answers),
    one('dns_authorities', 'Records in the authority section.', ({ dns }) => dns?.authorities),
    one('dns_additionals', 'Records in the additional section, without OPT.', ({ dns }) => dns?.additionals),
  ]
}

function ntpFamilies(of: Of, one: One): readonly Family<Labels>[] {
  return [
    one('ntp_offset_seconds', 'Clock of the time server minus ours.', ({ ntp }) => seconds(ntp?.offsetMs)),
    one('ntp_offset_error_seconds', 'Bound of its error.', ({ ntp }) => seconds(ntp?.offsetErrorMs)),
    one('ntp_delay_seconds', 'Round trip without the time in the server.', ({ ntp }) => seconds(ntp?.delayMs)),
    one('ntp_stratum', 'Stratum of the time server.', ({ ntp }) => ntp?.stratum),
    one('ntp_root_delay_seconds', 'Delay to its primary source.', ({ ntp }) => seconds(ntp?.rootDelayMs)),
    one('ntp_root_dispersion_seconds', 'Dispersion there.', ({ ntp }) => seconds(ntp?.rootDispersionMs)),
    one('ntp_root_distance_seconds', 'Bound of the error against the primary source.', ({ ntp }) =>
      seconds(ntp?.rootDistanceMs),
    ),
    gauge(
      'udptool_query_ntp_leap',
      '1, with the leap indicator of the time server.',
      of(({ ntp }) => (ntp === undefined ? [] : [[{ leap: ntp.leap }, 1]])),
    ),
    gauge(
      'udptool_query_ntp_kiss',
      '1, with the kiss code of a server that gives no time.',
      of(({ ntp }) => (ntp?.kiss === undefined ? [] : [[{ kiss: ntp.kiss }, 1]])),
    ),
  ]
}

const fates: Read = ({ ledger }) => Object.entries(ledger.fates).map(([fate, count]) => [{ fate }, count])
const arrivals: Read = query => Object.entries(query.arrivals).map(([what, count]) => [{ what }, count])
const mapped: Read = ({ stun }) => (stun?.mapped === undefined ? [] : [[{ mapped: stun.mapped }, 1]])
// A server may list a version twice, and two samples cannot have the same labels.
const versions: Read = ({ quic }) => [...new Set(quic?.versions)].map(version => [{ version }, 1])

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000
}
