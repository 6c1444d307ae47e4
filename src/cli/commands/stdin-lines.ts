import { fstatSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Transform } from 'node:stream'
import { UdptoolError } from '../../base/error.ts'
import { isError } from '../../base/thrown.ts'
import { fileErrorReason } from '../../runs/file-error.ts'
import { byteLines } from '../output/byte-lines.ts'
import type { Signals } from '../signals.ts'
import { write } from '../output/streams.ts'
import { SurrogateEscape, unescapeSurrogates } from '../output/surrogate-escape.ts'

const PROMPT = '>>: '

/** Time to wait for the first byte of a socket on stdin, ms. A program that has lines to send normally has written them by now. */
const FIRST_BYTE_MS = 300

/** Whether stdin is a socket, as from Node's `spawn`. */
export function stdinIsSocket(): boolean {
  try {
    return fstatSync(0).isSocket()
  } catch {
    return false
  }
}

/** Whether stdin was set on purpose: a pipe or a file. A service manager sets /dev/null or nothing. */
export function stdinHasLines(): boolean {
  try {
    const stdin = fstatSync(0)
    return stdin.isFIFO() || stdin.isFile()
  } catch {
    return false
  }
}

/**
 * Whether anything is written to the socket on stdin. Node gives every child such a socket by default, and perhaps nothing ever writes to
 * it or closes it, so the wait is short. Without a byte, stdin is closed.
 */
export async function stdinHasInput(): Promise<boolean> {
  const { stdin } = process
  await new Promise<void>(resolve => {
    const over = setTimeout(resolve, FIRST_BYTE_MS)
    for (const event of ['readable', 'end', 'error']) {
      stdin.once(event, () => {
        clearTimeout(over)
        resolve()
      })
    }
  })
  const speaks = stdin.readableLength > 0
  stdin.removeAllListeners()
  if (!speaks) stdin.destroy()
  return speaks
}

/** The lines of stdin as bytes, until it ends or a signal comes. */
export async function* stdinLines(signals: Signals): AsyncGenerator<Uint8Array, void> {
  if (signals.signal.aborted) return
  const forget = signals.onFirst(endStdin)
  try {
    for await (const line of byteLines(process.stdin)) {
      yield line
      if (signals.signal.aborted) break
    }
  } catch (error) {
    // A stream that is destroyed during a read ends with an error, and so does a closed terminal.
    if (!signals.signal.aborted && !isHangUp(error)) throw unreadable(error)
  } finally {
    forget()
    endStdin()
  }
}

function endStdin(): void {
  process.stdin.destroy()
}

function unreadable(cause: unknown): UdptoolError {
  return new UdptoolError('file', `cannot read standard input: ${fileErrorReason(cause)}`, {
    operation: 'read',
    hint: 'open it for reading, or give the message as words',
    cause,
  })
}

function isHangUp(error: unknown): boolean {
  return isError(error) && 'code' in error && error.code === 'EIO'
}

/**
 * Lines typed at the prompt `>>: `, as bytes. Each is read after the one before is handled. `about` is printed first. A terminal has line
 * editing and a history. If stdin or stdout is not a terminal, or cannot move its cursor, lines are read plainly.
 */
export async function* promptedLines(signals: Signals, about: string): AsyncGenerator<Uint8Array, void> {
  await write(process.stderr, `${about}\n`)
  if (signals.signal.aborted) return
  const edits = process.stdin.isTTY && process.stdout.isTTY && process.env['TERM'] !== 'dumb'
  yield* edits ? editedLines(signals) : plainLines(signals)
  await write(process.stdout, '\n')
}

async function* plainLines(signals: Signals): AsyncGenerator<Uint8Array, void> {
  await write(process.stdout, PROMPT)
  for await (const line of stdinLines(signals)) {
    yield line
    if (signals.signal.aborted) return
    await write(process.stdout, PROMPT)
  }
}

/** Node's readline edits text, so bytes are encoded as text that can be decoded again. */
async function* editedLines(signals: Signals): AsyncGenerator<Uint8Array, void> {
  const { stdin } = process
  const input = asText()
  stdin.pipe(input)
  // A terminal was closed, so its input ends.
  stdin.on('error', () => input.end())
  const reader = createInterface({ input, output: process.stdout, terminal: true, prompt: PROMPT, historySize: 1000 })
  reader.on('SIGINT', () => {
    signals.raise('SIGINT')
    reader.close()
  })
  const forget = signals.onFirst(() => reader.close())
  reader.prompt()
  try {
    for await (const line of reader) {
      yield unescapeSurrogates(line)
      if (signals.signal.aborted) break
      reader.prompt()
    }
  } finally {
    forget()
    reader.close()
    stdin.destroy()
  }
}

/** Encodes bytes as text. `setRawMode` is passed to the terminal. */
function asText(): Transform {
  const escape = new SurrogateEscape()
  const text = new Transform({
    readableObjectMode: true,
    transform: (piece: Uint8Array, _encoding, done) => done(null, escape.push(piece)),
    flush: done => done(null, escape.end()),
  })
  return Object.assign(text, {
    setRawMode: (isRaw: boolean) => {
      if (!process.stdin.destroyed) process.stdin.setRawMode(isRaw)
    },
  })
}
