import { createPalette, type Palette } from '../../report/text/palette.ts'
import { columnsOf } from '../output/streams.ts'

/** Interval for new lines if the last line cannot be overwritten. */
const PLAIN_MS = 5000

/**
 * One line on standard error that is overwritten, on a terminal only and never in CI. A terminal without cursor movement (TERM=dumb), or
 * with NO_COLOR, which forbids escape sequences, gets a new line every few seconds.
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

  /** Writes a permanent line, also if there is no live line. Nothing with --quiet. */
  note(line: string): void {
    if (this.#quiet) this.clear()
    else this.report(line)
  }

  /** Writes a permanent line that a user asked for, also with --quiet. */
  report(line: string): void {
    this.clear()
    this.#stream.write(`${line}\n`)
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
