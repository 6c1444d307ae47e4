const NANOS_A_MS = 1e6
const FRACTION_DIGITS = 6
const ZERO = 48
const POINT = 46

/** Each of these writes at an offset, where there must be room, and returns the offset behind what it wrote. */

export function putBytes(bytes: Uint8Array, at: number, from: Uint8Array): number {
  const { length } = from
  // `set` costs more than this loop for texts as short as these.
  for (let i = 0; i < length; i++) bytes[at + i] = from[i] as number
  return at + length
}

export function putAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
  return at + text.length
}

/** @param value a whole number from 0 to 2³¹−1 */
export function putDigits(bytes: Uint8Array, at: number, value: number): number {
  let end = at + 1
  for (let bound = 10; value >= bound; bound *= 10) end += 1
  let rest = value | 0
  for (let place = end - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0
    bytes[place] = ZERO + rest - tenth * 10
    rest = tenth
  }
  return end
}

/** @param ms from 0 to below 10⁹; it is rounded to the nanosecond, without zeros at the end */
export function putTime(bytes: Uint8Array, at: number, ms: number): number {
  const nanos = Math.round(ms * NANOS_A_MS)
  const whole = Math.floor(nanos / NANOS_A_MS)
  const point = putDigits(bytes, at, whole)
  let rest = (nanos - whole * NANOS_A_MS) | 0
  if (rest === 0) return point
  bytes[point] = POINT
  for (let place = point + FRACTION_DIGITS; place > point; place--) {
    const tenth = (rest / 10) | 0
    bytes[place] = ZERO + rest - tenth * 10
    rest = tenth
  }
  let end = point + FRACTION_DIGITS + 1
  while (bytes[end - 1] === ZERO) end -= 1
  return end
}
