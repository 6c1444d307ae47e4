/** The least ratio of the ends of the axis, so that noise does not fill it. */
const LEAST_RATIO = 2
/** Fewer ticks at 1, 2 and 5 are replaced by evenly spaced ones. */
const LEAST_TICKS = 3

/** The ends of a logarithmic axis of delays, ms. Without a delay both given ends are null. */
export function delayRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || min <= 0) return [0.1, 10]
  const middle = Math.sqrt(min * max)
  const half = Math.max(Math.sqrt(max / min) * 1.15, Math.sqrt(LEAST_RATIO))
  return [middle / half, middle * half]
}

/** Ticks at 1, 2 and 5 times powers of ten, or evenly spaced round ones if the axis is shorter than a decade. */
export function delayTicks(min: number, max: number): number[] {
  const ticks: number[] = []
  for (let decade = 10 ** Math.floor(Math.log10(min)); decade <= max; decade *= 10)
    for (const digit of [1, 2, 5]) if (digit * decade >= min && digit * decade <= max) ticks.push(digit * decade)
  if (ticks.length >= LEAST_TICKS) return ticks
  const raw = (max - min) / LEAST_TICKS
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * ([5, 2, 1].find(digit => digit * power <= raw) ?? 1)
  const first = Math.ceil(min / step)
  return Array.from({ length: Math.floor(max / step) - first + 1 }, (_, place) => (first + place) * step)
}
