import { closeSync, constants, ftruncateSync, openSync, write } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { write as writeTo } from './streams.ts'
import { codeOf, flush, writeWhole } from './whole-write.ts'

/** An output that is written while a command runs. */
export interface GrowingOutput {
  /** Does not reject: an error ends the output, and is reported when it is closed. */
  write(piece: string | Uint8Array): Promise<void>
  /** Rejects with the first error. */
  close(): Promise<void>
}

/** A file that is written in place: what was written can be read at once, and stays if the process is killed. */
export class GrowingFile implements GrowingOutput {
  readonly #fd: number | undefined
  readonly #describe: (cause: unknown) => Error
  #error: Error | undefined

  /** Opens the file, which loses its old content. `describe` makes the error of the command of an error of the system. */
  constructor(file: string, describe: (cause: unknown) => Error) {
    this.#describe = describe
    try {
      this.#fd = openToWrite(file)
      ftruncateSync(this.#fd)
    } catch (error) {
      this.#error = describe(error)
    }
  }

  async write(piece: string | Uint8Array): Promise<void> {
    if (this.#error !== undefined || this.#fd === undefined) return
    try {
      writeWhole(this.#fd, typeof piece === 'string' ? Buffer.from(piece) : piece)
    } catch (error) {
      this.#error = this.#describe(error)
    }
  }

  async close(): Promise<void> {
    for (const step of [flush, closeSync]) {
      try {
        if (this.#fd !== undefined) step(this.#fd)
      } catch (error) {
        this.#error ??= this.#describe(error)
      }
    }
    if (this.#error !== undefined) throw this.#error
  }
}

/** Without O_CREAT if the file exists, because with it a file of another user in a sticky folder cannot be opened (proc_sys_fs(5), protected_regular). */
function openToWrite(file: string): number {
  try {
    return openSync(file, constants.O_WRONLY)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return openSync(file, constants.O_WRONLY | constants.O_CREAT, 0o666)
  }
}

/** Pause while a pipe is full, ms. */
const RETRY_MS = 5

/** A pipe or a device. Its reader may be slow, so it is written on another thread. */
export class GrowingPipe implements GrowingOutput {
  readonly #fd: number
  readonly #isOwn: boolean
  readonly #describe: (cause: unknown) => Error
  #error: Error | undefined
  #isGone = false

  /** `isOwn`: it is closed here. */
  constructor(fd: number, isOwn: boolean, describe: (cause: unknown) => Error) {
    this.#fd = fd
    this.#isOwn = isOwn
    this.#describe = describe
  }

  async write(piece: string | Uint8Array): Promise<void> {
    let left = typeof piece === 'string' ? Buffer.from(piece) : piece
    while (left.length > 0 && this.#error === undefined && !this.#isGone) {
      try {
        left = left.subarray((await writeSome(this.#fd, left)).bytesWritten)
      } catch (error) {
        // As on standard output, a reader that has gone is not a failure.
        if (codeOf(error) === 'EPIPE') this.#isGone = true
        else if (codeOf(error) === 'EAGAIN') await setTimeout(RETRY_MS)
        else this.#error = this.#describe(error)
      }
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#isOwn) closeSync(this.#fd)
    } catch (error) {
      this.#error ??= this.#describe(error)
    }
    if (this.#error !== undefined) throw this.#error
  }
}

const writeSome = promisify(write)

/** Standard output. Its errors are reported by `StandardStreams`. */
export class GrowingStdout implements GrowingOutput {
  #isGone = false

  async write(piece: string | Uint8Array): Promise<void> {
    if (!this.#isGone && !(await writeTo(process.stdout, piece))) this.#isGone = true
  }

  async close(): Promise<void> {}
}
