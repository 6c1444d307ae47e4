import { columnsOf } from './streams.ts'

/** One line on standard error that is written over and over; only on a terminal, and never in CI. */
export class LiveLine {
  readonly shown: boolean
  readonly #stream: NodeJS.WriteStream
  #dirty = false

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.#stream = stream
    this.shown = stream.isTTY && process.env['CI'] === undefined && !quiet
  }

  get columns(): number {
    return columnsOf(this.#stream)
  }

  show(line: string): void {
    if (!this.shown) return
    this.#stream.write(`\r\u001B[2K${line}`)
    this.#dirty = true
  }

  clear(): void {
    if (this.#dirty) this.#stream.write('\r\u001B[2K')
    this.#dirty = false
  }
}
