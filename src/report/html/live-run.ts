/** The data of one run for the page's script, embedded as JSON. Times are ms. */
export interface LiveRun {
  /** Sending times in ascending order, and the round trip of each probe. */
  readonly timeMs: readonly number[]
  readonly rttMs: readonly number[]
  /** For each probe, an index into `fates`. */
  readonly fate: readonly number[]
  readonly fates: readonly { readonly fate: string; readonly className: string }[]
  readonly from: number
  readonly to: number
  readonly delay?: {
    readonly from: number
    readonly to: number
    readonly logarithmic: boolean
    readonly ticks: readonly number[]
  }
  readonly lines: readonly { readonly name: string; readonly ms: number }[]
  readonly slices: {
    readonly from: number
    readonly step: number
    readonly totals: readonly number[]
    /** `fate`: an index into `fates`. */
    readonly lanes: readonly { readonly fate: number; readonly count: number; readonly counts: readonly number[] }[]
  }
}
