import { formatCount } from '../../base/counted.ts'
import type { TargetView, WindowFigures } from '../../verdict/monitor/view.ts'
import { padded } from '../text/width.ts'
import { lossPiece, rttPiece } from './figure-text.ts'
import { right, type Line } from './line.ts'

const LABEL = 15
const LOSS = 7
const RTT = 9

/** Loss and round trips of the last minute and since the start, in columns. A narrow screen has fewer of them. */
export function figureLines({ minute, sinceStart }: TargetView, room: number): Line[] {
  const periods = [
    { label: 'last minute', figures: minute },
    { label: 'since start', figures: sinceStart },
  ]
  const counts = 2 + Math.max(...periods.map(({ figures }) => countsText(figures).length))
  const least = LABEL + LOSS + 2 * RTT
  const hasCounts = room >= least + counts
  const hasExtremes = room >= least + counts + 2 * RTT
  const header = [
    padded('loss', LABEL + LOSS, 'right'),
    ' '.repeat(hasCounts ? counts : 0),
    ...(hasExtremes ? ['rtt min', 'p50', 'p99', 'max'] : ['rtt p50', 'p99']).map(name => padded(name, RTT, 'right')),
  ].join('')
  const lines = periods.map(({ label, figures }): Line => {
    const { rtt } = figures
    return [
      { text: padded(label, LABEL), style: 'dim' },
      right(lossPiece(figures), LOSS),
      { text: hasCounts ? padded(`  ${countsText(figures)}`, counts) : '', style: 'dim' },
      ...(hasExtremes ? [right(rttPiece(rtt?.minMs), RTT)] : []),
      right(rttPiece(rtt?.p50Ms), RTT),
      right(rttPiece(rtt?.p99Ms), RTT),
      ...(hasExtremes ? [right(rttPiece(rtt?.maxMs), RTT)] : []),
    ]
  })
  return [[{ text: header, style: 'dim' }], ...lines]
}

function countsText({ lost, settled }: WindowFigures): string {
  return settled === 0 ? 'nothing settled' : `${formatCount(lost)} of ${formatCount(settled)}`
}
