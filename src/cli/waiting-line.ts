import { formatDuration } from '../base/duration.ts'
import { SECOND } from '../base/nanos.ts'
import type { Waiting } from '../runs/send/targets.ts'
import { shortened } from '../report/text/width.ts'
import { printable } from '../report/text/safe.ts'
import { LiveLine } from './live-line.ts'

/** What `--wait-for` waits for: on a terminal a line that is kept up to date, else one line, once. */
export class WaitingLine {
  readonly #stream: NodeJS.WriteStream
  readonly #quiet: boolean
  readonly #line: LiveLine
  #isSaid = false

  constructor(stream: NodeJS.WriteStream, quiet: boolean) {
    this.#stream = stream
    this.#quiet = quiet
    this.#line = new LiveLine(stream, quiet)
  }

  show({ host, port, reason, elapsed, atMost }: Waiting): void {
    const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
    const why = printable(reason)
    if (this.#line.shown) {
      const time = `${Math.floor(elapsed / SECOND)} s of ${formatDuration(atMost)}`
      this.#line.show(shortened(`waiting for ${target}, ${time}: ${why}`, this.#line.columns - 1))
    } else if (!this.#quiet && !this.#isSaid) {
      this.#stream.write(`udptool: waiting up to ${formatDuration(atMost)} for ${target} (${why})\n`)
    }
    this.#isSaid = true
  }

  clear(): void {
    this.#line.clear()
  }
}
