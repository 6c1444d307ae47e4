import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { UdptoolError } from '../../base/error.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../../facts/server.ts'
import type { RelaySockets, ResponderSockets, Running, WorkerRelay } from '../port.ts'
import { startWorker } from '../start-worker.ts'
import type { RelayRecord, WorkerTask } from './worker-task.ts'

/** The worker answers between two datagrams. Without an answer for this time it has ended, ms. */
const MAX_WAIT_MS = 10_000

const SCRIPT = new URL('./worker.js', import.meta.url)

/** Runs a server on a worker thread with its own event loop. `facts` is updated four times per second and at the end. */
export async function respondInWorker(plan: ResponderPlan, sockets: ResponderSockets): Promise<Running<ServerFacts>> {
  const task: WorkerTask = { kind: 'respond', plan, sockets }
  const facts = createServerFacts()
  const worker = await startWorker(SCRIPT, task, latest => void Object.assign(facts, latest as ServerFacts))
  return { facts, ...worker }
}

/** Runs a relay on a worker thread. Its record is requested and awaited synchronously, so that a test can read it without `await`. */
export async function relayInWorker(plan: RelayPlan, sockets: RelaySockets): Promise<WorkerRelay> {
  const { port1, port2 } = new MessageChannel()
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const task: WorkerTask = { kind: 'relay', plan, sockets, records: port2, answered }
  const worker = await startWorker(SCRIPT, task, () => {}, [port2])
  let last: RelayTruth | undefined
  const receive = (): RelayTruth | undefined => {
    const record = receiveMessageOnPort(port1)?.message as RelayRecord | undefined
    if (record?.final === true) last = record.truth
    return record?.truth
  }
  const request = (): RelayTruth => {
    Atomics.store(answered, 0, 0)
    port1.postMessage('truth')
    Atomics.wait(answered, 0, 0, MAX_WAIT_MS)
    const truth = receive()
    if (truth === undefined) throw new UdptoolError('socket', 'the relay does not answer', { operation: 'truth' })
    return truth
  }
  return { ...worker, truth: () => last ?? receive() ?? request() }
}
