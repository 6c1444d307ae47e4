import { FATES } from '../../ledger/fate.ts'
import type { DelayBuckets } from '../../verdict/monitor/delay-buckets.ts'
import type { FlowTotals } from '../../verdict/monitor/flow-totals.ts'
import { ICMP_KINDS } from '../../verdict/monitor/icmp-kind.ts'
import { sumFlows, type MeasuredTarget } from '../../verdict/monitor/measured-target.ts'
import { counter, gauge, labelText, withLabel, type Family, type Sample } from './exposition.ts'
import { seriesLabels } from './series-labels.ts'

/** The engine of a monitor, and what it can count. */
export interface MonitorEngine {
  readonly name: string
  /** The drop counters of its sockets can be read. */
  readonly drops: boolean
}

/** Label text and counters of one path series. */
interface Path {
  readonly labels: string
  readonly totals: FlowTotals
}

/** A target with the label text of its own series. */
interface Series {
  readonly target: MeasuredTarget
  readonly labels: string
}

/**
 * The metrics of targets that are always probed (docs/exporter.md). Each counter of a target exists from its first scrape on, with 0. A
 * value that was not observed has no sample. Samples are made while they are read, because a scrape of many targets is long.
 */
export function monitorFamilies(targets: readonly MeasuredTarget[], engine: MonitorEngine): readonly Family[] {
  const all = targets.map((target): Series => ({ target, labels: labelText(seriesLabels(target)) }))
  const paths = all.flatMap(series => pathsOf(series))
  const one = (read: (totals: FlowTotals) => number | undefined): Iterable<Sample> => samplesOf(paths, read)
  return [
    counter(
      'udptool_probe_fates_total',
      'Probes by final fate; the sum over fate is every probe settled.',
      labelledSamples(paths, 'fate', FATES, ({ fates }, fate) => fates[fate]),
    ),
    {
      name: 'udptool_probe_rtt_seconds',
      type: 'histogram',
      help: 'Round trip of the first reply, whole or damaged, late included.',
      samples: histogramSamples(paths, ({ rtt }) => rtt),
    },
    {
      name: 'udptool_probe_one_way_seconds',
      type: 'histogram',
      help: 'One-way delay by the estimated clock offset; each is wrong by up to udptool_clock_error_seconds.',
      samples: oneWaySamples(paths),
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
      labelledSamples(paths, 'kind', ['foreign', 'unidentified'], ({ strays }, kind) => strays[kind]),
    ),
    counter(
      'udptool_probe_icmp_errors_total',
      'Probes for which an ICMP error came.',
      labelledSamples(paths, 'type', ICMP_KINDS, ({ icmp }, type) => icmp[type]),
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
      labelledSamples(paths, 'side', ['request', 'reply', 'unknown'], ({ cut }, side) =>
        cut?.side === side ? cut.length : undefined,
      ),
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
      'udptool_clock_offset_seconds',
      'Estimate of the server clock minus ours, in the last closed epoch.',
      one(({ clock }) => clock?.offsetSeconds),
    ),
    gauge(
      'udptool_clock_error_seconds',
      'Maximum error of the offset, and so of each one-way delay.',
      one(({ clock }) => clock?.errorSeconds),
    ),
    gauge(
      'udptool_clock_skew_ratio',
      'How much faster the server clock runs than ours.',
      one(({ clock }) => clock?.skew),
    ),
    gauge('udptool_target_info', 'What the name means now.', infoSamples(all, engine.name)),
    gauge('udptool_flow_info', 'Source port of a flow with a series of its own.', flowInfoSamples(targets)),
    counter(
      'udptool_target_resolve_failures_total',
      'Failed resolutions of the name.',
      all.map(({ target, labels }) => [labels, target.resolveFailures] as const),
    ),
    counter(
      'udptool_socket_receive_drops_total',
      'Datagrams that our own sockets dropped.',
      one(({ drops }) => drops ?? (engine.drops ? 0 : undefined)),
    ),
  ]
}

