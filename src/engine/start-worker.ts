import { messageOf } from '../base/thrown.ts'
import { Worker, type TransferListItem, type WorkerOptions } from 'node:worker_threads'
import type { Address } from '../base/address.ts'
import { UdptoolError } from '../base/error.ts'
import { lacksDescriptors, NO_DESCRIPTORS, RAISE_DESCRIPTORS } from '../base/no-descriptors.ts'
import type { RunningSockets } from './port.ts'
import { errorName } from './socket-error.ts'
import type { FromWorker } from './worker-messages.ts'

/** Starts a worker with its task, and waits until its sockets are open. Rejects with the worker's UdptoolError. */
export async function startWorker(
  script: URL,
  task: unknown,
  onFacts: (facts: unknown) => void,
  transferList: readonly TransferListItem[] = [],
): Promise<RunningSockets> {
  // Without the caller's flags, because with --input-type, which `node --eval` may have, a thread cannot run a file.
  const worker = createWorker(script, { workerData: task, transferList: [...transferList], execArgv: [] })
  let opened: (bound: readonly Address[]) => void
  let failed: (error: Error) => void
  let broken: UdptoolError | undefined
  const opening = new Promise<readonly Address[]>((resolve, reject) => {
    opened = resolve
    failed = reject
  })
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'bound') opened(message.bound)
    else if (message.kind === 'facts') onFacts(message.facts)
    else {
      broken = new UdptoolError(message.error.code, message.error.message, message.error)
      failed(broken)
    }
  })
  const done = new Promise<void>((resolve, reject) => {
    worker.once('error', error => {
      failed(cannotStart(error))
      reject(
        new UdptoolError('socket', `the thread that moves the datagrams broke: ${error.message}`, { cause: error }),
      )
    })
    worker.once('exit', () => (broken === undefined ? resolve() : reject(broken)))
  })
  // A broken thread rejects `done` for those who await it. Before the bind, `opening` rejects.
  done.catch(() => {})
  const bound = await opening
  return { bound, stop: () => worker.postMessage('stop'), done }
}

function createWorker(script: URL, options: WorkerOptions): Worker {
  try {
    return new Worker(script, options)
  } catch (cause) {
    throw cannotStart(cause)
  }
}

/** The error of a thread that cannot be created or cannot load its script. With `auto`, another engine is used then. */
function cannotStart(cause: unknown): UdptoolError {
  const text = messageOf(cause)
  const [reason, hint] = lacksDescriptors(errorName(cause))
    ? [NO_DESCRIPTORS, `${RAISE_DESCRIPTORS}, or use --engine dgram`]
    : /\bEAGAIN\b/u.test(text)
      ? [
          'this system grants no further thread (EAGAIN)',
          'raise the limit (ulimit -u, or TasksMax of the service), or use --engine dgram',
        ]
      : [text.split('\n')[0] ?? '', 'use --engine dgram']
  return new UdptoolError('engine', `cannot start a thread: ${reason}`, { operation: 'start a thread', cause, hint })
}
