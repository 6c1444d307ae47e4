import { fstatSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { byteLines } from './byte-lines.ts'
import type { Signals } from './signals.ts'
import { write } from './streams.ts'

/** Whether stdin is a socket, as where Node's `spawn` made it. Nothing tells whether anybody will ever write to it. */
export function stdinIsSocket(): boolean {
  try {
    return fstatSync(0).isSocket()
  } catch {
    return false
  }
}

/** Whether somebody has given stdin on purpose: a pipe or a file. A service manager gives /dev/null, or nothing. */
export function stdinHasLines(): boolean {
  try {
    const stdin = fstatSync(0)
    return stdin.isFIFO() || stdin.isFile()
  } catch {
    return false
  }
}

/** The lines of stdin, byte for byte, until it ends or a signal comes. */
export async function* stdinLines(signals: Signals): AsyncGenerator<Uint8Array, void> {
  signals.signal.addEventListener('abort', endStdin)
  try {
    for await (const line of byteLines(process.stdin)) {
      yield line
      if (signals.signal.aborted) break
    }
  } catch (error) {
    // A stream that is destroyed while it is read ends with an error.
    if (!signals.signal.aborted) throw error
  } finally {
    signals.signal.removeEventListener('abort', endStdin)
    endStdin()
  }
}

function endStdin(): void {
  process.stdin.destroy()
}

/** Lines typed at the prompt `>>: `, each asked for when the one before it is done with. `about` is said first. */
export async function* promptedLines(signals: Signals, about: string): AsyncGenerator<string, void> {
  await write(process.stderr, `${about}\n`)
  const reader = createInterface({ input: process.stdin, output: process.stdout, prompt: '>>: ', historySize: 1000 })
  reader.on('SIGINT', () => {
    signals.raise('SIGINT')
    reader.close()
  })
  const stop = (): void => reader.close()
  signals.signal.addEventListener('abort', stop)
  reader.prompt()
  try {
    for await (const line of reader) {
      yield line
      if (signals.signal.aborted) break
      reader.prompt()
    }
    await write(process.stdout, '\n')
  } finally {
    signals.signal.removeEventListener('abort', stop)
    process.stdin.destroy()
  }
}
