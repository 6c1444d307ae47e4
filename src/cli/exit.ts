import { UdptoolError } from '../base/error.ts'

/** Every exit status of our own (docs/exit-codes.md). `tcp run` and `exec` end as their command does. */
export const EXIT = {
  /** Every expectation held; or a server was ended by a signal. */
  done: 0,
  /** An expectation failed; without expectations, nothing came back. */
  failed: 1,
  usage: 2,
  cannotRun: 3,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const

/** `exec`, as a shell has it (POSIX, 2.8.2): a command that cannot be run, and one that is not there. */
export const EXEC = { notRunnable: 126, notFound: 127 } as const

/** The signals that end a command in order. SIGHUP comes when its terminal is closed, SIGQUIT from Ctrl-\\. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
export type Signal = (typeof SIGNALS)[number]

/** 128 + n, n as signal(7) has it. */
const OF_SIGNAL: Readonly<Record<Signal, number>> = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
  SIGQUIT: EXIT.quit,
}

const OF_VERDICT = { pass: EXIT.done, fail: EXIT.failed, error: EXIT.cannotRun } as const

export function signalStatus(signal: Signal): number {
  return OF_SIGNAL[signal]
}

/** The status of a command that shows this verdict; a command that judges nothing is done. */
export function verdictStatus(verdict: keyof typeof OF_VERDICT | undefined): number {
  return verdict === undefined ? EXIT.done : OF_VERDICT[verdict]
}

export function errorStatus(error: unknown): number {
  return error instanceof UdptoolError && error.code === 'usage' ? EXIT.usage : EXIT.cannotRun
}
