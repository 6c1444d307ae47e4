import { Worker, type TransferListItem } from 'node:worker_threads'
import type { Address } from '../base/address.ts'
import { UdptoolError, type ErrorDetails } from '../base/error.ts'
import type { FromWorker } from './worker-protocol.ts'

/** A worker that has opened its sockets. */
export interface HostedWorker {
  readonly bound: readonly Address[]
  stop(): void
  readonly done: Promise<void>
}

/** Starts a worker with its task, and waits until its sockets are open. Rejects with the UdptoolError that the worker met. */
export async function hostWorker(
  script: URL,
  task: unknown,
  onFacts: (facts: unknown) => void,
  transferList: readonly TransferListItem[] = [],
): Promise<HostedWorker> {
  // None of the caller's flags: --input-type, which a program given by --eval has, lets no thread run a file.
  const worker = new Worker(script, { workerData: task, transferList: [...transferList], execArgv: [] })
  let opened: (bound: readonly Address[]) => void
  let failed: (error: Error) => void
  const opening = new Promise<readonly Address[]>((resolve, reject) => {
    opened = resolve
    failed = reject
  })
  worker.on('message', (message: FromWorker) => {
    if (message.kind === 'bound') opened(message.bound)
    else if (message.kind === 'facts') onFacts(message.facts)
    else failed(new UdptoolError(message.error.code, message.error.message, present(message.error)))
  })
  const done = new Promise<void>((resolve, reject) => {
    worker.once('error', error => {
      failed(error)
      reject(
        new UdptoolError('socket', `the thread that moves the datagrams broke: ${error.message}`, { cause: error }),
      )
    })
    worker.once('exit', () => resolve())
  })
  // Whoever waits for `done` learns of a broken thread; before the bind it is told by `opening`.
  done.catch(() => {})
  const bound = await opening
  return { bound, stop: () => worker.postMessage('stop'), done }
}

function present({ operation, address, hint }: Pick<UdptoolError, 'operation' | 'address' | 'hint'>): ErrorDetails {
  return {
    ...(operation === undefined ? {} : { operation }),
    ...(address === undefined ? {} : { address }),
    ...(hint === undefined ? {} : { hint }),
  }
}
