import { expect, test } from 'vitest'
import { watchEventLine, watchHeader, watchLine, withdrawnLine } from '../../../../src/report/terminal/watch-lines.ts'
import type { TargetView } from '../../../../src/verdict/monitor/view.ts'
import {
  healthyTarget,
  healthyView,
  mixedView,
  targetInOutage,
  targetWithFlows,
  unresolvedTarget,
  VIEW_NOW,
} from '../../../helpers/monitor-view.ts'

const utc = (ms: number): string => new Date(ms).toISOString().replace('Z', '+00:00')
const NOW = utc(VIEW_NOW)

function line(target: TargetView): string {
  return watchLine(target, NOW, utc)
}

test('a target has its loss of a minute and since the start, its round trips and its last event', () => {
  expect(line(healthyTarget)).toBe(
    `${NOW} edge.example:9000: 600 sent · loss 0% in 1 min (0 of 59), 0.2% since start (1 of 599) · ` +
      'rtt p50 12 ms, p99 18.3 ms · last: resolved at 11:50:00: edge.example is 192.0.2.9',
  )
  expect(line(targetInOutage)).toBe(
    `${NOW} [2001:db8::7]:9000: 600 sent · loss 66% in 1 min (39 of 59), 6.5% since start (39 of 599) · ` +
      'rtt p50 18 ms, p99 24.3 ms · last: outage began at 11:59:21: no reply to 2 probes in a row',
  )
  expect(line(targetWithFlows)).toContain(' core.example:9000 (ecmp): 2400 sent · ')
})

test('what is not known is not a number', () => {
  const none = { settled: 0, lost: 0, missed: 0 }
  const young = { ...healthyTarget, minute: none, sinceStart: none, events: [] }
  expect(line(young)).toBe(`${NOW} edge.example:9000: 600 sent · loss not known yet · no replies in 1 min`)
  const asleep = { ...healthyTarget, minute: none, events: [], ledger: { ...healthyTarget.ledger, missed: 5 } }
  expect(line(asleep)).toContain(' · loss 0.2% since start (1 of 599) · 5 missed · no replies in 1 min')
})

test('a target to which nothing is sent says why', () => {
  expect(line(unresolvedTarget)).toBe(
    `${NOW} gone.example:9000: idle: gone.example has no address (ENOTFOUND) · 0 sent · loss not known yet · ` +
      'no replies in 1 min · last: lookup failed at 11:50:00: gone.example has no address (ENOTFOUND)',
  )
})

test('an event has the time at which it was known and that at which it happened, of another day with its date', () => {
  const event = { at: VIEW_NOW - 2000, kind: 'outageBegan', text: 'no reply to \u001B[31m2 probes' } as const
  expect(watchEventLine(healthyTarget, event, NOW, utc)).toBe(
    `${NOW} edge.example:9000: outage began at 11:59:58: no reply to \\x1b[31m2 probes`,
  )
  expect(withdrawnLine(healthyTarget, event, NOW, utc)).toBe(
    `${NOW} edge.example:9000: not so, after a late reply: outage began at 11:59:58: no reply to \\x1b[31m2 probes`,
  )
  const icmp = { ...event, kind: 'icmp', text: 'ICMP error: port unreachable' } as const
  expect(watchEventLine(healthyTarget, icmp, NOW, utc)).toContain(': ICMP error at 11:59:58: port unreachable')
  const paused = { at: VIEW_NOW - 86_400_000, kind: 'paused', text: 'paused' } as const
  expect(watchEventLine(healthyTarget, paused, NOW, utc)).toBe(
    `${NOW} edge.example:9000: paused at 2026-11-29 12:00:00`,
  )
})

test('the first line names the target, or counts targets and flows', () => {
  expect(watchHeader(healthyView.targets, 'kernel')).toBe('WATCH edge.example:9000 (192.0.2.9:9000), kernel engine')
  const literal = healthyView.targets.map(target => ({ ...target, target: '192.0.2.9:9000' }))
  expect(watchHeader(literal, 'kernel')).toBe('WATCH 192.0.2.9:9000, kernel engine')
  expect(watchHeader([unresolvedTarget], 'dgram')).toBe('WATCH gone.example:9000, dgram engine')
  expect(watchHeader(mixedView.targets, 'kernel')).toBe('WATCH 4 targets, 6 flows, kernel engine')
})
