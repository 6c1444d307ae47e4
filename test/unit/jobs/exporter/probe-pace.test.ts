import { expect, test } from 'vitest'
import { probesPerSecond } from '../../../../src/jobs/exporter/probe-pace.ts'

test.each([
  ['send', {}, 10],
  ['send', { interval: '10ms', count: '1000' }, 100],
  ['send', { interval: '10ms' }, 10],
  ['send', { interval: '10ms', duration: '1s' }, 100],
  ['send', { interval: '10ms', clients: '16', burst: '2', count: '1000' }, 3200],
  ['send', { interval: '0', duration: '1s' }, Infinity],
  ['send', { rate: '600pps', duration: '1s' }, 600],
  ['send', { rate: '600pps', burst: '8', duration: '1s' }, 600],
  ['send', { rate: '10Mbit', size: '1250', duration: '1s' }, 1000],
  ['send', { rate: '10Mbit', size: '1250,125', duration: '1s', clients: '2' }, 20_000],
  ['send', { flood: true }, Infinity],
  ['send', { flood: true, count: '100', clients: '2' }, 200],
  ['mtu', {}, 100],
  ['mtu', { interval: '20ms' }, 50],
  ['sweep', {}, 100],
  ['sweep', { rate: '50pps' }, 50],
  ['sweep', { rate: '1Mbit', sizes: '1250,2500' }, 100],
])('%s with %j sends %d a second', (run, options, perSecond) => {
  expect(probesPerSecond(run, options)).toBeCloseTo(perSecond, 6)
})
