import { formatDuration } from '../../base/duration.ts'
import { SECOND } from '../../base/nanos.ts'
import { formatTarget } from '../../base/target.ts'
import type { Waiting } from '../../runs/waiting.ts'
import { shortened } from '../../report/text/width.ts'
import { printable } from '../../report/text/safe.ts'
import type { LiveLine } from './live-line.ts'

/** Shows what `--wait-for` waits for: on a terminal in a live line, else once in one line. */
export function waitingLine(line: LiveLine): (state: Waiting) => void {
  let isNoted = false
  return ({ host, port, reason, elapsed, atMost }) => {
    const target = formatTarget({ host, port })
    const why = printable(reason)
    if (line.shown) {
      const time = `${Math.floor(elapsed / SECOND)} s of ${formatDuration(atMost)}`
      line.show(shortened(`waiting for ${target}, ${time}: ${why}`, line.columns - 1))
    } else if (!isNoted) line.note(`udptool: waiting up to ${formatDuration(atMost)} for ${target} (${why})`)
    isNoted = true
  }
}
