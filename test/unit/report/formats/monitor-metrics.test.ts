import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FATES } from '../../../../src/ledger/fate.ts'
import { renderExposition } from '../../../../src/report/formats/exposition.ts'
import { monitorFamilies, type MonitorEngine } from '../../../../src/report/formats/monitor-metrics.ts'
import type { MeasuredTarget } from '../../../../src/verdict/monitor/measured-target.ts'
import { readExposition, seriesKey, type ReadSample } from '../../../helpers/exposition.ts'
import { anyScenario, play } from '../../verdict/monitor/scenario.ts'
import { WatchedModel } from '../../verdict/monitor/watched-model.ts'
import { EMPTY, measured, TOTALS } from './measured.ts'

const KERNEL: MonitorEngine = { name: 'kernel', drops: true }

function scrape(targets: readonly MeasuredTarget[], engine = KERNEL): readonly ReadSample[] {
  return readExposition([...renderExposition(monitorFamilies(targets, engine))].join(''))
}

/** Values by series. */
function valuesOf(samples: readonly ReadSample[]): ReadonlyMap<string, number> {
  return new Map(samples.map(sample => [seriesKey(sample), sample.value]))
}

function valueOf(samples: readonly ReadSample[], name: string, labels: ReadSample['labels'] = {}): number | undefined {
  return samples.find(sample => {
    return sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value)
  })?.value
}

/** Series that only ever grow. */
function growing(samples: readonly ReadSample[]): readonly ReadSample[] {
  return samples.filter(({ type }) => type === 'counter' || type === 'histogram')
}

test('each fact is a sample with its labels', () => {
  const samples = scrape([measured()])
  for (const { labels } of samples) expect(labels).toMatchObject({ target: 't:9000', module: 'default' })
  const value = (name: string, labels: ReadSample['labels'] = {}): number | undefined => valueOf(samples, name, labels)
  expect(value('udptool_probe_fates_total', { fate: 'intact' })).toBe(270)
  expect(value('udptool_probe_fates_total', { fate: 'lostForward' })).toBe(30)
  expect(value('udptool_probe_strays_total', { kind: 'unidentified' })).toBe(4)
  expect(value('udptool_probe_icmp_errors_total', { type: 'too_big' })).toBe(5)
  expect(value('udptool_probe_duplicates_total')).toBe(1)
  expect(value('udptool_probe_reordered_total')).toBe(2)
  expect(value('udptool_probe_outages_total')).toBe(1)
  expect(value('udptool_probe_outage_seconds_total')).toBe(30)
  expect(value('udptool_probe_missed_total')).toBe(6)
  expect(value('udptool_probe_in_flight')).toBe(10)
  expect(value('udptool_probe_last_reply_timestamp_seconds')).toBe(1_790_000_000.25)
  expect(value('udptool_probe_cut_bytes', { side: 'reply' })).toBe(576)
  expect(value('udptool_probe_cut_bytes', { side: 'request' })).toBeUndefined()
  expect(value('udptool_probe_reply_hop_limit')).toBe(61)
  expect(value('udptool_probe_request_tos')).toBe(184)
  expect(value('udptool_probe_jitter_seconds')).toBe(0.000_25)
  expect(value('udptool_socket_receive_drops_total')).toBe(8)
  expect(value('udptool_clock_offset_seconds')).toBe(-0.0125)
  expect(value('udptool_clock_error_seconds')).toBe(0.0002)
  expect(value('udptool_clock_skew_ratio')).toBe(1.5e-6)
  expect(value('udptool_probe_one_way_seconds_bucket', { direction: 'forward', le: '1' })).toBe(3)
  expect(value('udptool_probe_one_way_seconds_count', { direction: 'return' })).toBe(15)
  const info = { ip: '10.0.0.7', family: '4', engine: 'kernel', server: 'udptool' }
  expect(value('udptool_target_info', info)).toBe(1)
})

test('buckets are cumulative, and their bounds are written as programs in Go write them', () => {
  const buckets = scrape([measured()]).filter(({ name }) => name === 'udptool_probe_rtt_seconds_bucket')
  expect(buckets.map(({ labels }) => labels['le'])).toEqual([
    '3.0517578125e-05',
    '6.103515625e-05',
    '0.0001220703125',
    '0.000244140625',
    '0.00048828125',
    '0.0009765625',
    '0.001953125',
    '0.00390625',
    '0.0078125',
    '0.015625',
    '0.03125',
    '0.0625',
    '0.125',
    '0.25',
    '0.5',
    '1',
    '2',
    '4',
    '8',
    '+Inf',
  ])
  let sum = 0
  expect(buckets.map(({ value }) => value)).toEqual(TOTALS.rtt.counts.map(count => (sum += count)))
  const samples = scrape([measured()])
  expect(valueOf(samples, 'udptool_probe_rtt_seconds_count')).toBe(sum)
  expect(valueOf(samples, 'udptool_probe_rtt_seconds_sum')).toBe(12.5)
})

