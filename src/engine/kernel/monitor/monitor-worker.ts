import { workerData } from 'node:worker_threads'
import type { MonitorTask } from '../../monitor/monitor-messages.ts'
import { runLoopInWorker } from '../loop/loop-worker.ts'
import type { WakerHandle } from '../loop/waker.ts'
import { MonitorDriver } from './monitor-driver.ts'

const task = workerData as MonitorTask & { readonly waker: WakerHandle }

runLoopInWorker(task.waker, libc => {
  const driver = new MonitorDriver(libc, task, task.waker)
  return { bound: [], run: () => driver.run() }
})
