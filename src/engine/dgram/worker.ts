import { workerData } from 'node:worker_threads'
import { post, runInWorkerThread } from '../worker-thread.ts'
import type { RelayRecord, WorkerTask } from './worker-task.ts'

/** Interval at which a server posts its counters, ms. */
const POST_MS = 250

const task = workerData as WorkerTask

if (task.kind === 'respond') {
  const { respondOnDgram } = await import('./respond.ts')
  await runInWorkerThread(
    () => respondOnDgram(task.plan, task.sockets),
    ({ facts }) => {
      const update = (): void => post({ kind: 'facts', facts })
      const timer = setInterval(update, POST_MS)
      return () => {
        clearInterval(timer)
        update()
      }
    },
  )
} else {
  const { plan, sockets, records, answered } = task
  const { relayOnDgram } = await import('./relay.ts')
  await runInWorkerThread(
    () => relayOnDgram(plan, sockets),
    relay => {
      const answer = (final: boolean): void => {
        records.postMessage({ truth: relay.truth(), final } satisfies RelayRecord)
        Atomics.store(answered, 0, 1)
        Atomics.notify(answered, 0)
      }
      records.on('message', () => answer(false))
      // The port must not keep this thread alive after the relay has closed.
      records.unref()
      return () => answer(true)
    },
  )
}
