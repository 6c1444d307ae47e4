import { formatCount } from '../../base/counted.ts'
import { targetKey } from '../../verdict/monitor/target-key.ts'
import type { TargetView, WindowFigures } from '../../verdict/monitor/view.ts'
import { element, fragment, type Markup } from '../html/markup.ts'
import { formatMs } from '../text/milliseconds.ts'
import { printable } from '../text/safe.ts'
import { formatShare } from '../text/share.ts'
import { cell, landingTable, row, targetCell } from './landing-cells.ts'
import { emptyNotice } from './landing-empty.ts'
import { landingStrip } from './landing-strip.ts'
import type { LandingState } from './landing-state.ts'
import { groupOf, meaningOf } from './state-words.ts'

/** Rows of the table. More targets are in `/targets`. */
const MOST_ROWS = 1000

/** With more targets, rows have no strip: a strip is as long as the rest of its row. */
const MOST_STRIPS = 100

/** What stands for a figure that is not known. */
const UNKNOWN = '–'

export function targetsSection(state: LandingState): Markup {
  const { targets } = state.view
  if (targets.length === 0) return state.searches.length === 0 ? emptyNotice(state) : fragment()
  const columns = { hasSizes: targets.some(({ size }) => size !== undefined), hasStrips: targets.length <= MOST_STRIPS }
  const { hasSizes, hasStrips } = columns
  const shown = worstFirst(targets).slice(0, MOST_ROWS)
  return element(
    'section',
    { class: hasSizes ? 'targets has-sizes' : 'targets' },
    element('h2', { id: 'targets' }, 'Targets'),
    landingTable(
      'targets',
      [
        ['target', 'target'],
        ['module', 'module'],
        ...(hasSizes ? [['number size', 'size'] as const] : []),
        ...(hasStrips ? [['slots', 'last probes'] as const] : []),
        ['state', 'last fate'],
        ['number loss', 'loss 1 min'],
        ['number p50', 'p50'],
        ['number p99', 'p99'],
        ['number flight', 'in flight'],
      ],
      shown.map(target => targetRow(target, columns)),
    ),
    element(
      'p',
      { class: 'dim small' },
      targets.length > shown.length
        ? `${formatCount(targets.length - shown.length)} more targets are in /targets. `
        : undefined,
      'Loss and round trips are those of the last minute, of settled probes only; a probe in flight has no final fate yet. Targets with loss come first.',
    ),
  )
}

/** Columns that not every table has. */
interface Columns {
  readonly hasSizes: boolean
  readonly hasStrips: boolean
}

function targetRow(target: TargetView, { hasSizes, hasStrips }: Columns): Markup {
  const { minute, size, idle, ledger } = target
  const href = `live#${encodeURIComponent(targetKey(target))}`
  return row(
    idle === undefined ? undefined : 'is-idle',
    targetCell(target.target, target.labels, href),
    cell('module', printable(target.module)),
    ...(hasSizes ? [cell('number size', size === undefined ? UNKNOWN : `${size} B`)] : []),
    ...(hasStrips ? [cell('slots', target.strip.length === 0 ? undefined : landingStrip(target.strip))] : []),
    cell('state', stateOf(target)),
    cell(`number loss${minute.lost > 0 ? ' is-bad' : ''}`, lossText(minute)),
    cell('number p50', minute.rtt === undefined ? UNKNOWN : formatMs(minute.rtt.p50Ms)),
    cell('number p99', minute.rtt === undefined ? UNKNOWN : formatMs(minute.rtt.p99Ms)),
    cell('number flight', formatCount(ledger.inFlight)),
  )
}

function stateOf({ idle, lastFate }: TargetView): Markup | string {
  if (idle !== undefined) return `nothing is sent: ${printable(idle)}`
  if (lastFate === undefined) return 'none settled yet'
  const [name, meaning] = meaningOf(lastFate).split(/: (.*)/su)
  return fragment(
    element('i', { class: `swatch s-${groupOf(lastFate)}` }),
    name,
    meaning === undefined || lastFate === 'intact' ? undefined : [' ', element('small', {}, meaning)],
  )
}

function lossText({ settled, lost }: WindowFigures): string {
  return settled === 0 ? UNKNOWN : formatShare(lost, settled)
}

/** Those with the most loss first, then those without probes; equal ones in their given order. */
function worstFirst(targets: readonly TargetView[]): TargetView[] {
  return targets.toSorted((one, other) => badness(other) - badness(one))
}

function badness({ idle, minute: { settled, lost } }: TargetView): number {
  if (idle !== undefined) return 2
  return settled === 0 ? 0 : lost / settled
}
