import { EFD_CLOEXEC, EFD_NONBLOCK } from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'
import { engineFailure } from '../system/system-error.ts'

/** What the thread of a loop is told; only ever a later one. */
export const CALL = {
  /** Its sockets are open; others may not be yet. */
  wait: 0,
  run: 1,
  /** Finish what is under way. */
  stop: 2,
  /** The process ends: leave everything. */
  quit: 3,
} as const

/** What of a bell crosses to the thread of the loop: the call, and the eventfd that ends a wait in the kernel. */
export interface BellRope {
  readonly call: Int32Array
  readonly fd: number
}

const ONE = new Uint8Array(BigUint64Array.of(1n).buffer)
const hanging = new Set<Bell>()

/** A thread inside a system call holds up the end of the process until the call returns. */
function quitAll(): void {
  for (const bell of hanging) bell.ring(CALL.quit)
}

/** How one thread reaches the loop of another, which may be blocked in the kernel and never looks at its messages. */
export class Bell {
  readonly rope: BellRope
  readonly #libc: Libc

  constructor(libc: Libc) {
    const fd = libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)
    if (fd < 0) throw engineFailure('eventfd', fd)
    this.#libc = libc
    this.rope = { call: new Int32Array(new SharedArrayBuffer(4)), fd }
    if (hanging.size === 0) process.on('exit', quitAll)
    hanging.add(this)
  }

  ring(call: number): void {
    if (!hanging.has(this) || Atomics.load(this.rope.call, 0) >= call) return
    // First the eventfd: whoever has seen the call can silence it, and it will not ring again. Nobody waits in the kernel before a run.
    if (call !== CALL.run) this.#libc.write(this.rope.fd, ONE)
    Atomics.store(this.rope.call, 0, call)
    Atomics.notify(this.rope.call, 0)
  }

  /** The thread is gone. Its number may be another file's soon. */
  close(): void {
    if (!hanging.delete(this)) return
    if (hanging.size === 0) process.off('exit', quitAll)
    this.#libc.close(this.rope.fd)
  }
}

/** Waits until told to run, or more than that. */
export function awaitRun({ call }: BellRope): void {
  Atomics.wait(call, 0, CALL.wait)
}

/** An eventfd that was written stays ready until it is read. */
export function silence(fd: number, libc: Libc): void {
  libc.read(fd, new Uint8Array(8))
}
