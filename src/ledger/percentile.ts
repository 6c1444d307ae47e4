/**
 * The rank (from 1) of the percentile `p` (0 to 1) among `count` ascending samples, by the empirical distribution without interpolation (RFC
 * 2330 section 11.3): the smallest k with k/count >= p. So a percentile is always an observed value, and the median of two is the smaller.
 */
export function percentileRank(p: number, count: number): number {
  const rank = Math.ceil(p * count)
  // p × count rounds (0.07 × 100 is slightly above 7), so compare the quotient, as the definition does.
  if ((rank - 1) / count >= p) return Math.max(1, rank - 1)
  return Math.min(count, Math.max(1, rank / count >= p ? rank : rank + 1))
}
