/**
 * Why an ICMP error was not booked on a probe (docs/ledger.md, Evidence; RFC 8899 section 4.6.1, RFC 5927 section 4).
 * `quote`: what it quotes is not the beginning of a probe. `foreign`: it quotes a probe of another run, of another port, or a sequence
 * that was never sent. `mtu`: it says that a packet was too big, and that cannot be. `old`: its probe was sent too long ago. `settled`: its
 * probe has a reply or an error already. `unmatched`: it quotes nothing, and no probe was open that it could be about.
 */
export const ICMP_DOUBTS = ['quote', 'foreign', 'mtu', 'old', 'settled', 'unmatched'] as const

export type IcmpDoubt = (typeof ICMP_DOUBTS)[number]

/** ICMP errors that were not booked, by reason. An absent reason has none. */
export type IgnoredIcmp = Partial<Record<IcmpDoubt, number>>

export function countIgnored(counts: IgnoredIcmp, doubt: IcmpDoubt, count = 1): void {
  counts[doubt] = (counts[doubt] ?? 0) + count
}

/** Adds what was counted in another run. */
export function addIgnored(into: IgnoredIcmp, from: IgnoredIcmp): void {
  for (const doubt of ICMP_DOUBTS) {
    const count = from[doubt]
    if (count !== undefined) countIgnored(into, doubt, count)
  }
}

/** Errors that no host and no router on the path has a reason to send. */
export function suspectErrors({ quote = 0, foreign = 0, mtu = 0 }: IgnoredIcmp): number {
  return quote + foreign + mtu
}
