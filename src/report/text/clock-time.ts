/**
 * The time of day `afterMs` after a moment in ISO 8601 (UTC), to a tenth of a second: `14:03:22.5 UTC`. Computed from the calendar, because
 * a pure room has no clock. Undefined if the moment cannot be parsed.
 */
export function clockTime(moment: string, afterMs: number): string | undefined {
  const match = /T(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z$/u.exec(moment)
  if (match === null) return undefined
  const [hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const tenths = Math.floor(((hour * 60 + minute) * 60 + second) * 10 + afterMs / 100) % 864_000
  return `${two(tenths / 36_000)}:${two((tenths / 600) % 60)}:${two((tenths / 10) % 60)}.${tenths % 10} UTC`
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}
