/** Fields of the slot that a server may fill with what cannot be true (docs/wire-format.md, Probe). */
export const IMPLAUSIBLE_FIELDS = ['received', 'seen', 'fragment', 'ttl', 'drops', 'arrival', 'dwell'] as const

export type ImplausibleField = (typeof IMPLAUSIBLE_FIELDS)[number]

/** How many first replies carried a value of that field that cannot be true. An absent field has none. */
export type ImplausibleCounts = Partial<Record<ImplausibleField, number>>

export function countImplausible(counts: ImplausibleCounts, field: ImplausibleField, count = 1): void {
  counts[field] = (counts[field] ?? 0) + count
}

/** Adds what was counted in another run. */
export function addImplausible(into: ImplausibleCounts, from: ImplausibleCounts): void {
  for (const field of IMPLAUSIBLE_FIELDS) {
    const count = from[field]
    if (count !== undefined) countImplausible(into, field, count)
  }
}
