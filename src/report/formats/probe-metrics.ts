import { fnv1a32 } from '../../base/fnv.ts'
import { addressBytes } from '../../base/ip.ts'
import { FATES } from '../../ledger/fate.ts'
import type { ProbeOutcome } from '../../verdict/probe-outcome.ts'
import type { Result } from '../../verdict/result.ts'
import { gauge, type Family, type Sample } from './exposition.ts'

/** The metrics of one run of `/probe` (docs/exporter.md). A value that was not observed has no sample. */
export function probeFamilies(outcome: ProbeOutcome): readonly Family[] {
  return [...commonFamilies(outcome), ...(outcome.result === undefined ? [] : resultFamilies(outcome.result, outcome))]
}

/** The metrics that every probe of blackbox_exporter has too, with its names. */
function commonFamilies({ address, ...outcome }: ProbeOutcome): readonly Family[] {
  // blackbox_exporter hashes the bytes of the address, four of IPv4.
  const hash = address === undefined ? undefined : fnv1a32(addressBytes(address.address) ?? [])
  const version = address === undefined ? undefined : address.family === 'udp4' ? 4 : 6
  return [
    gauge(
      'probe_success',
      'Whether the expectations of the module held, or without expectations one reply was intact.',
      one(Number(outcome.isSuccess)),
    ),
    gauge('probe_duration_seconds', 'How long the probe took, from the request on.', one(outcome.durationSeconds)),
    gauge('probe_timeout_seconds', 'How long it could take.', one(outcome.timeoutSeconds)),
    gauge('probe_dns_lookup_time_seconds', 'How long the lookup of the name took.', one(outcome.lookupSeconds)),
    gauge('probe_ip_protocol', 'IP version of the probed address, 4 or 6.', one(version)),
    gauge('probe_ip_addr_hash', 'Hash of the probed address, which changes if the address does.', one(hash)),
  ]
}

function resultFamilies(result: Result, { hopLimit, isShortened }: ProbeOutcome): readonly Family[] {
  const { ledger, loss, rtt, jitter, mtu, sweep, expectations } = result
  const [low, high] = loss.ci95 ?? []
  return [
    gauge(
      'probe_udp_datagrams',
      'Datagrams by fate; the sum over fate is every datagram scheduled.',
      FATES.map(fate => [{ fate }, ledger.fates[fate] ?? 0]),
    ),
    gauge('probe_udp_scheduled', 'Datagrams whose time to be sent came.', one(ledger.scheduled)),
    gauge('probe_udp_loss_ratio', 'Lost datagrams over scheduled.', one(loss.ratio)),
    gauge('probe_udp_loss_ratio_low', 'Lower end of its 95 % confidence interval.', one(low)),
    gauge('probe_udp_loss_ratio_high', 'Upper end of its 95 % confidence interval.', one(high)),
    gauge('probe_udp_duplicates', 'Further copies of replies.', one(ledger.duplicates)),
    gauge('probe_udp_reordered', 'Replies after one with a higher number (RFC 4737).', one(ledger.reordered)),
    gauge(
      'probe_udp_rtt_seconds',
      'Round trip of the first replies, without interpolation.',
      roundTrips(rtt).map(([stat, ms]) => [{ stat }, seconds(ms)]),
    ),
    gauge('probe_udp_rtt_mean_seconds', 'Mean of the round trips.', one(seconds(rtt?.meanMs))),
    gauge('probe_udp_jitter_seconds', 'Interarrival jitter (RFC 3550).', one(seconds(jitter?.rfc3550Ms))),
    gauge('probe_udp_cut_bytes', 'Length at which most truncated replies of a side were cut.', cuts(result)),
    gauge('probe_udp_reply_hop_limit', 'TTL or hop limit of the last reply.', one(hopLimit)),
    gauge('probe_udp_path_mtu_bytes', 'Path MTU, IP header included.', one(mtu?.path)),
    gauge(
      'probe_udp_black_hole',
      'Whether larger packets vanish without an ICMP error (1) or not (0).',
      one(mtu?.blackHole === undefined ? undefined : Number(mtu.blackHole)),
    ),
    gauge(
      'probe_udp_max_intact_size_bytes',
      'Largest payload that came back whole in the sweep.',
      one(sweep?.maxIntactSize),
    ),
    gauge(
      'probe_udp_expectation',
      'Whether the expectation held (1) or not (0).',
      [...new Map(expectations.map(({ expr, passed }) => [expr, passed]))].map(([expr, passed]) => [
        { expr },
        Number(passed),
      ]),
    ),
    gauge(
      'probe_udp_shortened',
      'Whether the run was shortened, so that it ends in time (1) or not (0).',
      one(Number(isShortened)),
    ),
  ]
}

function one(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [[{}, value]]
}

function seconds(ms: number): number
function seconds(ms: number | undefined): number | undefined
function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000
}

function roundTrips(rtt: Result['rtt']): readonly (readonly [stat: string, ms: number])[] {
  if (rtt === undefined) return []
  const { minMs, p50Ms, p90Ms, p99Ms, maxMs } = rtt
  return [
    ['min', minMs],
    ['p50', p50Ms],
    ['p90', p90Ms],
    ['p99', p99Ms],
    ['max', maxMs],
  ]
}

/** Of each side the length with the most replies, of equal ones the shortest. */
function cuts({ truncation: { cutAt } }: Result): readonly Sample[] {
  return (['request', 'reply', 'unknown'] as const).flatMap(side => {
    const lengths = cutAt.filter(cut => cut.side === side)
    const [first] = lengths.toSorted((a, b) => b.count - a.count || a.length - b.length)
    return first === undefined ? [] : [[{ side }, first.length] as const]
  })
}
