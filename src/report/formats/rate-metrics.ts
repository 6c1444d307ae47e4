import type { SizeRate } from '../../verdict/rate-words.ts'
import { gauge, type Family, type Labels } from './exposition.ts'
import type { SamplesOf } from './query-metrics.ts'

/** The metrics of a search for the highest rate, by size. Rates are in bytes, the base unit of Prometheus. */
export function rateFamilies(of: SamplesOf): readonly Family<Labels>[] {
  const each = (read: (row: SizeRate) => number | undefined): ReturnType<SamplesOf> =>
    of(({ result }) => (result?.rate?.sizes ?? []).map(row => [sizeOf(row), read(row)]))
  return [
    gauge(
      'udptool_rate_packets_per_second',
      'Highest rate that held, datagrams a second.',
      each(({ pps }) => pps),
    ),
    gauge(
      'udptool_rate_payload_bytes_per_second',
      'Highest rate that held, payload bytes a second.',
      each(({ bitsPerSecond }) => bytes(bitsPerSecond)),
    ),
    gauge(
      'udptool_rate_limit',
      '1, with the kind of what stops a higher rate, its direction and what it counts.',
      of(({ result }) => (result?.rate?.sizes ?? []).map(row => [{ ...sizeOf(row), ...limitLabels(row) }, 1])),
    ),
    gauge(
      'udptool_rate_limit_packets_per_second',
      'Datagrams a second that passed the limit.',
      each(({ limit }) => limit.pps),
    ),
    gauge(
      'udptool_rate_limit_bytes_per_second',
      'Bytes of IP packets a second that passed the limit.',
      each(({ limit }) => bytes(limit.bitsPerSecond)),
    ),
    gauge(
      'udptool_rate_limit_burst_bytes',
      'Bytes of IP packets above the rate that passed at once after a pause.',
      each(({ limit }) => limit.burstBytes),
    ),
    gauge(
      'udptool_rate_limit_burst_packets',
      'The same in datagrams.',
      each(({ limit }) => limit.burstPackets),
    ),
    gauge(
      'udptool_rate_limit_queue_seconds',
      'Time in the full queue of the limit.',
      each(({ limit: { queueMs } }) => (queueMs === undefined ? undefined : queueMs / 1000)),
    ),
    gauge(
      'udptool_rate_burst_intact_packets',
      'The largest tested burst without a loss.',
      each(({ burst }) => burst?.intact),
    ),
    gauge(
      'udptool_rate_burst_lossy_packets',
      'The smallest tested burst with a loss.',
      each(({ burst }) => burst?.lossy),
    ),
    gauge(
      'udptool_rate_trials',
      'Trials of the search.',
      of(({ result }) => [[{}, result?.rate?.trials.length]]),
    ),
  ]
}

function sizeOf({ size }: SizeRate): Labels {
  return { size: String(size) }
}

function limitLabels({ limit: { kind, direction, unit } }: SizeRate): Labels {
  return { kind, ...(direction === undefined ? {} : { direction }), ...(unit === undefined ? {} : { unit }) }
}

function bytes(bits: number | undefined): number | undefined {
  return bits === undefined ? undefined : bits / 8
}
