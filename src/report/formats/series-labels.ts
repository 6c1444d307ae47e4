import type { Labels } from './exposition.ts'

/** What distinguishes the series of one target from those of others. */
export interface LabelledTarget {
  /** As configured: host:port. */
  readonly target: string
  readonly module: string
  readonly size?: number
  readonly labels: Labels
}

/** First the labels that every series has, then the configured ones, sorted. */
export function seriesLabels({ target, module, size, labels }: LabelledTarget, flow?: string): Labels {
  const own = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return {
    target,
    module,
    ...(size === undefined ? {} : { size: String(size) }),
    ...(flow === undefined ? {} : { flow }),
    ...Object.fromEntries(own),
  }
}
