import type { Signals } from './signals.ts'

/** SIGHUP. One that comes during the start is passed on after it, because the configuration may have been read before it was changed. */
export class Hangups {
  #isWaiting = false
  #receive = (): void => void (this.#isWaiting = true)

  constructor(signals: Signals) {
    signals.onHangup(() => this.#receive())
  }

  pass(receive: () => void): void {
    this.#receive = receive
    if (this.#isWaiting) receive()
  }
}
