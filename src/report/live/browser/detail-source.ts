import type { HistoryPoint } from '../../../verdict/monitor/view.ts'
import type { LiveDetail } from '../live-detail.ts'
import type { LiveRow } from '../live-row.ts'
import { keyOf } from './target-list.ts'

const HISTORY_LENGTH = 3_600_000

/** Gets the detail of one target at a time, and keeps its history of an hour. */
export class DetailSource {
  readonly #show: (detail: LiveDetail, history: readonly HistoryPoint[]) => void
  #key = ''
  #startedAt = 0
  #history: readonly HistoryPoint[] = []
  #isBusy = false

  constructor(show: (detail: LiveDetail, history: readonly HistoryPoint[]) => void) {
    this.#show = show
  }

  /** Asks for the present state of a target. While an answer is awaited, further requests are dropped. */
  async refresh({ target, module }: Pick<LiveRow, 'target' | 'module'>): Promise<void> {
    const key = keyOf({ target, module })
    if (key !== this.#key) {
      this.#key = key
      this.#history = []
      this.#isBusy = false
    }
    if (this.#isBusy) return
    this.#isBusy = true
    // The last point may have been incomplete.
    const since = this.#history.at(-1)?.at ?? 0
    const query = new URLSearchParams({ target, module, since: String(since) })
    try {
      const answer = await fetch(`/detail?${query.toString()}`)
      if (!answer.ok) return
      const detail = (await answer.json()) as LiveDetail
      if (key === this.#key) this.#take(detail, since)
    } catch {
      // The connection is lost; the events say so.
    } finally {
      if (key === this.#key) this.#isBusy = false
    }
  }

  #take(detail: LiveDetail, since: number): void {
    const isRestarted = detail.startedAt !== this.#startedAt
    this.#startedAt = detail.startedAt
    const kept = isRestarted ? [] : this.#history.filter(({ at }) => at < since && at > detail.now - HISTORY_LENGTH)
    this.#history = [...kept, ...detail.history]
    this.#show(detail, this.#history)
  }
}
