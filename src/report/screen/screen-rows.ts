import { targetKey } from '../../verdict/monitor/target-key.ts'
import type {
  FlowView,
  MonitorEvent,
  MonitorView,
  StripCell,
  TargetView,
  WindowFigures,
} from '../../verdict/monitor/view.ts'
import type { ScreenState, Sort } from './screen-state.ts'

/** `host9` before `host10`. */
const NAMES = new Intl.Collator('en', { numeric: true })

/** A row of the overview: a target, or one of its flows. */
export interface ScreenRow {
  /** Identifies it while targets and their order change. */
  readonly key: string
  readonly name: string
  readonly target: TargetView
  readonly isFlow: boolean
  readonly strip: readonly StripCell[]
  readonly minute: WindowFigures
  readonly sinceStart: WindowFigures
  readonly event?: MonitorEvent | undefined
}

/** All rows in the chosen order. Equal ones stay in the order of their names. */
export function screenRows(
  { targets }: MonitorView,
  { sort, hasFlows }: Pick<ScreenState, 'sort' | 'hasFlows'>,
): ScreenRow[] {
  const counts = new Map<string, number>()
  for (const { target } of targets) counts.set(target, (counts.get(target) ?? 0) + 1)
  const rows = targets.map((target): ScreenRow => {
    const { module, size, strip, minute, sinceStart, events } = target
    // Module and size are shown only where a target has several.
    const which = size === undefined ? module : `${module}, ${size} B`
    const name = (counts.get(target.target) ?? 0) > 1 ? `${target.target} (${which})` : target.target
    return {
      key: targetKey(target),
      name,
      target,
      isFlow: false,
      strip,
      minute,
      sinceStart,
      event: events.at(-1),
    }
  })
  const ordered = rows.toSorted((a, b) => ORDERS[sort](a, b) || byName(a, b))
  if (!hasFlows) return ordered
  return ordered.flatMap(row => [row, ...row.target.flows.map((flow, index) => flowRow(row, flow, index))])
}

function flowRow({ key, target }: ScreenRow, flow: FlowView, index: number): ScreenRow {
  const { port, strip, minute, sinceStart } = flow
  const name = port === undefined ? 'no socket' : `from port ${port}`
  return { key: `${key} ${index}`, name, target, isFlow: true, strip, minute, sinceStart }
}

const ORDERS: Readonly<Record<Sort, (a: ScreenRow, b: ScreenRow) => number>> = {
  name: byName,
  loss: (a, b) => loss(b.minute) - loss(a.minute) || loss(b.sinceStart) - loss(a.sinceStart),
  p99: (a, b) => (b.minute.rtt?.p99Ms ?? -1) - (a.minute.rtt?.p99Ms ?? -1),
  'last event': (a, b) => (b.event?.at ?? 0) - (a.event?.at ?? 0),
}

function byName(a: ScreenRow, b: ScreenRow): number {
  return NAMES.compare(a.name, b.name)
}

function loss({ lost, settled }: WindowFigures): number {
  return settled === 0 ? -1 : lost / settled
}
