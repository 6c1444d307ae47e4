import { UdptoolError } from '../base/error.ts'

/** Exit statuses (docs/exit-codes.md). */
export const EXIT = { done: 0, failed: 1, usage: 2, cannotRun: 3, interrupted: 130, terminated: 143 } as const

export type Signal = 'SIGINT' | 'SIGTERM'

export function signalStatus(signal: Signal): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
}

export function errorStatus(error: unknown): number {
  return error instanceof UdptoolError && error.code === 'usage' ? EXIT.usage : EXIT.cannotRun
}

/** An error in one line: what was tried, why it failed, and what to do. With `debug`, the stack too. */
export function errorLine(error: unknown, debug: boolean): string {
  const message = error instanceof Error ? error.message : String(error)
  const hint = error instanceof UdptoolError && error.hint !== undefined ? ` — ${error.hint}` : ''
  const stack = debug && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  return `udptool: ${`${message}${hint}`.replaceAll(/\s*\n\s*/g, ' ')}${stack}\n`
}
