/** The 97.5 % point of the normal distribution: 2.5 % left out on either side. */
const Z = 1.959963984540054

/**
 * The 95 % score interval of a ratio (Wilson 1927): the true ratios that `losses` of `total` do not speak against.
 * Unlike the textbook p ± z·σ it stays inside 0 to 1 and says something about 0 of 10. Undefined for an empty sample.
 */
export function wilson95(losses: number, total: number): [number, number] | undefined {
  if (!(total > 0)) return undefined
  const ratio = losses / total
  const weight = (Z * Z) / total
  const centre = (ratio + weight / 2) / (1 + weight)
  const half = Math.sqrt(weight * (ratio * (1 - ratio) + weight / 4)) / (1 + weight)
  // The bound is exactly 0 (or 1) there; rounding would leave it a little off.
  return [losses <= 0 ? 0 : Math.max(0, centre - half), losses >= total ? 1 : Math.min(1, centre + half)]
}
