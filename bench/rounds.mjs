// Rounds are interleaved: each measures every row once, so a slow phase of the machine affects all of them. The ratio of a row is the
// median of the ratios of its rounds, each from two consecutive measurements.

/**
 * Measures each row once per round. A row: { measure: async () => ({ ours, theirs }) }. Returns the rounds of each row, in the same order.
 */
export async function interleave(rows, rounds, told = () => {}) {
  const measured = rows.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < rows.length; i++) {
      // Each round begins with another row, so that no row always follows the same one.
      const n = (i + round) % rows.length
      if (round >= (rows[n].rounds ?? rounds)) continue
      told(rows[n], round)
      measured[n].push(await rows[n].measure(round))
    }
  }
  return measured
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/** The summary of the rounds of a row. */
export function summarize(rounds) {
  const ratios = rounds.map(({ ours, theirs }) => ours / theirs)
  return {
    ours: median(rounds.map(({ ours }) => ours)),
    theirs: median(rounds.map(({ theirs }) => theirs)),
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  }
}
