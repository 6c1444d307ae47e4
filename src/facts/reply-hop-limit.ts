import { isReply, type ProbeTable } from './probe-table.ts'

/** TTL or hop limit of the reply that arrived last. Undefined: none was observed, or its row is retired. */
export function lastHopLimit({ pages }: Pick<ProbeTable, 'pages'>): number | undefined {
  let last = -Infinity
  let found: number | undefined
  for (const page of pages) {
    page?.outcome.forEach((outcome, place) => {
      const [arrived = 0, ttl = 0] = [page.arrived[place], page.ttl?.[place]]
      if (!isReply(outcome) || ttl === 0 || arrived < last) return
      last = arrived
      found = ttl
    })
  }
  return found
}
