import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { quoted } from '../../base/quoted.ts'
import { EXEC } from '../exit.ts'
import type { Signals } from '../signals.ts'
import { write } from '../output/streams.ts'

/** Signals that the keyboard sends to all foreground processes, the command included. */
const FROM_KEYBOARD: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT'])

/**
 * Runs a command with the streams of this process and without a shell, and returns its exit status: 128 + n if signal n ended it, 127 if it
 * is not found, 126 if it cannot be run. Meanwhile signals are passed on to it.
 */
export async function runChild(
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  signals: Signals,
): Promise<number> {
  const atKeyboard = process.stdin.isTTY
  let child: ChildProcess | undefined
  // Listen before the command starts, because it may be signalled as soon as it reports that it is ready.
  const pass = (signal: NodeJS.Signals): void => {
    // Do not pass these on: a second SIGINT would end at once what should shut down in order.
    if (!(atKeyboard && FROM_KEYBOARD.has(signal))) child?.kill(signal)
  }
  const restore = signals.divert(pass)
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
    restore()
  }
}

async function cannotStart(command: string, { code, message }: NodeJS.ErrnoException): Promise<number> {
  const missing = code === 'ENOENT'
  const why = missing ? 'there is no such command' : `it cannot be run (${code ?? message})`
  await write(process.stderr, `udptool: exec ${quoted(command)}: ${why}\n`)
  return missing ? EXEC.notFound : EXEC.notRunnable
}
