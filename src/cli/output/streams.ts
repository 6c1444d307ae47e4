import { closeSync, fstatSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import type { WriteStream } from 'node:tty'
import { UdptoolError } from '../../base/error.ts'
import { withoutLogCommands } from '../../base/log-commands.ts'
import { fileErrorReason } from '../../runs/file-error.ts'
import { UNBROKEN } from '../../report/text/view.ts'
import { isInCi } from '../ci.ts'
import { errorLine } from '../error-line.ts'
import { EXIT } from '../exit.ts'
import { codeOf, flush, writeWhole } from './whole-write.ts'

/** Errors of a pipe, socket or terminal whose reader has gone. */
const CLOSED_PIPE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])

/**
 * Standard output and standard error with error handling. If a reader has gone (`| head`), the command continues, and its exit status and
 * other outputs are the same. If a stream cannot be written for another reason, such as a full disk, that is reported once, and the command
 * ends with status 3 when it is done.
 */
export class StandardStreams {
  #failed = false

  constructor() {
    this.#guard(process.stdout, 1, 'standard output')
    this.#guard(process.stderr, 2, 'standard error')
  }

  /** The exit status of a command that ends with `status`, after checking for errors of delayed writes. */
  finish(status: number): number {
    for (const [stream, fd] of [
      [process.stdout, 1],
      [process.stderr, 2],
    ] as const) {
      try {
        if (fstatSync(fd).isFile()) flush(fd)
      } catch (error) {
        stream.emit('error', error)
        abandon(fd)
      }
    }
    return this.#failed ? EXIT.cannotRun : status
  }

  #guard(stream: NodeJS.WriteStream, fd: number, name: string): void {
    if (!isPolled(fd)) takeWhole(stream, fd)
    if (isInCi()) withholdCommands(stream)
    let isReported = false
    stream.on('error', (error: Error) => {
      // A terminal that was hung up gives EIO.
      if (CLOSED_PIPE.has(codeOf(error)) || (stream.isTTY && codeOf(error) === 'EIO')) return
      this.#failed = true
      // Set it here too, because the error may come after the command is done.
      process.exitCode = EXIT.cannotRun
      if (isReported || stream === process.stderr) return
      isReported = true
      const hint = 'make room, or write to another place'
      const cause = new UdptoolError('file', `cannot write ${name}: ${fileErrorReason(error)}`, { hint, cause: error })
      process.stderr.write(errorLine(cause, false))
    })
  }
}

/**
 * Replaces a file that cannot be flushed by the null device. The library with which the kernel engine calls libc flushes standard output
 * again when the process exits, and if that fails, it never ends.
 */
function abandon(fd: number): void {
  try {
    closeSync(fd)
    // The lowest free descriptor is the one that was just closed (open(2)).
    openSync(devNull, 'w')
  } catch {
    // It was already closed.
  }
}

/** Pipes, sockets and terminals, for which Node writes whole chunks itself. */
function isPolled(fd: number): boolean {
  try {
    const status = fstatSync(fd)
    return status.isFIFO() || status.isSocket() || (fd === 1 ? process.stdout : process.stderr).isTTY
  } catch {
    return true
  }
}

/** For a file, Node writes a chunk with one write(2), and ignores a short write. */
function takeWhole(stream: NodeJS.WriteStream, fd: number): void {
  const take = (chunk: Uint8Array, _encoding: string, done: (error?: unknown) => void): void => {
    try {
      writeWhole(fd, chunk)
    } catch (error) {
      done(error)
      return
    }
    done()
  }
  Object.defineProperty(stream, '_write', { value: take })
}

/**
 * Escapes CI commands in text, because text from peers is printed too. Bytes are not changed: they are data, such as the output of `tcp
 * run`, or our own annotations.
 */
function withholdCommands(stream: NodeJS.WriteStream): void {
  const original = stream.write.bind(stream)
  let inLine = false
  const guarded = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    const text = typeof chunk === 'string' ? withoutLogCommands(chunk, inLine) : chunk
    if (chunk.length > 0) inLine = chunk.at(-1) !== (typeof chunk === 'string' ? '\n' : LINE_FEED)
    return Reflect.apply(original, stream, [text, ...rest]) as boolean
  }
  Object.defineProperty(stream, 'write', { value: guarded, configurable: true, writable: true })
}

const LINE_FEED = 10

/** Writes, and waits until the stream has accepted it. False if it cannot be written. */
export async function write(stream: NodeJS.WritableStream, data: string | Uint8Array): Promise<boolean> {
  if (data.length === 0) return true
  return new Promise(resolve => {
    stream.write(data, error => resolve(error === null || error === undefined))
  })
}

/** Columns for a report on standard output. The output of --quiet is for programs, so in a pipe its lines are never broken. */
export function reportColumns(quiet: boolean): number {
  return quiet && !process.stdout.isTTY ? UNBROKEN : columnsOf(process.stdout)
}

/** Columns of a stream. 80 if it is not a terminal, or does not report them. */
export function columnsOf(stream: NodeJS.WriteStream | WriteStream): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : 80
}
