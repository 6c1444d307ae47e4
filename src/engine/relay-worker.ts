import { workerData } from 'node:worker_threads'
import { createRelayTruth } from '../facts/relay-truth.ts'
import { relayOnDgram } from './dgram/relay.ts'
import type { RunningRelay } from './port.ts'
import type { RelayAnswer, RelayTask } from './worker-messages.ts'
import { runInWorkerThread } from './worker-thread.ts'

const { plan, sockets, questions, answered } = workerData as RelayTask

function answer(relay: RunningRelay, final: boolean): void {
  if (!final) relay.look()
  questions.postMessage({ truth: createRelayTruth(relay.facts, plan.seed), final } satisfies RelayAnswer)
  Atomics.store(answered, 0, 1)
  Atomics.notify(answered, 0)
}

const started: RunningRelay[] = []
await runInWorkerThread(
  () => relayOnDgram(plan, sockets),
  running => {
    started.push(running)
    questions.on('message', () => answer(running, false))
    // Only the relay itself keeps this thread alive.
    questions.unref()
  },
)
// Also where its sockets broke.
for (const relay of started) answer(relay, true)
