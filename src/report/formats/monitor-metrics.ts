import { FATES } from '../../ledger/fate.ts'
import { RTT_BOUNDS } from '../../verdict/monitor/counters.ts'
import type { FlowTotals } from '../../verdict/monitor/flow-totals.ts'
import { ICMP_KINDS } from '../../verdict/monitor/icmp-kind.ts'
import { sumFlows, type MeasuredTarget } from '../../verdict/monitor/measured-target.ts'
import { counter, gauge, type Family, type Labels, type Sample } from './exposition.ts'

/** Labels and counters of one path series. */
interface Path {
  readonly labels: Labels
  readonly totals: FlowTotals
}

/** Upper bounds in seconds, and their counts; the last one is above all bounds. */
interface Bounds {
  readonly seconds: readonly number[]
}

/**
 * The metrics of targets that are always probed (docs/exporter.md). Each counter of a target exists from its first scrape on, with 0. A
 * value that was not observed has no sample.
 */
export function monitorFamilies(
  targets: readonly MeasuredTarget[],
  engine: string,
  { seconds }: Bounds = { seconds: RTT_BOUNDS },
): readonly Family[] {
  const paths = targets.flatMap(target => pathsOf(target))
  const each = (read: (path: Path) => readonly Sample[]): readonly Sample[] => paths.flatMap(path => read(path))
  const one = (read: (totals: FlowTotals) => number | undefined): readonly Sample[] =>
    each(({ labels, totals }) => sample(labels, read(totals)))
  return [
    counter(
      'udptool_probe_fates_total',
      'Probes by final fate; the sum over fate is every probe settled.',
      each(({ labels, totals }) => FATES.map(fate => [{ ...labels, fate }, totals.fates[fate]])),
    ),
    {
      name: 'udptool_probe_rtt_seconds',
      type: 'histogram',
      help: 'Round trip of the first reply, whole or damaged, late included.',
      samples: each(({ labels, totals }) => histogram(labels, totals, seconds)),
    },
    counter(
      'udptool_probe_duplicates_total',
      'Further copies of replies.',
      one(totals => totals.duplicates),
    ),
    counter(
      'udptool_probe_reordered_total',
      'Replies after one with a higher number (RFC 4737).',
      one(totals => totals.reordered),
    ),
    counter(
      'udptool_probe_strays_total',
      'Datagrams that fit no probe of this run.',
      each(({ labels, totals: { strays } }) => [
        [{ ...labels, kind: 'foreign' }, strays.foreign],
        [{ ...labels, kind: 'unidentified' }, strays.unidentified],
      ]),
    ),
    counter(
      'udptool_probe_icmp_errors_total',
      'ICMP errors received.',
      each(({ labels, totals }) => ICMP_KINDS.map(type => [{ ...labels, type }, totals.icmp[type]])),
    ),
    counter(
      'udptool_probe_outages_total',
      'Runs of two losses or more.',
      one(totals => totals.outages),
    ),
    counter(
      'udptool_probe_outage_seconds_total',
      'Time spent in outages.',
      one(totals => totals.outageSeconds),
    ),
    counter(
      'udptool_probe_missed_total',
      'Probes that did not leave within one interval of their time.',
      one(totals => totals.missed),
    ),
    gauge(
      'udptool_probe_in_flight',
      'Probes sent whose fate is not final.',
      one(totals => totals.inFlight),
    ),
    gauge(
      'udptool_probe_last_reply_timestamp_seconds',
      'When the last reply came.',
      one(({ lastReplyAt }) => (lastReplyAt === undefined ? undefined : lastReplyAt / 1000)),
    ),
    gauge(
      'udptool_probe_cut_bytes',
      'Length at which the last truncated reply was cut.',
      each(({ labels, totals: { cut } }) => (cut === undefined ? [] : [[{ ...labels, side: cut.side }, cut.length]])),
    ),
    gauge(
      'udptool_probe_reply_hop_limit',
      'TTL or hop limit of the last reply.',
      one(totals => totals.hopLimit),
    ),
    gauge(
      'udptool_probe_request_tos',
      'TOS with which the last probe reached a udptool server.',
      one(totals => totals.tos),
    ),
    gauge(
      'udptool_probe_jitter_seconds',
      'Interarrival jitter (RFC 3550), running.',
      one(totals => totals.jitterSeconds),
    ),
    gauge(
      'udptool_target_info',
      'What the name means now.',
      targets.flatMap(target => infoOf(target, engine)),
    ),
    counter(
      'udptool_target_resolve_failures_total',
      'Failed resolutions of the name.',
      targets.map(target => [labelsOf(target), target.resolveFailures]),
    ),
    counter(
      'udptool_socket_receive_drops_total',
      'Datagrams that our own sockets dropped.',
      one(totals => totals.drops),
    ),
  ]
}

function pathsOf(target: MeasuredTarget): readonly Path[] {
  if (!target.perFlow) {
    const totals = sumFlows(target.flows)
    return totals === undefined ? [] : [{ labels: labelsOf(target), totals }]
  }
  return target.flows.map((totals, flow) => ({ labels: labelsOf(target, String(flow)), totals }))
}

/** First the labels that every series has, then the configured ones, sorted. */
function labelsOf({ target, module, size, labels }: MeasuredTarget, flow?: string): Labels {
  const own = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return {
    target,
    module,
    ...(size === undefined ? {} : { size: String(size) }),
    ...(flow === undefined ? {} : { flow }),
    ...Object.fromEntries(own),
  }
}

function infoOf(target: MeasuredTarget, engine: string): readonly Sample[] {
  const { address, flows } = target
  if (address === undefined) return []
  const server = flows.find(flow => flow.server !== undefined)?.server ?? 'unknown'
  const family = address.family === 'udp4' ? 'ipv4' : 'ipv6'
  return [[{ ...labelsOf(target), ip: address.address, family, engine, server }, 1]]
}

function sample(labels: Labels, value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [[labels, value]]
}

/** A classic histogram: each bucket counts everything up to its bound. */
function histogram(labels: Labels, { rtt, rttSumSeconds }: FlowTotals, bounds: readonly number[]): readonly Sample[] {
  let count = 0
  const buckets = bounds.map((bound, n): Sample => {
    count += rtt[n] ?? 0
    return [{ ...labels, le: String(bound) }, count, '_bucket']
  })
  count += rtt[bounds.length] ?? 0
  return [
    ...buckets,
    [{ ...labels, le: '+Inf' }, count, '_bucket'],
    [labels, rttSumSeconds, '_sum'],
    [labels, count, '_count'],
  ]
}
