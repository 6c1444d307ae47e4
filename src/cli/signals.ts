import { SIGNALS, signalStatus, type Signal } from './exit.ts'

/** The signals that end a command: the first shuts it down, the second ends it at once. */
export class Signals {
  readonly #abort = new AbortController()
  #received: Signal | undefined
  #receiver: ((signal: Signal) => void) | undefined
  readonly #listeners: (readonly [Signal, () => void])[]

  constructor() {
    this.#listeners = SIGNALS.map(signal => [signal, () => this.#receive(signal)])
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

  /** Calls `end` on the first signal, or now if it already came. Returns a function that cancels this. */
  onFirst(end: () => void): () => void {
    const { signal } = this
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
    return () => signal.removeEventListener('abort', end)
  }

  /** Acts as if this signal had come. */
  raise(signal: Signal): void {
    this.#receive(signal)
  }

  /** Sends every signal to `receiver` instead, until the returned function is called. */
  divert(receiver: (signal: Signal) => void): () => void {
    this.#receiver = receiver
    return () => {
      this.#receiver = undefined
    }
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener)
  }

  #receive(signal: Signal): void {
    if (this.#receiver !== undefined) {
      this.#receiver(signal)
      return
    }
    if (this.#received !== undefined) process.exit(signalStatus(signal))
    this.#received = signal
    this.#abort.abort()
  }
}
