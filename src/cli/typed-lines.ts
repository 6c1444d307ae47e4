import { fstatSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Signals } from './signals.ts'
import { write } from './streams.ts'

/** Whether somebody has given stdin on purpose: a pipe or a file. A service manager gives /dev/null, or nothing. */
export function stdinHasLines(): boolean {
  try {
    const stdin = fstatSync(0)
    return stdin.isFIFO() || stdin.isFile()
  } catch {
    return false
  }
}

/** The lines of stdin, until it ends or a signal comes. */
export async function* stdinLines(signals: Signals): AsyncGenerator<string, void> {
  const reader = createInterface({ input: process.stdin, crlfDelay: Infinity })
  const stop = (): void => reader.close()
  signals.signal.addEventListener('abort', stop)
  try {
    for await (const line of reader) {
      yield line
      if (signals.signal.aborted) break
    }
  } finally {
    signals.signal.removeEventListener('abort', stop)
    process.stdin.destroy()
  }
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
