/** A time with a few digits and a unit: `253 µs`. */
export function timeText(ms: number, digits = 3): string {
  const size = Math.abs(ms)
  const [value, unit] = size >= 1000 ? [ms / 1000, 's'] : size >= 1 || ms === 0 ? [ms, 'ms'] : [ms * 1000, 'µs']
  return `${String(Number(value.toPrecision(digits)))} ${unit}`
}
