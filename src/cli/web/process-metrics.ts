/** Metrics of this process: CPU, memory, file descriptors, event loop, heap and garbage collection. */
export interface ProcessMetrics {
  /** In the text format of Prometheus. */
  text(): Promise<string>
}

/** Gauges named like counters, which `promtool check metrics` refuses. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** Starts the default metrics of prom-client, in a registry of their own. */
export async function startProcessMetrics(): Promise<ProcessMetrics> {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  return { text: async () => observed(await registry.metrics()) }
}

/** Each scrape empties the histogram of the event loop's lag. Until the next sample, 10 ms later, its statistics are NaN, 0 and 2^63 ns. */
function observed(text: string): string {
  if (!/^nodejs_eventloop_lag_mean_seconds Nan$/imu.test(text)) return text
  return text.replaceAll(/^nodejs_eventloop_lag_(?:min|max|mean|stddev|p50|p90|p99)_seconds .*\n/gmu, '')
}
