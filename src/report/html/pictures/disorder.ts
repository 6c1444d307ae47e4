import type { ProbeSeries } from './probe-series.ts'

/** A reply that arrived after the reply to a later probe. */
export interface Straggler {
  readonly timeMs: number
  /** Reordering extent (RFC 4737 section 4.2.1): the number of replies between it and the first one that overtook it. */
  readonly extent: number
}

/** Every reordered reply (RFC 4737 section 3: its sequence is below one that arrived before it), per client, in order of arrival. */
export function stragglers(series: ProbeSeries): readonly Straggler[] {
  const clients = new Map<number, number[]>()
  series.client.forEach((client, row) => {
    if (!Number.isFinite(series.rttMs[row])) return
    const rows = clients.get(client)
    if (rows === undefined) clients.set(client, [row])
    else rows.push(row)
  })
  const arrival = (row: number): number => (series.timeMs[row] ?? 0) + (series.rttMs[row] ?? 0)
  return [...clients.values()].flatMap(rows => {
    const arrived = rows.toSorted((a, b) => arrival(a) - arrival(b))
    return lateInOrder(arrived.map(row => series.seq[row] ?? 0)).map(({ place, extent }): Straggler => {
      return { timeMs: series.timeMs[arrived[place] ?? 0] ?? 0, extent }
    })
  })
}

/** `highest` never falls, so a binary search finds the first arrival that overtook. */
function lateInOrder(sequences: readonly number[]): { readonly place: number; readonly extent: number }[] {
  const highest: number[] = []
  const late: { place: number; extent: number }[] = []
  sequences.forEach((seq, place) => {
    const before = highest.at(-1) ?? -1
    if (seq < before) late.push({ place, extent: place - firstAbove(highest, seq) })
    highest.push(Math.max(before, seq))
  })
  return late
}

function firstAbove(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? Infinity) > value) high = middle
    else low = middle + 1
  }
  return low
}
