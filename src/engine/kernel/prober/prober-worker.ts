import { workerData } from 'node:worker_threads'
import { runLoopInWorker } from '../loop/loop-worker.ts'
import { ProberReporter } from './prober-reporter.ts'
import { ProberDriver } from './prober-driver.ts'
import type { ProberTask } from './prober-task.ts'

const task = workerData as ProberTask

runLoopInWorker(task.waker, libc => {
  const reporter = new ProberReporter(task)
  const driver = new ProberDriver(libc, task, reporter)
  return {
    bound: driver.clients.map(({ bound }) => bound),
    run: () => {
      driver.run(reporter)
      reporter.postEnd()
    },
  }
})
