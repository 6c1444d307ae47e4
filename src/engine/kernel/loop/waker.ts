import { EFD_CLOEXEC, EFD_NONBLOCK } from '../system/abi.ts'
import type { Libc } from '../system/libc.ts'
import { engineFailure } from '../system/system-error.ts'

/** Commands to the thread of a loop. A command replaces only a lower one. */
export const COMMAND = {
  /** Its sockets are open. Those of other threads may not be. */
  wait: 0,
  run: 1,
  /** Finish the current work. */
  stop: 2,
  /** The process ends, so return at once. */
  quit: 3,
} as const

/** The part of a waker that is passed to the thread: the command, and the eventfd that ends a wait in the kernel. */
export interface WakerHandle {
  /** The command, and the number of announced messages (modulo 2^32). */
  readonly command: Int32Array
  readonly fd: number
}

const ONE = new Uint8Array(BigUint64Array.of(1n).buffer)
const open = new Set<Waker>()

/** A thread inside a system call delays the end of the process until the call returns. */
function quitAll(): void {
  for (const waker of open) waker.post(COMMAND.quit)
}

/** Sends commands to the loop of another thread, which may be blocked in the kernel and never reads its messages. */
export class Waker {
  readonly handle: WakerHandle
  readonly #libc: Libc

  constructor(libc: Libc) {
    const fd = libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)
    if (fd < 0) throw engineFailure('eventfd', fd)
    this.#libc = libc
    this.handle = { command: new Int32Array(new SharedArrayBuffer(8)), fd }
    if (open.size === 0) process.on('exit', quitAll)
    open.add(this)
  }

  post(command: number): void {
    if (!open.has(this) || Atomics.load(this.handle.command, 0) >= command) return
    // Write the eventfd before the command, so that a thread that has seen the command can clear it for good. No thread waits in the kernel
    // before `run`.
    if (command !== COMMAND.run) this.#libc.write(this.handle.fd, ONE)
    Atomics.store(this.handle.command, 0, command)
    Atomics.notify(this.handle.command, 0)
  }

  /** Announces a message in a port that the thread reads. */
  announce(): void {
    if (!open.has(this)) return
    // The eventfd before the number, as in `post`.
    this.#libc.write(this.handle.fd, ONE)
    Atomics.add(this.handle.command, 1, 1)
  }

  /** Call it only when the thread has ended, because the descriptor may be reused afterwards. */
  close(): void {
    if (!open.delete(this)) return
    if (open.size === 0) process.off('exit', quitAll)
    this.#libc.close(this.handle.fd)
  }
}

/** Waits for `run` or a later command. */
export function awaitRun({ command }: WakerHandle): void {
  Atomics.wait(command, 0, COMMAND.wait)
}

/** Reads the eventfd, which stays ready until then. */
export function clearEvent(fd: number, libc: Libc): void {
  libc.read(fd, new Uint8Array(8))
}
