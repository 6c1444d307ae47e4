import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { UdptoolError } from '../base/error.ts'
import type { RelayPlan } from '../facts/relay-plan.ts'
import type { RelayTruth } from '../facts/relay-truth.ts'
import type { RelaySockets } from './port.ts'
import { startWorker, type StartedWorker } from './start-worker.ts'
import type { RelayAnswer, RelayTask } from './worker-messages.ts'

/** The worker answers between two datagrams; longer than this (ms) it is not there any more. */
const MAX_WAIT_MS = 10_000

export interface HostedRelay extends StartedWorker {
  /** The record of this very moment. */
  truth(): RelayTruth
}

/**
 * Runs a relay on a worker thread: on the event loop of whoever sends through it, each would hold the other up. Its record is
 * asked for and waited for in place, so that a test can read it without waiting for a promise.
 */
export async function relayInWorker(plan: RelayPlan, sockets: RelaySockets): Promise<HostedRelay> {
  const { port1, port2 } = new MessageChannel()
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const task: RelayTask = { plan, sockets, questions: port2, answered }
  const script = new URL('./relay-worker.js', import.meta.url)
  const worker = await startWorker(script, task, () => {}, [port2])
  let last: RelayTruth | undefined
  const receive = (): RelayTruth | undefined => {
    const answer = receiveMessageOnPort(port1)?.message as RelayAnswer | undefined
    if (answer?.final === true) last = answer.truth
    return answer?.truth
  }
  const ask = (): RelayTruth => {
    Atomics.store(answered, 0, 0)
    port1.postMessage('truth')
    Atomics.wait(answered, 0, 0, MAX_WAIT_MS)
    const truth = receive()
    if (truth === undefined) throw new UdptoolError('socket', 'the relay does not answer', { operation: 'truth' })
    return truth
  }
  return { ...worker, truth: () => last ?? receive() ?? ask() }
}
