import { Worker } from 'node:worker_threads'
import { UdptoolError } from '../base/error.ts'
import type { Address } from '../base/address.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import { createServerFacts, type ServerFacts } from '../facts/server.ts'
import type { ResponderSockets, Running } from './port.ts'
import type { FromWorker, WorkerTask } from './worker-protocol.ts'

/** Runs a server on a worker thread, where it has an event loop of its own. `facts` follow it four times a second, and at the end. */
export async function respondInWorker(
  engine: string,
  plan: ResponderPlan,
  sockets: ResponderSockets,
): Promise<Running<ServerFacts>> {
  const task: WorkerTask = { engine, plan, sockets }
  const worker = new Worker(new URL('./responder-worker.js', import.meta.url), { workerData: task })
  const facts = createServerFacts()
  let opened: (bound: readonly Address[]) => void
  let failed: (error: Error) => void
  const opening = new Promise<readonly Address[]>((resolve, reject) => {
    opened = resolve
    failed = reject
  })
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'bound') opened(message.bound)
    else if (message.kind === 'facts') Object.assign(facts, message.facts)
    else failed(new UdptoolError(message.error.code, message.error.message, present(message.error)))
  })
  const done = new Promise<void>((resolve, reject) => {
    worker.once('error', error => {
      failed(error)
      reject(new UdptoolError('socket', `the server's thread broke: ${error.message}`, { cause: error }))
    })
    worker.once('exit', () => resolve())
  })
  // Whoever waits for `done` learns of a broken thread; before the bind it is told by `opening`.
  done.catch(() => {})
  const bound = await opening
  return { facts, bound, stop: () => worker.postMessage('stop'), done }
}

function present({
  operation,
  address,
  hint,
}: {
  operation: string | undefined
  address: string | undefined
  hint: string | undefined
}): {
  operation?: string
  address?: string
  hint?: string
} {
  return {
    ...(operation === undefined ? {} : { operation }),
    ...(address === undefined ? {} : { address }),
    ...(hint === undefined ? {} : { hint }),
  }
}
