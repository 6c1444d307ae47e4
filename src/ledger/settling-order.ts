import type { Nanos } from '../base/nanos.ts'
import { PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'

/** These rows in the order in which they were settled: with the reply, else with the timeout. */
export function settlingOrder({ probes, plan }: RunFacts, rows: readonly number[]): readonly number[] {
  const times = new Float64Array(rows.length)
  let isOrdered = true
  let last = -Infinity
  for (let n = 0; n < rows.length; n++) {
    const at = settledAt(rows[n] ?? 0)
    if (at < last) isOrdered = false
    times[n] = last = at
  }
  if (isOrdered) return rows
  const order = Uint32Array.from(rows, (_, n) => n)
  order.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
  return Array.from(order, n => rows[n] ?? 0)

  function settledAt(row: number): Nanos {
    const page = probes.find(row)
    const place = row % PAGE_ROWS
    const arrived = page?.arrived[place] ?? Infinity
    if (arrived !== Infinity) return arrived
    const sent = page?.sent[place] ?? Infinity
    return sent === Infinity ? (page?.scheduled?.[place] ?? 0) : sent + plan.timeout
  }
}
