import { counted } from '../../base/counted.ts'
import { formatMs } from '../text/milliseconds.ts'
import { displayWidth } from '../text/width.ts'
import type { Frame } from './frame.ts'
import { type Line, writeLine } from './line.ts'
import type { ScreenPage } from './screen-page.ts'

const PAUSED = ' PAUSED: no probes are sent, p continues '
const SHORT_PAUSED = ' PAUSED '

/** The first row: what is watched on the left, the time of day and a pause on the right. The least important words are left out first. */
export function writeTitle(frame: Frame, page: ScreenPage): void {
  const { view, width, localTime } = page
  const clock = localTime(view.now).slice(11, 19)
  const words = titleWords(page)
  const banners = view.isPaused ? [PAUSED, SHORT_PAUSED] : ['']
  for (const banner of banners) {
    for (let kept = words.length; kept > 0; kept--) {
      // A pause must be visible, but not at the cost of what is watched.
      if (banner === PAUSED && kept < 3) break
      const left = words.slice(0, kept).join(' · ')
      const gap = width - 1 - displayWidth(left) - displayWidth(banner) - (banner === '' ? 0 : 2) - clock.length - 1
      if (gap < 2 && kept > 1) continue
      writeLine(frame, 0, 1, [{ text: words[0] ?? '', style: 'bold' }, { text: left.slice(words[0]?.length ?? 0) }])
      const right: Line = [
        ...(banner === '' ? [] : ([{ text: banner, style: 'alert' }, { text: '  ' }] as const)),
        { text: clock, style: 'dim' },
      ]
      const start = width - 1 - right.reduce((sum, { text }) => sum + displayWidth(text), 0)
      writeLine(frame, 0, Math.max(0, start), right)
      return
    }
  }
}

function titleWords({ view, url }: ScreenPage): string[] {
  const intervals = new Set(view.targets.map(({ intervalMs }) => intervalMs))
  const [interval] = intervals
  return [
    'udptool watch',
    counted(view.targets.length, 'target'),
    ...(interval === undefined ? [] : [intervals.size === 1 ? `every ${formatMs(interval)}` : 'several intervals']),
    ...(url === undefined ? [] : [url]),
    `${view.engine} engine`,
  ]
}
