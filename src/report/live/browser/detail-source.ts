import { targetKey, type TargetIdentity } from '../../../verdict/monitor/target-key.ts'
import type { HistoryPoint } from '../../../verdict/monitor/view.ts'
import type { LiveDetail } from '../live-detail.ts'

/** The figures of this last part of the history may still change, ms. */
const OPEN = 60_000

/** Time after which the whole history is read again: a step of the clock moves all its points. */
const WHOLE = 10_000

/** Gets the detail of one target at a time, and keeps its history of an hour. */
export class DetailSource {
  readonly #show: (detail: LiveDetail, history: readonly HistoryPoint[]) => void
  #key = ''
  #wholeAt = -Infinity
  #history: readonly HistoryPoint[] = []
  #isBusy = false

  constructor(show: (detail: LiveDetail, history: readonly HistoryPoint[]) => void) {
    this.#show = show
  }

  /** Asks for the present state of a target. While an answer is awaited, further requests are dropped. */
  async refresh(identity: TargetIdentity): Promise<void> {
    const { target, module, size } = identity
    const key = targetKey(identity)
    if (key !== this.#key) {
      this.#key = key
      this.#history = []
      this.#wholeAt = -Infinity
      this.#isBusy = false
    }
    if (this.#isBusy) return
    this.#isBusy = true
    const isWhole = performance.now() - this.#wholeAt > WHOLE || this.#history.length === 0
    const last = this.#history.at(-1)?.at ?? 0
    const since = isWhole ? 0 : last - OPEN
    const query = new URLSearchParams({ target, module, since: String(since) })
    if (size !== undefined) query.set('size', String(size))
    try {
      const answer = await fetch(`detail?${query.toString()}`)
      if (!answer.ok) return
      // Null: the target has just been removed.
      const detail = (await answer.json()) as LiveDetail | null
      if (detail !== null && key === this.#key) this.#take(detail, since)
    } catch {
      // The connection is lost; the events say so.
    } finally {
      if (key === this.#key) this.#isBusy = false
    }
  }

  #take(detail: LiveDetail, since: number): void {
    if (since === 0) this.#wholeAt = performance.now()
    const first = detail.history[0]?.at ?? Infinity
    this.#history = since === 0 ? detail.history : [...this.#history.filter(({ at }) => at < first), ...detail.history]
    this.#show(detail, this.#history)
  }
}
