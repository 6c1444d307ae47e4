import { signalStatus, type Signal } from './exit.ts'

/** The two signals that end a command: the first one politely, the second one at once. */
export class Signals {
  readonly #abort = new AbortController()
  #received: Signal | undefined
  readonly #listeners: (readonly [Signal, () => void])[]

  constructor() {
    this.#listeners = (['SIGINT', 'SIGTERM'] as const).map(signal => [signal, () => this.#receive(signal)])
    for (const [signal, listener] of this.#listeners) process.on(signal, listener)
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** The first signal, if one came. */
  get received(): Signal | undefined {
    return this.#received
  }

  /** As if this signal had come. */
  raise(signal: Signal): void {
    this.#receive(signal)
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener)
  }

  #receive(signal: Signal): void {
    if (this.#received !== undefined) process.exit(signalStatus(signal))
    this.#received = signal
    this.#abort.abort()
  }
}
