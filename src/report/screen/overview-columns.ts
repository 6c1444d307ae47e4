/** Widths of the columns of the overview; 0: not shown. */
export interface OverviewColumns {
  readonly name: number
  readonly strip: number
  readonly minute: number
  readonly sinceStart: number
  readonly p50: number
  readonly p99: number
  readonly queue: number
  readonly event: number
}

/** Columns between two columns, and before the first for the mark of the selection. */
export const GAP = 2
/** Figures never change their width: `>99.99%`, `12.5 ms`, `→ 12.5 ms`. */
const FIGURES = { minute: 7, sinceStart: 8, p50: 7, p99: 7, queue: 9 } as const
/** Figures by their use, the least useful first: these are left out on a narrow screen. */
const DROPPED = ['queue', 'p50', 'sinceStart', 'p99'] as const
const SHORTEST_STRIP = 12
/** A strip this long shows a minute at the usual interval; an event beside it gets the rest. */
const LONG_STRIP = 60
const WIDEST_STRIP = 120
/** `14:03:22 ` and a few words. */
const SHORTEST_EVENT = 30
const WIDEST_EVENT = 60
const SHORTEST_NAME = 14

/** The columns that fit. A strip gets what the figures leave, and shares it with the last event on a wide screen. */
export function overviewColumns(width: number, longestName: number): OverviewColumns {
  const name = Math.min(Math.max(SHORTEST_NAME, longestName), Math.max(SHORTEST_NAME, Math.floor(width / 4)))
  const figures: Record<keyof typeof FIGURES, number> = { ...FIGURES }
  const room = (): number =>
    width - GAP - name - GAP - Object.values(figures).reduce((sum, each) => sum + (each === 0 ? 0 : each + GAP), 0) - 1
  for (const column of DROPPED) {
    if (room() < SHORTEST_STRIP) figures[column] = 0
  }
  const left = room()
  const event = left - GAP - LONG_STRIP / 2 < SHORTEST_EVENT ? 0 : eventWidth(left - GAP)
  const strip = Math.max(1, Math.min(WIDEST_STRIP, event === 0 ? left : left - GAP - event))
  return { name, strip, ...figures, event }
}

function eventWidth(left: number): number {
  return Math.min(WIDEST_EVENT, Math.max(SHORTEST_EVENT, Math.floor(left / 2), left - WIDEST_STRIP))
}
