import { formatSize } from '../../base/size.ts'
import type { PutProgress } from '../../verdict/upload.ts'
import { bar } from '../text/bar.ts'
import { displayWidth, padded } from '../text/width.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Palette } from '../text/palette.ts'

/** A file transfer in progress. */
interface Transfer extends PutProgress {
  readonly elapsedMs: number
}

const BAR = 24
const SHORTEST_BAR = 8

/**
 * A transfer in progress, in one line of less than `width` columns: a bar, the bytes sent, and the rate. On a narrow terminal the last of
 * these are left out.
 */
export function renderTransfer({ phase, bytes, size, elapsedMs }: Transfer, width: number, palette: Palette): string {
  const done = size === 0 ? 1 : bytes / size
  const most = Math.max(1, width - 1)
  const percent = `${Math.floor(done * 100)}%`.padStart(4)
  const words = [
    phase === 'digest' ? 'reading' : 'sending',
    `${formatSize(bytes)} of ${formatSize(size)}`,
    ...(elapsedMs > 0 ? [`${formatSize((bytes * 1000) / elapsedMs)}/s`] : []),
    ...(done > 0.01 && done < 1 && elapsedMs > 1000
      ? [`${formatMs(Math.ceil((elapsedMs / done - elapsedMs) / 1000) * 1000)} left`]
      : []),
  ]
  for (let kept = words.length; kept >= 1; kept--) {
    const text = words.slice(0, kept).join(' · ')
    const room = Math.min(BAR, most - displayWidth(text) - percent.length - 3)
    if (room >= SHORTEST_BAR) return `${palette.cyan(padded(bar(done, room), room))} ${percent}  ${text}`
  }
  return percent.length <= most ? percent : ''
}
