import { closeSync, constants, ftruncateSync, openSync } from 'node:fs'
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
