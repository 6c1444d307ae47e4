/** The values, with those between two known ones on the line between them. 0 if none is known. */
export function filled(values: Float64Array, at: Float64Array): Float64Array {
  const result = values.slice()
  let known = -1
  for (let i = 0; i <= result.length; i++) {
    if (i < result.length && Number.isNaN(values[i] ?? NaN)) continue
    const right = i < result.length ? (values[i] ?? 0) : known < 0 ? 0 : (values[known] ?? 0)
    const left = known < 0 ? right : (values[known] ?? 0)
    const [from, to] = [at[Math.max(0, known)] ?? 0, at[Math.min(i, result.length - 1)] ?? 0]
    for (let n = known + 1; n < i; n++) {
      const share = to > from ? ((at[n] ?? 0) - from) / (to - from) : 0
      result[n] = left + (right - left) * share
    }
    known = i
  }
  return result
}
