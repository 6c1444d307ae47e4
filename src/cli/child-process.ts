import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { quoted } from '../base/quoted.ts'
import { EXEC } from './exit.ts'
import type { Signals } from './signals.ts'
import { write } from './streams.ts'

/** What the keyboard sends to the whole foreground, the command in it. */
const FROM_KEYBOARD: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT'])

/**
 * Runs a command with the streams of this process, no shell between, and returns its exit status: 128 + n where signal n ended it, 127
 * where it is not found, 126 where it cannot be run. While it runs, signals are passed on to it.
 */
export async function runChild(
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  signals: Signals,
): Promise<number> {
  const atKeyboard = process.stdin.isTTY
  let child: ChildProcess | undefined
  // Before the command begins: one that is quick to say that it is ready may be signalled before we run on.
  const pass = (signal: NodeJS.Signals): void => {
    // A second SIGINT would end at once what was to end in order.
    if (!(atKeyboard && FROM_KEYBOARD.has(signal))) child?.kill(signal)
  }
  const takeBack = signals.divert(pass)
  process.on('SIGUSR2', pass)
  try {
    const started = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } })
    child = started
    const ended = await new Promise<number | Error>(resolve => {
      started.once('error', resolve)
      started.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]))
    })
    return typeof ended === 'number' ? ended : await cannotStart(command, ended)
  } finally {
    process.off('SIGUSR2', pass)
    takeBack()
  }
}

async function cannotStart(command: string, { code, message }: NodeJS.ErrnoException): Promise<number> {
  const missing = code === 'ENOENT'
  const why = missing ? 'there is no such command' : `it cannot be run (${code ?? message})`
  await write(process.stderr, `udptool: exec ${quoted(command)}: ${why}\n`)
  return missing ? EXEC.notFound : EXEC.notRunnable
}
