import { workerData } from 'node:worker_threads'
import { dgramEngine } from './dgram/engine.ts'
import type { ResponderTask } from './worker-messages.ts'
import { runInWorkerThread, post } from './worker-thread.ts'

/** How often the counters are told, ms. */
const POST_MS = 250

const { plan, sockets } = workerData as ResponderTask

let timer: NodeJS.Timeout | undefined
const server = await runInWorkerThread(
  () => dgramEngine.respond(plan, sockets),
  ({ facts }) => {
    timer = setInterval(() => post({ kind: 'facts', facts }), POST_MS)
  },
)
clearInterval(timer)
if (server !== undefined) post({ kind: 'facts', facts: server.facts })
