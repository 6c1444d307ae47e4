import { workerData } from 'node:worker_threads'
import { runLoopInWorker } from '../loop/loop-worker.ts'
import { ServerReporter } from './server-reporter.ts'
import { Shard } from './shard.ts'
import type { ShardTask } from './shard-task.ts'

const task = workerData as ShardTask

runLoopInWorker(task.waker, libc => {
  const shard = new Shard(libc, task)
  const reporter = new ServerReporter(shard.facts)
  return {
    bound: [shard.socket.bound],
    run: () => {
      shard.run(reporter)
      reporter.post()
    },
  }
})
