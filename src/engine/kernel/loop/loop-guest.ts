import type { Address } from '../../../base/address.ts'
import { UdptoolError } from '../../../base/error.ts'
import { tell, tellFailure } from '../../worker-guest.ts'
import { awaitRun, type BellRope } from './bell.ts'
import { loadLibc, type Libc } from '../system/libc.ts'

/** Something with open sockets that blocks its thread while it runs. */
interface Opened {
  readonly bound: readonly Address[]
  readonly run: () => void
}

/** The inside of a thread with a loop of the kernel: opens its sockets, tells whether that went well, and runs once told to. */
export function runLoopAsGuest(bell: BellRope, open: (libc: Libc) => Opened): void {
  const { libc, missing } = loadLibc()
  let opened: Opened
  try {
    if (libc === undefined) throw new UdptoolError('engine', missing)
    opened = open(libc)
  } catch (cause) {
    tellFailure(cause)
    return
  }
  tell({ kind: 'bound', bound: opened.bound })
  awaitRun(bell)
  opened.run()
}
