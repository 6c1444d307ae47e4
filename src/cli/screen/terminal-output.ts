import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { codeOf } from '../output/whole-write.ts'

/** Interval for trying again to write what a terminal did not take, ms. */
const RETRY_MS = 20
/** At the end a terminal that takes nothing is given up after this time, ms. */
const LAST_MS = 1000

/** A terminal that takes text at its own pace. */
export interface TerminalOutput {
  /** Whether the last text was taken completely. If not, skip frames. */
  readonly isReady: boolean
  /** Writes now what the terminal takes, and the rest as soon as possible. */
  write(text: string): void
  /** Waits up to a second for the rest. */
  drain(): void
  close(): void
}

/**
 * Standard output as a terminal. Node writes to terminals with blocking calls, so one that takes nothing would block the whole process,
 * signals too. On Linux it is opened a second time for writes that do not block; elsewhere, and where that is not permitted, the stream is
 * used.
 */
export function openTerminal(stream: NodeJS.WriteStream): TerminalOutput {
  if (process.platform === 'linux') {
    try {
      const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY
      return new DirectOutput(openSync('/proc/self/fd/1', flags))
    } catch {
      // For example a terminal of another user, after su(1).
    }
  }
  return new StreamOutput(stream)
}

class DirectOutput implements TerminalOutput {
  readonly #fd: number
  #rest: Uint8Array = new Uint8Array(0)
  #timer: NodeJS.Timeout | undefined

  constructor(fd: number) {
    this.#fd = fd
  }

  get isReady(): boolean {
    return this.#rest.length === 0
  }

  write(text: string): void {
    this.#rest = this.isReady ? Buffer.from(text) : Buffer.concat([this.#rest, Buffer.from(text)])
    this.#push()
  }

  drain(): void {
    const signal = new Int32Array(new SharedArrayBuffer(4))
    for (let waited = 0; !this.isReady && waited < LAST_MS; waited += RETRY_MS) {
      Atomics.wait(signal, 0, 0, RETRY_MS)
      this.#push()
    }
  }

  close(): void {
    clearTimeout(this.#timer)
    closeSync(this.#fd)
  }

  #push(): void {
    clearTimeout(this.#timer)
    try {
      while (this.#rest.length > 0) this.#rest = this.#rest.subarray(writeSync(this.#fd, this.#rest))
    } catch (error) {
      // A terminal that was hung up gives EIO: nobody reads any more.
      if (codeOf(error) !== 'EAGAIN') this.#rest = new Uint8Array(0)
    }
    if (!this.isReady) this.#timer = setTimeout(() => this.#push(), RETRY_MS)
  }
}

class StreamOutput implements TerminalOutput {
  readonly #stream: NodeJS.WriteStream

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  get isReady(): boolean {
    return !this.#stream.writableNeedDrain
  }

  write(text: string): void {
    this.#stream.write(text)
  }

  drain(): void {
    // The stream writes the rest itself.
  }

  close(): void {
    // The stream is not ours.
  }
}
