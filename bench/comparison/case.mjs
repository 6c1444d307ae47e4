// The impairments, and what a tool that saw everything would report.

/** Size of each datagram in bytes, time between two, and duration: about 400 datagrams. */
export const TRAFFIC = { size: 1000, intervalMs: 5, seconds: 2 }

/**
 * `up` and `down` are rules of `udptool relay`. `asks` names the numbers that a tool must report correctly: datagrams `lost` (of the round
 * trip, or of the one direction that it tests), `lostUp` and `lostDown`, `duplicates`, `reordered`, `cut` (shortened), `corrupt`.
 * `checked`: with the tool's own check of the payload switched on. `fails`: nothing arrives, so exit status 0 is wrong.
 */
export const CASES = [
  { name: 'nothing', asks: ['lost'] },
  { name: 'dropped, client to server', up: 'drop=10%', asks: ['lost', 'lostUp'] },
  { name: 'dropped, server to client', down: 'drop=10%', asks: ['lost', 'lostDown'] },
  { name: 'duplicated', down: 'dup=10%', asks: ['lost', 'duplicates'] },
  { name: 'dropped and duplicated', up: 'drop=10% dup=12%', asks: ['lost', 'lostUp', 'duplicates'] },
  { name: 'delayed by 35 ms each', down: 'reorder=10%:35ms', asks: ['lost', 'reordered'] },
  { name: 'truncated to 200 B, server to client', down: 'truncate=200@10%', asks: ['lost', 'cut'] },
  { name: 'all truncated to 200 B, client to server', up: 'truncate=200@100%', asks: ['lost', 'cut'] },
  { name: 'a bit flipped', down: 'corrupt=10%', asks: ['lost', 'corrupt'] },
  { name: "a bit flipped, the tool's check on", down: 'corrupt=10%', asks: ['lost', 'corrupt'], checked: true },
  // IP packets above 500 bytes: the small datagrams of a handshake pass, so the test begins, and then nothing arrives.
  { name: 'all data dropped', up: 'mtu=500', asks: ['lost'], fails: true },
]

/** Number of later datagrams that certainly arrived while one was delayed: 35 ms minus 10 for a busy machine, at 5 ms each. */
const OVERTAKERS = 5

/** The relay's record, as the same numbers. */
export function truthOf(record) {
  const { up, down } = record
  return {
    lost: up.dropped + down.dropped,
    lostUp: up.dropped,
    lostDown: down.dropped,
    duplicates: up.duplicated + down.duplicated,
    reordered: overtaken(record, 'up') + overtaken(record, 'down'),
    cut: up.truncated + down.truncated,
    corrupt: up.corrupted + down.corrupted,
  }
}

/** Datagrams that were delayed and overtaken. At the end of a run there may be no later one. */
function overtaken({ runs, others, ...ways }, way) {
  const actions = [...Object.values(runs), ...Object.values(others)].flatMap(Object.entries)
  const numbers = actions
    .filter(([, done]) => done.includes(`${way}:reordered`))
    .map(([name]) => Number(name.split(' ').at(-1)))
  const held = new Set(numbers)
  return numbers.filter(number =>
    Array.from({ length: OVERTAKERS }, (_, i) => number + 1 + i).some(
      other => other < ways[way].seen && !held.has(other),
    ),
  ).length
}

/** What the relay did, in words: `40 dropped up`. */
export function describeTruth({ up, down }) {
  const words = ['dropped', 'duplicated', 'reordered', 'truncated', 'corrupted']
  const done = [
    ['up', up],
    ['down', down],
  ].flatMap(([way, counts]) => words.filter(word => counts[word] > 0).map(word => `${counts[word]} ${word} ${way}`))
  return done.length === 0 ? 'nothing' : done.join(', ')
}
