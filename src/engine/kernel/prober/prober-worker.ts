import { workerData } from 'node:worker_threads'
import { runLoopAsGuest } from '../loop/loop-guest.ts'
import { ProberReporter } from './prober-reporter.ts'
import { ProberStation } from './prober-station.ts'
import type { ProberTask } from './prober-task.ts'

const task = workerData as ProberTask

runLoopAsGuest(task.bell, libc => {
  const reporter = new ProberReporter(task)
  const station = new ProberStation(libc, task, reporter)
  return {
    bound: station.clients.map(({ bound }) => bound),
    run: () => {
      station.run(reporter)
      reporter.tellEnd()
    },
  }
})
