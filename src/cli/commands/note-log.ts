import type { Log } from '../../jobs/log.ts'
import { printable } from '../../report/text/safe.ts'
import { LogBound } from '../output/log-bound.ts'
import type { LiveLine } from '../progress/live-line.ts'

/** Notes that wait for the end of a screen. */
const MOST_NOTES = 20

/** A log as lines for people on standard error. While a screen has the terminal they wait, the last ones of them. */
export class NoteLog {
  readonly #line: Pick<LiveLine, 'note'>
  readonly #bound = new LogBound()
  readonly #waiting: string[] = []
  #isHeld: boolean

  constructor(line: Pick<LiveLine, 'note'>, isHeld: boolean) {
    this.#line = line
    this.#isHeld = isHeld
  }

  readonly log: Log = (level, message, fields = {}) => {
    if (level === 'debug' || this.#bound.take(message, performance.now()) === undefined) return
    const values = Object.entries(fields).map(([name, value]) => `${name} ${value}`)
    const note = printable(`udptool: ${message}${values.length === 0 ? '' : ` (${values.join(', ')})`}`)
    if (!this.#isHeld) {
      this.#line.note(note)
      return
    }
    this.#waiting.push(note)
    if (this.#waiting.length > MOST_NOTES) this.#waiting.shift()
  }

  /** Prints what waits, and from now on at once. */
  release(): void {
    this.#isHeld = false
    for (const note of this.#waiting.splice(0)) this.#line.note(note)
  }
}
