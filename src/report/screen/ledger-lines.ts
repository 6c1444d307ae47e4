import { counted, formatCount } from '../../base/counted.ts'
import { scheduledCount } from '../../ledger/fate.ts'
import type { LedgerFigures } from '../../verdict/monitor/view.ts'
import { FATES, type FateGroup } from '../result/fates.ts'
import { bar } from '../text/bar.ts'
import { formatShare } from '../text/share.ts'
import { displayWidth, padded } from '../text/width.ts'
import { flow } from '../text/wrap.ts'
import type { Line } from './line.ts'
import type { Style } from './style.ts'

const STYLES: Readonly<Record<FateGroup | 'in flight', Style>> = {
  whole: 'green',
  damaged: 'magenta',
  late: 'yellow',
  lost: 'red',
  'not sent': 'blue',
  'in flight': 'dim',
}
const GAP = 2
const WIDEST_BAR = 24
const NARROWEST_BAR = 8

interface LedgerRow {
  readonly group: FateGroup | 'in flight'
  readonly name: string
  readonly count: number
  readonly meaning: string
}

/** The ledger since the start, as in other reports: final fates, then probes whose fate is not final, and the sum. */
export function ledgerLines(ledger: LedgerFigures, width: number): Line[] {
  const { fates, inFlight, lost, missed, duplicates, reordered } = ledger
  const rows: LedgerRow[] = [
    ...FATES.flatMap(({ fate, group, meaning }): LedgerRow[] => {
      // Only datagrams that carry a message are answered.
      const count = fate === 'answered' ? 0 : fates[fate]
      return fate === 'intact' || count > 0 ? [{ group, name: fate, count, meaning }] : []
    }),
    ...openRows(inFlight, lost),
  ]
  const total = scheduledCount(fates) + inFlight
  const widest = (text: (row: LedgerRow) => string): number => Math.max(...rows.map(row => displayWidth(text(row))))
  const [groups, names] = [widest(({ group }) => group), widest(({ name }) => name)]
  const counts = Math.max(
    formatCount(total).length,
    widest(({ count }) => formatCount(count)),
  )
  const shares = widest(({ count }) => formatShare(count, total))
  const left = width - groups - names - counts - shares - 4 * GAP
  const meanings = widest(({ meaning }) => meaning)
  // A meaning is more useful than a bar.
  const hasMeanings = left >= meanings
  const barRoom = Math.min(WIDEST_BAR, hasMeanings ? left - meanings - GAP : left)
  const hasBar = barRoom >= NARROWEST_BAR
  const lines = rows.map(({ group, name, count, meaning }, index): Line => [
    { text: `${padded(rows[index - 1]?.group === group ? '' : group, groups)}  `, style: 'dim' },
    { text: `${padded(name, names)}  `, style: count > 0 ? STYLES[group] : 'plain' },
    { text: `${padded(formatCount(count), counts, 'right')}  ` },
    { text: `${padded(formatShare(count, total), shares, 'right')}  ` },
    { text: hasBar ? `${padded(bar(total > 0 ? count / total : 0, barRoom), barRoom)}  ` : '', style: STYLES[group] },
    { text: hasMeanings && count > 0 ? meaning : '', style: 'dim' },
  ])
  const sum = padded(`= ${formatCount(total)}`, groups + names + counts + 2 * GAP, 'right')
  const rest = [
    ...(missed > 0 ? [`${formatCount(missed)} missed, not sent`] : []),
    ...(duplicates > 0 ? [counted(duplicates, 'duplicate')] : []),
    ...(reordered > 0 ? [`${formatCount(reordered)} reordered`] : []),
  ]
  const notes = flow(['scheduled', ...rest], ' · ', width - sum.length - 1)
  return [
    ...lines,
    ...notes.map((text, index): Line => [
      { text: padded(index === 0 ? sum : '', sum.length + 1) },
      { text, style: 'dim' },
    ]),
  ]
}

function openRows(inFlight: number, lost: number): LedgerRow[] {
  return [
    { group: 'in flight', name: 'open', count: inFlight - lost, meaning: 'fate not final yet' },
    { group: 'in flight', name: 'lost', count: lost, meaning: 'direction not known yet' },
  ].filter(({ count }) => count > 0) as LedgerRow[]
}
