import type { ClientFacts } from '../facts/run.ts'
import type { ReceiptsTotals } from '../wire/receipts.ts'

/** The shares of the clients of one server add up to 1, within this rounding error. */
const ROUNDING = 1e-6

/**
 * Drops of the servers of a run. Clients of one server all see the same counter. Behind a load balancer they may use several servers, whose
 * drops add up: each client's share of the traffic of its server determines how often that server's counter is seen. If the shares add up to a
 * whole number, that is the number of servers, and nobody else used them. Otherwise only the largest counter is proved.
 * @returns undefined if no server reports drops
 */
export function serverDrops(clients: readonly ClientFacts[]): number | undefined {
  let largest: number | undefined
  let [servers, sum] = [0, 0]
  for (const { receipts } of clients) {
    const { totals } = receipts
    if (totals?.drops === undefined) continue
    largest = Math.max(largest ?? 0, totals.drops)
    const own = ownTraffic(totals)
    const share = own === 0 ? 0 : own / (own + totals.strangers)
    servers += share
    sum += share * totals.drops
  }
  const several = Math.round(servers) >= 2 && Math.abs(servers - Math.round(servers)) < ROUNDING
  return several ? Math.round(sum) : largest
}

/** What a server received from a client, without receipts requests. */
function ownTraffic({ distinct, copies, damaged }: ReceiptsTotals): number {
  return distinct + copies + damaged
}
