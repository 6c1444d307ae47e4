/** A count for people: `970`, `9640`; from 10 000 on with groups of digits: `1,000,000`. */
export function formatCount(count: number): string {
  const digits = String(Math.round(count))
  return digits.length < 5 ? digits : digits.replace(/\B(?=(?:\d{3})+$)/gu, ',')
}

/** A count with its noun: `1 probe`, `10 probes`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`
}
