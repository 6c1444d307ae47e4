import { createPalette, type Palette } from '../report/text/palette.ts'
import { columnsOf } from './streams.ts'

/** How often a line is printed where it cannot take the place of the one before. */
const PLAIN_MS = 5000

/**
 * One line on standard error that is written over and over; only on a terminal, and never in CI. A terminal without cursor movement
 * (TERM=dumb), or one for which NO_COLOR asks for no escape sequences, gets a line of its own every few seconds.
 */
export class LiveLine {
  readonly shown: boolean
  readonly palette: Palette
  readonly #stream: NodeJS.WriteStream
  readonly #quiet: boolean
  readonly #isPlain: boolean
  readonly #now: () => number
  #printedAt: number
  #dirty = false

  constructor(
    stream: NodeJS.WriteStream,
    quiet: boolean,
    palette = createPalette(false),
    now = (): number => performance.now(),
  ) {
    const { CI: ci, TERM: terminal, NO_COLOR: noColor = '' } = process.env
    this.palette = palette
    this.#stream = stream
    this.#quiet = quiet
    this.#now = now
    this.#printedAt = now()
    this.shown = stream.isTTY && ci === undefined && !quiet
    this.#isPlain = terminal === 'dumb' || noColor !== ''
  }

  get columns(): number {
    return columnsOf(this.#stream)
  }

  show(line: string): void {
    if (!this.shown) return
    if (this.#isPlain) this.#print(line)
    else {
      this.#stream.write(`\r\u001B[2K${line}`)
      this.#dirty = true
    }
  }

  /** Writes a line that stays, also where no live line is shown; nothing with --quiet. */
  note(line: string): void {
    this.clear()
    if (!this.#quiet) this.#stream.write(`${line}\n`)
  }

  clear(): void {
    if (this.#dirty) this.#stream.write('\r\u001B[2K')
    this.#dirty = false
  }

  #print(line: string): void {
    const now = this.#now()
    if (now - this.#printedAt < PLAIN_MS) return
    this.#printedAt = now
    this.#stream.write(`${line}\n`)
  }
}
