import { randomBytes } from 'node:crypto'
import { closeSync, constants, openSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SIGNALS } from './exit.ts'

/** A new file in a folder that takes the place of another one when it is whole, and is removed if the process ends before that. */
export class TemporaryFile {
  readonly path: string
  readonly fd: number
  #isOpen = true
  readonly #remove = (): void => rmSync(this.path, { force: true })
  readonly #end = (signal: NodeJS.Signals): void => {
    this.discard()
    // Where the command has no handler of its own the signal ends the process, as it would without ours.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }

  constructor(folder: string, mode: number) {
    this.path = nameIn(folder)
    // First the handlers: a signal may come as soon as the file is there.
    process.once('exit', this.#remove)
    for (const signal of SIGNALS) process.on(signal, this.#end)
    try {
      this.fd = openSync(this.path, 'wx', mode)
    } catch (error) {
      this.#release()
      throw error
    }
  }

  /** Closes it; an error of a delayed write may come here (close(2)). */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.fd)
  }

  /** Gives it the name; who reads that name sees the whole file or the one that was there. */
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

/** A name of its own length: the name that it becomes may already be as long as a name can be. */
function nameIn(folder: string): string {
  return join(folder, `.udptool-${process.pid}-${randomBytes(6).toString('hex')}`)
}

/** Linux makes a file without a name, which cannot stay behind (open(2), O_TMPFILE). */
const NAMELESS = 0o20000000 | constants.O_DIRECTORY | constants.O_WRONLY

/** Tries that a file can be made in a folder, and leaves none; throws the system's error. */
export function tryFolder(folder: string): void {
  try {
    closeSync(openSync(folder, NAMELESS, 0o600))
  } catch {
    // Not every system or file system has them.
    const path = nameIn(folder)
    closeSync(openSync(path, 'wx', 0o600))
    rmSync(path, { force: true })
  }
}
