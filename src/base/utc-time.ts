const DAY_MS = 86_400_000
/** Days of 400 years, after which the Gregorian calendar repeats. */
const CYCLE_DAYS = 146_097

/**
 * The moment `afterMs` after another one, both in ISO 8601 (UTC) with milliseconds. Computed from the calendar, because pure rooms have no
 * `Date`. Undefined if the moment cannot be parsed.
 */
export function utcAfter(moment: string, afterMs: number): string | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d{1,3})?)Z$/u.exec(moment)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  const ms = Math.floor(Math.round(((hour * 60 + minute) * 60 + second) * 1000) + afterMs)
  const days = Math.floor(ms / DAY_MS)
  const time = ms - days * DAY_MS
  const clock = [time / 3_600_000, (time / 60_000) % 60, (time / 1000) % 60].map(part => digits(part, 2)).join(':')
  return `${dateOf(dayNumber(year, month, day) + days)}T${clock}.${digits(time % 1000, 3)}Z`
}

/** Days since the first of March of year 0. Years begin in March, so that a leap day is the last of its year. */
function dayNumber(year: number, month: number, day: number): number {
  const from = month > 2 ? year : year - 1
  const leapDays = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400)
  return 365 * from + leapDays + dayOfMonth((month + 9) % 12) + day - 1
}

/** Day of the year that begins in March on which its month `number` begins: the months have 31, 30, 31, 30, 31, 31, 30, … days. */
function dayOfMonth(number: number): number {
  return Math.floor((153 * number + 2) / 5)
}

function dateOf(day: number): string {
  const inCycle = day % CYCLE_DAYS
  // 1460, 36 524 and 146 096: the last days of 4, 100 and 400 years.
  const year = Math.floor(
    (inCycle - Math.floor(inCycle / 1460) + Math.floor(inCycle / 36_524) - Math.floor(inCycle / 146_096)) / 365,
  )
  const inYear = inCycle - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const number = Math.floor((5 * inYear + 2) / 153)
  const years = 400 * Math.floor(day / CYCLE_DAYS) + year + (number < 10 ? 0 : 1)
  return `${digits(years, 4)}-${digits(((number + 2) % 12) + 1, 2)}-${digits(inYear - dayOfMonth(number) + 1, 2)}`
}

function digits(value: number, length: number): string {
  return String(Math.floor(value)).padStart(length, '0')
}
