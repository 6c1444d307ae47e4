import type { PathUpdate } from '../../facts/path.ts'
import type { EngineFacts } from '../../facts/run.ts'
import { startMonitor } from '../monitor/start-monitor.ts'
import type { RunningMonitor } from '../port.ts'

/** Runs a monitor on a worker thread with its own event loop, so that the caller's cannot delay its probes. */
export async function monitorOnDgram(
  engine: EngineFacts,
  onUpdates: (updates: readonly PathUpdate[]) => void,
): Promise<RunningMonitor> {
  const script = new URL('./monitor-worker.js', import.meta.url)
  return startMonitor({ script, task: {}, wake: () => {} }, engine, onUpdates)
}
