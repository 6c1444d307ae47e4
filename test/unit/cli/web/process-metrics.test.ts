import { expect, test } from 'vitest'
import { startProcessMetrics } from '../../../../src/cli/web/process-metrics.ts'
import { readExposition } from '../../../helpers/exposition.ts'

test('metrics of the process, without gauges that are named like counters', async () => {
  const metrics = await startProcessMetrics()
  const samples = readExposition(await metrics.text())
  const value = (wanted: string): number => samples.find(({ name }) => name === wanted)?.value ?? NaN
  const startedAt = Date.now() / 1000 - process.uptime()
  expect(Math.abs(value('process_start_time_seconds') - startedAt)).toBeLessThan(60)
  expect(value('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  expect(value('nodejs_heap_size_used_bytes')).toBeGreaterThan(1e6)
  expect(samples.filter(({ type, name }) => type === 'gauge' && name.endsWith('_total'))).toEqual([])
})

test('two of them in one process do not meet', async () => {
  const [one, other] = [await startProcessMetrics(), await startProcessMetrics()]
  expect(readExposition(await one.text()).length).toBe(readExposition(await other.text()).length)
})

test('a lag of the event loop that was not measured since the last scrape is no number of years', async () => {
  const metrics = await startProcessMetrics()
  await metrics.text()
  const lags = readExposition(await metrics.text()).filter(({ name }) => name.startsWith('nodejs_eventloop_lag_'))
  expect(lags.map(({ name }) => name)).toContain('nodejs_eventloop_lag_seconds')
  for (const { value } of lags) expect(value).toBeLessThan(1e6)
})
