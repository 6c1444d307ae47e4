import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SIGNALS } from '../exit.ts'

/** A new file that replaces another one when it is complete. It is removed if the process ends before that. */
export class TemporaryFile {
  readonly path: string
  readonly fd: number
  #isOpen = true
  readonly #remove = (): void => rmSync(this.path, { force: true })
  readonly #end = (signal: NodeJS.Signals): void => {
    this.discard()
    // If the command has no handler of its own, let the signal end the process as it would without ours.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }

  constructor(folder: string, mode: number) {
    this.path = nameIn(folder)
    // Add the handlers first, because a signal may come as soon as the file exists.
    process.once('exit', this.#remove)
    for (const signal of SIGNALS) process.on(signal, this.#end)
    try {
      this.fd = openSync(this.path, 'wx', mode)
    } catch (error) {
      this.#release()
      throw error
    }
  }

  /** Closes it. An error of a delayed write may be reported here (close(2)). */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.fd)
  }

  /** Renames it. Readers of that name see the complete file or the old one. */
  become(path: string): void {
    renameSync(this.path, path)
    this.#release()
  }

  discard(): void {
    try {
      this.close()
    } catch {
      // It is removed anyway.
    }
    this.#remove()
    this.#release()
  }

  #release(): void {
    process.off('exit', this.#remove)
    for (const signal of SIGNALS) process.off(signal, this.#end)
  }
}

/** A name of fixed length, because the final name may already have the maximum length. */
function nameIn(folder: string): string {
  return join(folder, `.udptool-${process.pid}-${randomBytes(6).toString('hex')}`)
}

/** Linux can create a file without a name, which cannot be left behind (open(2), O_TMPFILE). */
const NAMELESS = 0o20000000 | constants.O_DIRECTORY | constants.O_WRONLY

/** Checks that a file can be created in a folder, and leaves none. Throws the system's error. */
export function tryFolder(folder: string): void {
  try {
    closeSync(openSync(folder, NAMELESS, 0o600))
  } catch {
    // Not every system or file system supports that.
    const path = nameIn(folder)
    closeSync(openSync(path, 'wx', 0o600))
    rmSync(path, { force: true })
  }
}
