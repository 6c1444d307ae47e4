import { workerData } from 'node:worker_threads'
import { dgramEngine } from './dgram/engine.ts'
import type { ResponderTask } from './worker-protocol.ts'
import { runAsGuest, tell } from './worker-guest.ts'

/** How often the counters are told, ms. */
const TELL_MS = 250

const { plan, sockets } = workerData as ResponderTask

let timer: NodeJS.Timeout | undefined
const server = await runAsGuest(
  () => dgramEngine.respond(plan, sockets),
  ({ facts }) => {
    timer = setInterval(() => tell({ kind: 'facts', facts }), TELL_MS)
  },
)
clearInterval(timer)
if (server !== undefined) tell({ kind: 'facts', facts: server.facts })