test('from the first scrape on each counter is there with 0, and what was not observed has no sample', () => {
  const before = scrape([measured({ flows: [EMPTY] })])
  const after = scrape([measured({ flows: [TOTALS] })])
  expect(growing(before).map(seriesKey)).toEqual(growing(after).map(seriesKey))
  for (const { value } of growing(before)) expect(value).toBe(0)
  const gauges = before.filter(({ type }) => type === 'gauge').map(({ name }) => name)
  expect(gauges).toEqual(['udptool_probe_in_flight', 'udptool_target_info'])
})

test('an engine that cannot read the drops of its sockets has no counter of them', () => {
  const samples = scrape([measured({ flows: [EMPTY] })], { name: 'dgram', drops: false })
  expect(valueOf(samples, 'udptool_socket_receive_drops_total')).toBeUndefined()
  expect(valueOf(samples, 'udptool_target_info', { engine: 'dgram', server: 'unknown' })).toBe(1)
})

test('a target whose name has no address yet has its counters, but no info', () => {
  const { address: _, ...unresolved } = measured({ flows: [EMPTY], resolveFailures: 3 })
  const samples = scrape([unresolved])
  expect(valueOf(samples, 'udptool_target_info')).toBeUndefined()
  expect(valueOf(samples, 'udptool_target_resolve_failures_total')).toBe(3)
  expect(valueOf(samples, 'udptool_probe_fates_total', { fate: 'intact' })).toBe(0)
})

test('flows are summed, unless the module has a series for each', () => {
  const flows = [TOTALS, { ...EMPTY, inFlight: 2, fates: { ...EMPTY.fates, intact: 1 } }]
  const summed = scrape([measured({ flows })])
  expect(valueOf(summed, 'udptool_probe_fates_total', { fate: 'intact' })).toBe(271)
  expect(valueOf(summed, 'udptool_probe_in_flight')).toBe(12)
  expect(summed.some(({ labels }) => 'flow' in labels)).toBe(false)
  const apart = scrape([measured({ flows, perFlow: true })])
  expect(valueOf(apart, 'udptool_probe_fates_total', { fate: 'intact', flow: '0' })).toBe(270)
  expect(valueOf(apart, 'udptool_probe_fates_total', { fate: 'intact', flow: '1' })).toBe(1)
  expect(apart.filter(({ name }) => name === 'udptool_target_info')).toHaveLength(1)
  // The second flow has no socket yet.
  const ports = apart.filter(({ name }) => name === 'udptool_flow_info').map(({ labels }) => labels)
  expect(ports).toEqual([{ target: 't:9000', module: 'default', flow: '0', source_port: '40000' }])
  for (const sample of growing(summed).filter(({ family }) => family !== 'udptool_target_resolve_failures_total')) {
    const parts = ['0', '1'].map(flow =>
      valuesOf(apart).get(seriesKey({ ...sample, labels: { ...sample.labels, flow } })),
    )
    expect((parts[0] ?? NaN) + (parts[1] ?? NaN)).toBe(sample.value)
  }
})

test('targets of several sizes are told apart, and configured labels follow in the order of their names', () => {
  const text = [
    ...renderExposition(monitorFamilies([measured({ size: 64, labels: { zone: 'b', site: 'fra' } })], KERNEL)),
  ]
  expect(text.join('')).toContain(
    'udptool_probe_missed_total{target="t:9000",module="default",size="64",site="fra",zone="b"} 6\n',
  )
})

test('property: whatever happens to a target, counters never fall, no series comes or goes, and the sums hold', () => {
  fc.assert(
    fc.property(anyScenario, fc.boolean(), (scenario, perFlow) => {
      const watched = new WatchedModel()
      let before: ReadonlyMap<string, number> | undefined
      let samples: readonly ReadSample[] = []
      const sent = play(watched, scenario, () => {
        const targets = watched.model.targets.map(target => ({ ...target.measure(), perFlow }))
        samples = scrape(targets)
        const values = valuesOf(growing(samples))
        if (before !== undefined) expect([...values.keys()]).toEqual([...before.keys()])
        for (const [series, value] of values) expect(value).toBeGreaterThanOrEqual(before?.get(series) ?? 0)
        before = values
        expect(settled(samples) + sumOf(samples, 'udptool_probe_in_flight')).toBe(watched.only().ledger.scheduled)
        const replies = ['intact', 'late', 'truncated', 'corrupt'].map(fate => sumOf(samples, FATES_TOTAL, { fate }))
        expect(sumOf(samples, 'udptool_probe_rtt_seconds_count')).toBe(replies.reduce((sum, count) => sum + count))
      })
      expect(settled(samples)).toBe(sent)
      expect(sumOf(samples, 'udptool_probe_in_flight')).toBe(0)
    }),
    { numRuns: 20 },
  )
})

const FATES_TOTAL = 'udptool_probe_fates_total'

function settled(samples: readonly ReadSample[]): number {
  return FATES.reduce((sum, fate) => sum + sumOf(samples, FATES_TOTAL, { fate }), 0)
}

function sumOf(samples: readonly ReadSample[], name: string, labels: ReadSample['labels'] = {}): number {
  const own = samples.filter(sample => {
    return sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value)
  })
  return own.reduce((sum, { value }) => sum + value, 0)
}
