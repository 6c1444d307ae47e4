/**
 * Why an ICMP error was not assigned to a probe (docs/ledger.md, Evidence; RFC 8899 section 4.6.1, RFC 5927 section 4). `quote`: the quoted bytes
 * are not the beginning of a probe. `foreign`: it quotes a probe of another run or another port, or a sequence that was never sent. `mtu`: it
 * reports a packet as too big that cannot be. `old`: its probe was sent too long ago. `settled`: its probe has a reply or an error already.
 * `unmatched`: it quotes nothing, and no open probe matches it.
 */
export const ICMP_DOUBTS = ['quote', 'foreign', 'mtu', 'old', 'settled', 'unmatched'] as const

export type IcmpDoubt = (typeof ICMP_DOUBTS)[number]

/** Number of ICMP errors that were not assigned to a probe, by reason. An absent reason has none. */
export type IgnoredIcmp = Partial<Record<IcmpDoubt, number>>

export function countIgnored(counts: IgnoredIcmp, doubt: IcmpDoubt, count = 1): void {
  counts[doubt] = (counts[doubt] ?? 0) + count
}

export function addIgnored(into: IgnoredIcmp, from: IgnoredIcmp): void {
  for (const doubt of ICMP_DOUBTS) {
    const count = from[doubt]
    if (count !== undefined) countIgnored(into, doubt, count)
  }
}

/** Errors that no host or router on the path has a reason to send. */
export function suspectErrors({ quote = 0, foreign = 0, mtu = 0 }: IgnoredIcmp): number {
  return quote + foreign + mtu
}
