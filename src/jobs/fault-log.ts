import type { Log } from './log.ts'

type Fields = Readonly<Record<string, string | number>>

/** Logs a fault once, however often it is found, until it is another one or over. */
export class FaultLog {
  readonly #log: Log
  readonly #present = new Map<string, string>()

  constructor(log: Log) {
    this.#log = log
  }

  /** @param about what has the fault */
  set(about: string, message: string, fields: Fields): void {
    const fault = JSON.stringify([message, fields])
    if (this.#present.get(about) === fault) return
    this.#present.set(about, fault)
    this.#log('warn', message, fields)
  }

  /** Nothing is wrong. `message` is logged if something was. */
  clear(about: string, message?: string, fields?: Fields): void {
    if (this.#present.delete(about) && message !== undefined) this.#log('info', message, fields)
  }

  /** Nothing is wrong but with these. */
  clearExcept(abouts: readonly string[]): void {
    for (const about of this.#present.keys()) if (!abouts.includes(about)) this.#present.delete(about)
  }
}
