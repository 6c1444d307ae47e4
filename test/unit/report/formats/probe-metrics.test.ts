import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { probeFamilies } from '../../../../src/report/formats/probe-metrics.ts'
import { renderExposition } from '../../../../src/report/formats/exposition.ts'
import type { ProbeOutcome } from '../../../../src/verdict/probe-outcome.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { foreignReading } from '../../../simulation/foreign.ts'
import { simulate } from '../../../simulation/simulate.ts'
import { networkOf, probePlan, responderPlan } from '../../machines/plans.ts'
import { recordedRuns } from '../../schema/recorded-runs.ts'
import { resultOf } from '../../verdict/context.ts'

const OUTCOME: ProbeOutcome = {
  target: 'edge.example:9000',
  module: { name: 'once', run: 'send', settings: {} },
  startedAt: '2026-01-01T00:00:00.000Z',
  durationSeconds: 1.25,
  timeoutSeconds: 9.5,
  lookupSeconds: 0.003,
  address: { address: '127.0.0.1', port: 9000, family: 'udp4' },
  isShortened: false,
  isSuccess: true,
  steps: [],
}

function lines(outcome: ProbeOutcome): readonly string[] {
  return [...renderExposition(probeFamilies(outcome))]
    .join('')
    .split('\n')
    .filter(line => !/^(?:#|$)/u.test(line))
}

/** The names of all series, each with its labels. */
function series(text: readonly string[]): readonly string[] {
  return text.map(line => line.replace(/ \S+$/u, ''))
}

const LOSSY = resultOf(
  simulate({
    probe: probePlan({ count: 40, interval: MILLISECOND }),
    respond: responderPlan(),
    network: networkOf({ up: [{ rule: 'dropEvery', every: 4 }], down: [{ rule: 'dropEvery', every: 3 }] }),
  }).facts,
  'loss<1%',
  'truncated==0',
  'loss<1%',
)

const CUT = resultOf(
  simulate({ probe: probePlan({ count: 5 }), respond: foreignReading(100), network: networkOf() }).facts,
)

test('of a run with losses', () => {
  const text = lines({ ...OUTCOME, result: LOSSY, hopLimit: 63, isSuccess: false, isShortened: true })
  // Of 40 probes every fourth is lost on the way, and of the 30 replies every third on the return path.
  expect(text).toEqual(
    expect.arrayContaining([
      'probe_success 0',
      'probe_duration_seconds 1.25',
      'probe_timeout_seconds 9.5',
      'probe_dns_lookup_time_seconds 0.003',
      'probe_ip_protocol 4',
      'probe_ip_addr_hash 3668918509',
      'probe_udp_datagrams{fate="intact"} 20',
      'probe_udp_datagrams{fate="lostForward"} 10',
      'probe_udp_datagrams{fate="lostReturn"} 10',
      'probe_udp_datagrams{fate="lostUnknown"} 0',
      'probe_udp_scheduled 40',
      'probe_udp_loss_ratio 0.5',
      'probe_udp_reply_hop_limit 63',
      'probe_udp_expectation{expr="loss<1%"} 0',
      'probe_udp_expectation{expr="truncated==0"} 1',
      'probe_udp_shortened 1',
    ]),
  )
  const bound = (end: string): number =>
    Number(text.find(line => line.startsWith(`probe_udp_loss_ratio_${end} `))?.split(' ')[1])
  expect([bound('low'), bound('high')]).toEqual(LOSSY.loss.ci95?.map(value => Number(value.toPrecision(15))))
  expect(new Set(series(text)).size).toBe(text.length)
})

test('of a run that could not start: what was not observed has no sample', () => {
  const { address: _, lookupSeconds: __, ...nowhere } = OUTCOME
  expect(lines({ ...nowhere, isSuccess: false, failure: 'no such name' })).toEqual([
    'probe_success 0',
    'probe_duration_seconds 1.25',
    'probe_timeout_seconds 9.5',
  ])
})

test('of an IPv6 address', () => {
  const address = { address: '::1', port: 9000, family: 'udp6' } as const
  expect(lines({ ...OUTCOME, address })).toEqual(
    expect.arrayContaining(['probe_ip_protocol 6', 'probe_ip_addr_hash 1751717746']),
  )
})

test('a length is that of most cut replies of a side, of equal ones the shortest', () => {
  const cutAt = [
    { length: 100, count: 2, side: 'request' },
    { length: 80, count: 2, side: 'request' },
    { length: 50, count: 1, side: 'request' },
    { length: 33, count: 1, side: 'reply' },
  ] as const
  const result: Result = { ...LOSSY, truncation: { count: 6, cutAt } }
  expect(lines({ ...OUTCOME, result }).filter(line => line.startsWith('probe_udp_cut'))).toEqual([
    'probe_udp_cut_bytes{side="request"} 80',
    'probe_udp_cut_bytes{side="reply"} 33',
  ])
})

const RECORDED = recordedRuns().flatMap(({ name, kind, document }) =>
  kind === 'result' ? [[name, document as Result] as const] : [],
)

describe('of the recorded runs', () => {
  test.each(RECORDED)('%s: the fates add up, and no value is infinite or no number', (_, result) => {
    const text = lines({ ...OUTCOME, result })
    const values = text
      .filter(line => line.startsWith('probe_udp_datagrams{'))
      .map(line => Number(line.split(' ').at(-1)))
    expect(values).toHaveLength(12)
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(result.ledger.scheduled)
    for (const line of text) expect(Number.isFinite(Number(line.split(' ').at(-1)))).toBe(true)
    expect(new Set(series(text)).size).toBe(text.length)
  })
})

test('are those that the dashboards use', () => {
  const file = new URL('../../../../fixtures/exporter/probe.prom', import.meta.url)
  const used = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => !/^(?:#|$)/u.test(line))
  const made = RECORDED.flatMap(([, result]) => lines({ ...OUTCOME, result, hopLimit: 63 }))
  const shape = (text: readonly string[]): readonly string[] =>
    [...new Set(series(text).map(each => each.replace(/(?:expr|side)="[^"]*"/u, '')))].toSorted()
  expect(shape([...made, ...lines({ ...OUTCOME, result: LOSSY }), ...lines({ ...OUTCOME, result: CUT })])).toEqual(
    shape(used),
  )
})
