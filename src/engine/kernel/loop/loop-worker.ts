import type { Address } from '../../../base/address.ts'
import { UdptoolError } from '../../../base/error.ts'
import { post, postFailure } from '../../worker-thread.ts'
import { awaitRun, type WakerHandle } from './waker.ts'
import { loadLibc, type Libc } from '../system/libc.ts'

/** Open sockets with a loop that blocks its thread while it runs. */
interface OpenedLoop {
  readonly bound: readonly Address[]
  readonly run: () => void
}

/** Runs in a thread with a kernel loop: opens the sockets, reports whether that succeeded, and runs when it gets the command. */
export function runLoopInWorker(waker: WakerHandle, open: (libc: Libc) => OpenedLoop): void {
  const { libc, missing } = loadLibc()
  let opened: OpenedLoop
  try {
    if (libc === undefined) throw new UdptoolError('engine', missing)
    opened = open(libc)
  } catch (cause) {
    postFailure(cause)
    return
  }
  post({ kind: 'bound', bound: opened.bound })
  awaitRun(waker)
  opened.run()
}
