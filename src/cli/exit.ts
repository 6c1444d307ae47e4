import { UdptoolError } from '../base/error.ts'

/** Our own exit statuses (docs/exit-codes.md). `tcp run` and `exec` exit with the status of their command. */
export const EXIT = {
  /** Every expectation passed, or a signal ended a server. */
  done: 0,
  /** An expectation failed. Without expectations: nothing came back. */
  failed: 1,
  usage: 2,
  cannotRun: 3,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const

/** Statuses of `exec`, as in a shell (POSIX, 2.8.2): the command cannot be run, or does not exist. */
export const EXEC = { notRunnable: 126, notFound: 127 } as const

/** The signals that shut a command down in order. A terminal sends SIGHUP when it is closed, and SIGQUIT for Ctrl-\\. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
export type Signal = (typeof SIGNALS)[number]

/** 128 + n, with the numbers of signal(7). */
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

/** The exit status for a verdict. A command that judges nothing is done. */
export function verdictStatus(verdict: keyof typeof OF_VERDICT | undefined): number {
  return verdict === undefined ? EXIT.done : OF_VERDICT[verdict]
}

export function errorStatus(error: unknown): number {
  return error instanceof UdptoolError && error.code === 'usage' ? EXIT.usage : EXIT.cannotRun
}
