/** IP headers as they arrived in one direction. */
export interface DirectionHeaders {
  /** Number of datagrams that arrived with each TOS byte or traffic class; empty if not observed. */
  readonly tos: Record<number, number>
  /** Bytes of the largest IP fragment of these datagrams; absent: none was fragmented, or not observed. */
  fragment?: number
}

/** IP headers of a run's datagrams as they arrived: probes by the server's evidence, replies by our own kernel. */
export interface HeaderFacts {
  readonly up: DirectionHeaders
  readonly down: DirectionHeaders
}

export function createHeaderFacts(): HeaderFacts {
  return { up: { tos: {} }, down: { tos: {} } }
}

export function addHeaders(into: HeaderFacts, from: HeaderFacts): void {
  for (const direction of ['up', 'down'] as const) {
    for (const [tos, count] of Object.entries(from[direction].tos))
      into[direction].tos[Number(tos)] = (into[direction].tos[Number(tos)] ?? 0) + count
    const fragment = Math.max(into[direction].fragment ?? 0, from[direction].fragment ?? 0)
    if (fragment > 0) into[direction].fragment = fragment
  }
}

/** Counts a datagram that arrived. `tos` and `fragment` are negative if not observed. */
export function countHeaders(direction: DirectionHeaders, tos: number, fragment: number): void {
  if (tos >= 0) direction.tos[tos] = (direction.tos[tos] ?? 0) + 1
  if (fragment > 0 && fragment > (direction.fragment ?? 0)) direction.fragment = fragment
}
