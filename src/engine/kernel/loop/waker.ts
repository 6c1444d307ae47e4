import { EFD_CLOEXEC, EFD_NONBLOCK } from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'
import { engineFailure } from '../system/system-error.ts'

/** What the thread of a loop is told; only ever a later one. */
export const COMMAND = {
  /** Its sockets are open; others may not be yet. */
  wait: 0,
  run: 1,
  /** Finish what is under way. */
  stop: 2,
  /** The process ends: leave everything. */
  quit: 3,
} as const

/** The part of a waker that is passed to the thread of the loop: the call, and the eventfd that ends a wait in the kernel. */
export interface WakerHandle {
  readonly command: Int32Array
  readonly fd: number
}

const ONE = new Uint8Array(BigUint64Array.of(1n).buffer)
const open = new Set<Waker>()

/** A thread inside a system call holds up the end of the process until the call returns. */
function quitAll(): void {
  for (const waker of open) waker.post(COMMAND.quit)
}

/** How one thread reaches the loop of another, which may be blocked in the kernel and never looks at its messages. */
export class Waker {
  readonly handle: WakerHandle
  readonly #libc: Libc

  constructor(libc: Libc) {
    const fd = libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)
    if (fd < 0) throw engineFailure('eventfd', fd)
    this.#libc = libc
    this.handle = { command: new Int32Array(new SharedArrayBuffer(4)), fd }
    if (open.size === 0) process.on('exit', quitAll)
    open.add(this)
  }

  post(command: number): void {
    if (!open.has(this) || Atomics.load(this.handle.command, 0) >= command) return
    // First the eventfd: whoever has seen the call can silence it, and it will not ring again. Nobody waits in the kernel before a run.
    if (command !== COMMAND.run) this.#libc.write(this.handle.fd, ONE)
    Atomics.store(this.handle.command, 0, command)
    Atomics.notify(this.handle.command, 0)
  }

  /** The thread is gone. Its number may be another file's soon. */
  close(): void {
    if (!open.delete(this)) return
    if (open.size === 0) process.off('exit', quitAll)
    this.#libc.close(this.handle.fd)
  }
}

/** Waits until told to run, or more than that. */
export function awaitRun({ command }: WakerHandle): void {
  Atomics.wait(command, 0, COMMAND.wait)
}

/** An eventfd that was written stays ready until it is read. */
export function clearEvent(fd: number, libc: Libc): void {
  libc.read(fd, new Uint8Array(8))
}
