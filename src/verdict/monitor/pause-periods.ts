/** Number of pauses remembered: more than a user makes while an epoch is open. */
const MOST_PERIODS = 64

/** When the user paused the monitor, in steady time. It distinguishes missed and paused slots until the counts of their epoch are final. */
export class PausePeriods {
  #periods: readonly { readonly from: number; readonly until: number }[] = []

  /** Since when it is paused. Undefined: it is not. */
  get since(): number | undefined {
    const last = this.#periods.at(-1)
    return last?.until === Infinity ? last.from : undefined
  }

  begin(steadyMs: number): void {
    this.#periods = [...this.#periods, { from: steadyMs, until: Infinity }].slice(-MOST_PERIODS)
  }

  end(steadyMs: number): void {
    this.#periods = this.#periods.map(({ from, until }) => ({ from, until: Math.min(until, steadyMs) }))
  }

  has(steadyMs: number): boolean {
    return this.#periods.some(({ from, until }) => steadyMs >= from && steadyMs < until)
  }
}
