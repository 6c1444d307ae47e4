import { NO_COUNTER, OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import type { ReflectorKind } from './reflector-evidence.ts'

/**
 * What a STAMP reflector proved to be. A stateless one copies the sender's number into each reply; a stateful one counts from 0, and both
 * agree until a request is lost on the forward path. So the sender sends a probe twice: two numbers prove that the reflector counts, and one
 * number in both replies proves that it does not (docs/stamp.md).
 */
export function reflectorKind(facts: RunFacts): ReflectorKind {
  const { sessions, counts } = facts.stamp ?? { sessions: [] }
  const census = censusOf(facts)
  const numbers = new Set(census.numbers)
  let [isOther, isSame] = [census.isOther, false]
  sessions.forEach(({ extras, copies }, client) => {
    if (copies.length > 0) isOther = true
    for (const { sequence, counter } of extras) {
      if (counter === undefined || counter === NO_COUNTER) continue
      numbers.add(counter)
      const original = census.numberOf(client, sequence)
      isOther ||= counter !== sequence || (original !== undefined && original !== counter)
      isSame ||= original === counter
    }
  })
  const replies = facts.clients.reduce((sum, client) => sum + client.replies, 0)
  // A number that never changes counts nothing.
  if (numbers.size === 1 && replies > 1 && (isOther || counts === 'direct')) return 'unproved'
  if (counts === 'direct') return 'direct'
  if (isOther) return 'stateful'
  return isSame ? 'stateless' : 'unproved'
}

interface NumberCensus {
  /** At most two different numbers. */
  readonly numbers: readonly number[]
  /** Some number is not the sender's. */
  readonly isOther: boolean
  /** The number on the reply to a probe; undefined: none. */
  readonly numberOf: (client: number, sequence: number) => number | undefined
}

function censusOf({ probes, clients }: RunFacts): NumberCensus {
  const firsts: (number | undefined)[] = clients.map(() => undefined)
  const numbers: number[] = []
  let isOther = false
  for (const [number, page] of probes.pages.entries()) {
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place++) {
      if (page.outcome[place] === OUTCOME.unscheduled) continue
      const row = number * PAGE_ROWS + place
      const client = row % clients.length
      const sequence = (row - client) / clients.length
      // In joined runs a session does not begin with sequence 0.
      const first = (firsts[client] ??= sequence)
      const found = page.counter?.[place] ?? NO_COUNTER
      if (found === NO_COUNTER) continue
      isOther ||= found !== sequence - first
      if (numbers.length < 2 && !numbers.includes(found)) numbers.push(found)
    }
  }
  return {
    numbers,
    isOther,
    numberOf(client, sequence) {
      const row = ((firsts[client] ?? 0) + sequence) * clients.length + client
      const found = probes.find(row)?.counter?.[row % PAGE_ROWS] ?? NO_COUNTER
      return found === NO_COUNTER ? undefined : found
    },
  }
}
