import { formatCount } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { lossCount, scheduledCount } from '../../ledger/fate.ts'
import type { LedgerFigures, MonitorView, TargetView } from '../../verdict/monitor/view.ts'
import { FATES } from '../result/fates.ts'
import { type Cell, type Column, GAP, grid } from '../text/grid.ts'
import { formatMs } from '../text/milliseconds.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { formatShare } from '../text/share.ts'
import { usableWidth, type View } from '../text/view.ts'
import { targetName } from './watch-lines.ts'

/** A narrower terminal shows no round trips. */
const NARROWEST_FATES = 24

/** The end of a monitor: a row for each target with its ledger since the start. */
export function watchSummaryTable({ targets, startedAt, now }: MonitorView, { width: available, color }: View): string {
  const palette = createPalette(color)
  const width = usableWidth(available)
  const right = { align: 'right' } as const
  const columns: readonly Column[] = [{ most: Math.max(20, width / 3) }, right, right, right, right, {}]
  const head = ['target', 'probes', 'loss', 'p50', 'p99', 'fates'].map((text): Cell => ({ text, paint: palette.dim }))
  const rows = [head, ...targets.map(target => row(target, palette))]
  const { widths } = grid(rows, columns)
  const left = width - widths.slice(0, -1).reduce((sum, one) => sum + one + GAP, GAP)
  const isNarrow = left < NARROWEST_FATES
  const withoutTimes = <T>(cells: readonly T[]): readonly T[] =>
    isNarrow ? cells.filter((_, index) => index !== 3 && index !== 4) : cells
  const room = isNarrow ? left + (widths[3] ?? 0) + (widths[4] ?? 0) + 2 * GAP : left
  const { lines } = grid(rows.map(withoutTimes), [
    ...withoutTimes(columns).slice(0, -1),
    { most: Math.max(NARROWEST_FATES, room) },
  ])
  const lasted = formatDuration(Math.round((now - startedAt) * MILLISECOND))
  const title = `${formatCount(targets.length)} ${targets.length === 1 ? 'target' : 'targets'} in ${lasted}`
  return [palette.bold(title), ...lines, ''].join('\n')
}

function row(target: TargetView, palette: Palette): Cell[] {
  const { ledger, sinceStart, idle } = target
  const { fates } = ledger
  const total = scheduledCount(fates)
  const lost = lossCount(fates)
  const paint = isWhole(ledger) ? palette.green : fates.intact === 0 ? palette.red : palette.yellow
  const { rtt } = sinceStart
  return [
    targetName(target),
    formatCount(ledger.scheduled),
    { text: total === 0 ? '–' : formatShare(lost, total), paint },
    rtt === undefined ? '–' : formatMs(rtt.p50Ms),
    rtt === undefined ? '–' : formatMs(rtt.p99Ms),
    { text: fatesText(ledger) + (idle === undefined ? '' : `${ledger.scheduled === 0 ? '' : '; '}${idle}`), paint },
  ]
}

/** `590 intact, 10 lostReturn, 3 in flight`: the terms add up to the probes. Then what is no fate. */
function fatesText({ fates, inFlight, missed, duplicates, reordered, scheduled }: LedgerFigures): string {
  const counts = FATES.flatMap(({ fate }) => {
    const count = fate === 'answered' ? 0 : fates[fate]
    return count > 0 || (fate === 'intact' && scheduled > 0) ? [`${formatCount(count)} ${fate}`] : []
  })
  const open = inFlight > 0 ? [`${formatCount(inFlight)} in flight`] : []
  const rest = [
    [missed, 'missed'],
    [duplicates, 'duplicates'],
    [reordered, 'reordered'],
  ] as const
  const others = rest.flatMap(([count, name]) => (count > 0 ? [`${formatCount(count)} ${name}`] : []))
  return [[...counts, ...open].join(', '), others.join(', ')].filter(text => text !== '').join('; ')
}

/** Every probe whose fate is final came back intact, and there is one. */
function isWhole({ fates }: LedgerFigures): boolean {
  return fates.intact > 0 && fates.intact === scheduledCount(fates)
}
