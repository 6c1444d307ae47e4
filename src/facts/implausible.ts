/** Fields of the slot in which a server may write implausible values (docs/wire-format.md, Probe). */
export const IMPLAUSIBLE_FIELDS = ['received', 'seen', 'fragment', 'ttl', 'drops', 'arrival', 'dwell'] as const

export type ImplausibleField = (typeof IMPLAUSIBLE_FIELDS)[number]

/** Number of first replies with an implausible value, by field. An absent field has none. */
export type ImplausibleCounts = Partial<Record<ImplausibleField, number>>

export function countImplausible(counts: ImplausibleCounts, field: ImplausibleField, count = 1): void {
  counts[field] = (counts[field] ?? 0) + count
}

export function addImplausible(into: ImplausibleCounts, from: ImplausibleCounts): void {
  for (const field of IMPLAUSIBLE_FIELDS) {
    const count = from[field]
    if (count !== undefined) countImplausible(into, field, count)
  }
}
