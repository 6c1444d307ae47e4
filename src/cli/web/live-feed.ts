import { EventStream, eventText } from '../../http/event-stream.ts'
import { type LiveFrame, liveRow } from '../../report/live/live-row.ts'
import { targetRow } from '../../report/live/target-row.ts'
import { targetKey, type TargetIdentity } from '../../verdict/monitor/target-key.ts'
import type { MonitorView } from '../../verdict/monitor/view.ts'
import type { LiveSource } from './live-source.ts'

const MAX_VIEWERS = 64

/** The texts of a target that viewers have. */
interface SentRow {
  readonly identity: TargetIdentity
  /** An unnamed event. */
  readonly row: string
  readonly live: string
}

/**
 * The events of `/events`: a row of `/targets` for each target that changed, and one event `live` with what the page shows in addition.
 * An event `removed` names a target that is none any more. Each update is made once for all viewers.
 */
export class LiveFeed {
  readonly stream: EventStream
  readonly #source: LiveSource
  #sent = new Map<string, SentRow>()

  constructor(source: LiveSource) {
    this.#source = source
    this.stream = new EventStream({ maxViewers: MAX_VIEWERS, whole: () => this.#whole() })
  }

  /** Sends what changed since the last update. Without viewers the monitor is not asked. Returns the number of targets. */
  update(): number | undefined {
    if (this.stream.viewers === 0) {
      this.#sent.clear()
      return undefined
    }
    const view = this.#source.view()
    const present = rowsOf(view)
    const removed = [...this.#sent].filter(([key]) => !present.has(key)).map(([, { identity }]) => identity)
    // The page needs the whole list to forget a target, and to put a new one in its place.
    const before = [...this.#sent.keys()]
    const isWhole = before.length !== present.size || [...present.keys()].some((key, place) => key !== before[place])
    const changed = [...present].filter(([key, { row, live }]) => {
      const sent = this.#sent.get(key)
      return isWhole || sent === undefined || sent.row !== row || sent.live !== live
    })
    const rows = changed.map(([key, { row }]) => (this.#sent.get(key)?.row === row ? '' : row))
    this.#sent = present
    this.stream.send(
      `${removed.map(each => eventText(each, 'removed')).join('')}${rows.join('')}${frameOf(view, isWhole, changed)}`,
    )
    return present.size
  }

  #whole(): string {
    const view = this.#source.view()
    const present = rowsOf(view)
    return `${[...present.values()].map(({ row }) => row).join('')}${frameOf(view, true, [...present])}`
  }
}

function rowsOf(view: MonitorView): Map<string, SentRow> {
  return new Map(
    view.targets.map(each => [
      targetKey(each),
      { identity: identityOf(each), row: eventText(targetRow(each)), live: JSON.stringify(liveRow(each)) },
    ]),
  )
}

function identityOf({ target, module, size }: TargetIdentity): TargetIdentity {
  return { target, module, ...(size === undefined ? {} : { size }) }
}

/** The event `live`, from rows that are JSON already. */
function frameOf(view: MonitorView, isWhole: boolean, rows: readonly (readonly [string, SentRow])[]): string {
  const { now, startedAt, engine, isPaused } = view
  const head: Omit<LiveFrame, 'rows'> = { now, startedAt, engine, isPaused, isWhole }
  const list = rows.map(([, { live }]) => live).join(',')
  return `event: live\ndata: ${JSON.stringify(head).slice(0, -1)},"rows":[${list}]}\n\n`
}
