/** What the page's script draws a run from: JSON inside the page. Times are ms. */
export interface LiveRun {
  /** Sending times, ascending, and the round trip of each. */
  readonly timeMs: readonly number[]
  readonly rttMs: readonly number[]
  /** Of each, an index into `fates`. */
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
