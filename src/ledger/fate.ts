/** The outcome of a datagram (docs/ledger.md). Every scheduled probe has exactly one. */
export const FATES = [
  'intact',
  'late',
  'truncated',
  'corrupt',
  'refused',
  'unreachable',
  'lostForward',
  'lostServerBuffer',
  'lostServerPolicy',
  'lostReturn',
  'lostClientBuffer',
  'lostUnknown',
] as const

export type Fate = (typeof FATES)[number]

export type FateCounts = Record<Fate, number>

export function createFateCounts(): FateCounts {
  return {
    intact: 0,
    late: 0,
    truncated: 0,
    corrupt: 0,
    refused: 0,
    unreachable: 0,
    lostForward: 0,
    lostServerBuffer: 0,
    lostServerPolicy: 0,
    lostReturn: 0,
    lostClientBuffer: 0,
    lostUnknown: 0,
  }
}

/** The fates that count as loss. Late, truncated and corrupt replies arrived. */
export const LOSSES: readonly Fate[] = [
  'lostForward',
  'lostServerBuffer',
  'lostServerPolicy',
  'lostReturn',
  'lostClientBuffer',
  'lostUnknown',
  'unreachable',
  'refused',
]

/** Fates without an error that a sender may have caused by sending probes late and in a burst. */
export const WITHOUT_ERROR = [
  'late',
  'lostForward',
  'lostServerBuffer',
  'lostReturn',
  'lostClientBuffer',
  'lostUnknown',
] as const satisfies readonly Fate[]

export function lossCount(counts: FateCounts): number {
  return LOSSES.reduce((sum, fate) => sum + counts[fate], 0)
}

/** Probes with a first reply. */
export function replyCount(counts: FateCounts): number {
  return counts.intact + counts.late + counts.truncated + counts.corrupt
}

export function scheduledCount(counts: FateCounts): number {
  return FATES.reduce((sum, fate) => sum + counts[fate], 0)
}

/** Moves at most `most` probes from one fate to another, for evidence about numbers instead of single datagrams; returns how many. */
export function move(counts: FateCounts, from: Fate, to: Fate, most: number): number {
  const moved = Math.min(counts[from], Math.max(0, most))
  counts[from] -= moved
  counts[to] += moved
  return moved
}
