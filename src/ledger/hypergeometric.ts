/** Terms below this share of the sum change nothing that a double can hold. */
const NEGLIGIBLE = 1e-17

/**
 * The probability that at least `hits` of `drawn` items are marked if they are drawn at random from `total` of which `marked` are marked: the
 * upper tail of the hypergeometric distribution, Fisher's exact test, one-sided. 5 of 5 drawn from 15 with 5 marked: 1 in 3003.
 */
export function chanceOfAtLeast(hits: number, drawn: number, marked: number, total: number): number {
  const least = Math.max(0, drawn + marked - total)
  if (hits <= least) return 1
  const most = Math.min(drawn, marked)
  if (hits > most) return 0
  let term = Math.exp(logChoose(marked, hits) + logChoose(total - marked, drawn - hits) - logChoose(total, drawn))
  let sum = term
  for (let n = hits; n < most; n++) {
    term *= ((marked - n) / (n + 1)) * ((drawn - n) / (total - marked - drawn + n + 1))
    sum += term
    if (term < sum * NEGLIGIBLE) break
  }
  return Math.min(1, sum)
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** ln n!: exact sums for small n, else Stirling's series, whose error is then below 1e-13. */
function logFactorial(n: number): number {
  if (n < SMALL.length) return SMALL[n] ?? 0
  const inverse = 1 / n
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series
}

const SMALL: readonly number[] = smallLogFactorials(64)

function smallLogFactorials(count: number): number[] {
  const logs = [0]
  for (let n = 1; n < count; n++) logs.push((logs[n - 1] ?? 0) + Math.log(n))
  return logs
}
