/** A moment (ms since 1970) in ISO 8601 with the local offset from UTC: `2026-11-30T06:31:06.123+01:00`. */
export function formatLocalTime(ms: number): string {
  const east = -new Date(ms).getTimezoneOffset()
  const local = new Date(ms + east * 60_000).toISOString().slice(0, -1)
  const minutes = Math.abs(east)
  return `${local}${east < 0 ? '-' : '+'}${twoDigits(minutes / 60)}:${twoDigits(minutes % 60)}`
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}