function pathsOf({ target, labels }: Series): readonly Path[] {
  if (target.perFlow)
    return target.flows.map((totals, flow) => ({ labels: labelText(seriesLabels(target, String(flow))), totals }))
  const totals = sumFlows(target.flows)
  return totals === undefined ? [] : [{ labels, totals }]
}

function* samplesOf(paths: readonly Path[], read: (totals: FlowTotals) => number | undefined): Iterable<Sample> {
  for (const { labels, totals } of paths) {
    const value = read(totals)
    if (value !== undefined) yield [labels, value]
  }
}

/** A sample for each value of a label. */
function* labelledSamples<Value extends string>(
  paths: readonly Path[],
  label: string,
  values: readonly Value[],
  read: (totals: FlowTotals, value: Value) => number | undefined,
): Iterable<Sample> {
  for (const { labels, totals } of paths)
    for (const value of values) {
      const number = read(totals, value)
      if (number !== undefined) yield [withLabel(labels, label, value), number]
    }
}

function* histogramSamples(paths: readonly Path[], read: (totals: FlowTotals) => DelayBuckets): Iterable<Sample> {
  const texts = new BoundTexts()
  for (const { labels, totals } of paths) yield* bucketSamples(labels, read(totals), texts)
}

function* oneWaySamples(paths: readonly Path[]): Iterable<Sample> {
  const texts = new BoundTexts()
  for (const {
    labels,
    totals: { oneWay },
  } of paths) {
    if (oneWay === undefined) continue
    yield* bucketSamples(withLabel(labels, 'direction', 'forward'), oneWay.forward, texts)
    yield* bucketSamples(withLabel(labels, 'direction', 'return'), oneWay.return, texts)
  }
}

/** A classic histogram: each bucket counts everything up to its bound. */
function* bucketSamples(
  labels: string,
  { bounds, counts, sumSeconds }: DelayBuckets,
  texts: BoundTexts,
): Iterable<Sample> {
  let count = 0
  for (const [bucket, bound] of texts.of(bounds).entries()) {
    count += counts[bucket] ?? 0
    yield [withLabel(labels, 'le', bound), count, '_bucket']
  }
  count += counts[bounds.length] ?? 0
  yield [withLabel(labels, 'le', '+Inf'), count, '_bucket']
  yield [labels, sumSeconds, '_sum']
  yield [labels, count, '_count']
}

/** Texts of bounds, which many targets share. */
class BoundTexts {
  readonly #known = new Map<readonly number[], readonly string[]>()

  of(bounds: readonly number[]): readonly string[] {
    const texts = this.#known.get(bounds) ?? bounds.map(boundText)
    this.#known.set(bounds, texts)
    return texts
  }
}

/** A bound as programs in Go write it (strconv.FormatFloat with 'g'), so that series of several exporters have equal labels. */
function boundText(seconds: number): string {
  if (seconds >= 1e-4 && seconds < 1e21) return String(seconds)
  return seconds.toExponential().replace(/e([+-])(\d)$/u, 'e$10$2')
}

function* infoSamples(all: readonly Series[], engine: string): Iterable<Sample> {
  for (const { target, labels } of all) {
    const { address, flows } = target
    if (address === undefined) continue
    const server = flows.find(flow => flow.server !== undefined)?.server ?? 'unknown'
    const family = address.family === 'udp4' ? '4' : '6'
    yield [`${labels},${labelText({ ip: address.address, family, engine, server })}`, 1]
  }
}

function* flowInfoSamples(targets: readonly MeasuredTarget[]): Iterable<Sample> {
  for (const target of targets.filter(({ perFlow }) => perFlow))
    for (const [flow, { port }] of target.flows.entries())
      if (port !== undefined) yield [{ ...seriesLabels(target, String(flow)), source_port: String(port) }, 1]
}
