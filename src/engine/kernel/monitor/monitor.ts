import type { PathUpdate } from '../../../facts/path.ts'
import type { EngineFacts } from '../../../facts/run.ts'
import { startMonitor } from '../../monitor/start-monitor.ts'
import type { RunningMonitor } from '../../port.ts'
import { COMMAND, Waker } from '../loop/waker.ts'
import type { Libc } from '../system/libc.ts'

/** Runs a monitor with all its paths in one thread. */
export async function monitorOnKernel(
  libc: Libc,
  engine: EngineFacts,
  onUpdates: (updates: readonly PathUpdate[]) => void,
): Promise<RunningMonitor> {
  const waker = new Waker(libc)
  const script = new URL('./monitor-worker.js', import.meta.url)
  try {
    const thread = { script, task: { waker: waker.handle }, wake: () => waker.announce() }
    const monitor = await startMonitor(thread, engine, onUpdates)
    waker.post(COMMAND.run)
    return { ...monitor, done: monitor.done.finally(() => waker.close()) }
  } catch (error) {
    waker.close()
    throw error
  }
}
