/**
 * The candidate for "did you mean": the one with the fewest typing errors (a letter missing, added, wrong, or two swapped), at most two or a
 * third of the length, and fewer than half of the word; else the only candidate that begins with the word. Case does not matter.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.toLowerCase()
  let best: string | undefined
  let fewest = Infinity
  const longer: string[] = []
  for (const candidate of candidates) {
    const known = candidate.toLowerCase()
    const longest = Math.max(typed.length, known.length)
    const limit = Math.max(2, Math.floor(longest / 3))
    if (typed.length >= 2 && known.startsWith(typed)) longer.push(candidate)
    if (Math.abs(typed.length - known.length) > limit) continue
    const errors = typingErrors(typed, known)
    if (errors <= limit && 2 * errors < longest && errors < fewest) {
      best = candidate
      fewest = errors
    }
  }
  return best ?? (longer.length === 1 ? longer[0] : undefined)
}

/** The Damerau-Levenshtein distance in which no letter is edited twice (optimal string alignment). */
function typingErrors(from: string, to: string): number {
  let before: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const differs = from[i - 1] === to[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      row[j] = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + differs,
        swapped ? (before[j - 2] ?? 0) + 1 : Infinity,
      )
    }
    before = previous
    previous = row
  }
  return previous[to.length] ?? 0
}
