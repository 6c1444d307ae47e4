import { SIGNALS, signalStatus, type Signal } from './exit.ts'

/**
 * The same signal again within this time, ms, is the same request: timeout(1) signals its child and then the group of its child, and npm and npx
 * pass on the signals that the terminal has sent to the whole group.
 */
const SAME_REQUEST_MS = 200

/** The signals that end a command: the first shuts it down, the second ends it at once. */
export class Signals {
  readonly #abort = new AbortController()
  readonly #now: () => number
  #received: Signal | undefined
  #receivedAt = 0
  #receiver: ((signal: Signal) => void) | undefined
  #hungUp: (() => void) | undefined
  readonly #listeners: (readonly [Signal, () => void])[]

  /** @param now a clock that is never set, ms */
  constructor(now = (): number => performance.now()) {
    this.#now = now
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

  /** Calls `receiver` on each SIGHUP instead of ending. A server reads its configuration again then. */
  onHangup(receiver: () => void): void {
    this.#hungUp = receiver
  }

  close(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener)
  }

  #receive(signal: Signal): void {
    if (signal === 'SIGHUP' && this.#hungUp !== undefined) {
      this.#hungUp()
      return
    }
    if (this.#receiver !== undefined) {
      this.#receiver(signal)
      return
    }
    if (this.#received !== undefined) {
      if (signal === this.#received && this.#now() - this.#receivedAt < SAME_REQUEST_MS) return
      process.exit(signalStatus(signal))
    }
    this.#received = signal
    this.#receivedAt = this.#now()
    this.#abort.abort()
  }
}
