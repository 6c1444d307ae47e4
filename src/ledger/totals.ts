import type { GroupFold } from './group-fold.ts'
import type { Group } from './group.ts'
import type { LossPatternResult } from './loss-pattern.ts'
import type { FoldedRun, RunFold } from './run-fold.ts'
import type { StagedRun } from './staged-run.ts'
import type { Tally } from './tally.ts'

type ClientLosses = readonly (readonly [client: number, losses: LossPatternResult])[]

/** Adds up the fold: the groups with the facts' counts of each client, and the figures of each client's order. */
export function addTotals({ facts, fold }: FoldedRun): StagedRun<'totaled'> {
  const orders = fold.orders.map(order => order.result())
  const sum = (count: (client: number) => number): number => orders.reduce((all, _, client) => all + count(client), 0)
  const { clients } = facts
  const total = createGroup(
    fold.total,
    orders.map(({ losses }, client) => [client, losses]),
    {
      duplicates: sum(client => clients[client]?.duplicates ?? 0),
      reordered: sum(client => orders[client]?.reordering.reordered ?? 0),
      foreign: sum(client => clients[client]?.foreign ?? 0),
      unidentified: sum(client => clients[client]?.unidentified ?? 0),
    },
  )
  const ofClients = fold.clients.map((group, client) => {
    const [order, counts] = [orders[client], clients[client]]
    if (group === fold.total || order === undefined || counts === undefined) return total
    const { duplicates, foreign, unidentified } = counts
    const { reordered } = order.reordering
    return createGroup(group, [[client, order.losses]], { duplicates, reordered, foreign, unidentified })
  })
  const sizes = Array.from(fold.sizes, ([size, group]): [number, Group] => {
    if (group === fold.total) return [size, total]
    const { duplicates, reordered, patterns } = group
    return [size, createGroup(group, patterns, { duplicates, reordered, foreign: 0, unidentified: 0 })]
  })
  return {
    stage: 'totaled',
    facts,
    tally: { ...figuresOf(fold), total, sizes: new Map(sizes), clients: ofClients, orders },
  }
}

function createGroup(
  { fates, rtt, cuts }: GroupFold,
  losses: ClientLosses,
  counts: Pick<Group, 'duplicates' | 'reordered' | 'foreign' | 'unidentified'>,
): Group {
  return {
    fates: { ...fates },
    rtt,
    cuts,
    ...counts,
    longestRun: losses.reduce((longest, [, one]) => Math.max(longest, one.longestRun), 0),
    outages: losses
      .flatMap(([client, { outages }]) => outages.map(outage => ({ ...outage, client })))
      .toSorted((a, b) => a.startMs - b.startMs),
    outagesOmitted: losses.reduce((omitted, [, one]) => omitted + one.outagesOmitted, 0),
  }
}

function figuresOf(fold: RunFold): Omit<Tally, 'total' | 'sizes' | 'clients' | 'orders'> {
  const { oneWay } = fold
  return {
    rttNetwork: fold.rttNetwork,
    rttScheduled: fold.rttScheduled,
    lateness: fold.lateness,
    duplication: fold.duplication.result(),
    defaultCap: fold.defaultCap,
    oneWay: {
      delays: oneWay.result(),
      isSteady: oneWay.isSteady,
      changeCount: oneWay.changeCount,
      changes: oneWay.changes,
    },
    serverSeconds: fold.serverSeconds,
    refusals: fold.refusals,
    icmp: fold.icmp,
    corruption: fold.corruption,
    classifier: fold.classifier,
    sharesArrivals: fold.sharesArrivals,
    intactBytes: fold.intactBytes,
    beyondMemory: fold.beyondMemory,
    unlearned: fold.unlearned,
    missed: fold.missed,
    missedAndLost: fold.missedAndLost,
    dwellsTooLong: fold.dwellsTooLong,
    sent: fold.sent,
    firstSent: fold.firstSent,
    lastSent: fold.lastSent,
    firstScheduled: fold.firstScheduled,
    lastScheduled: fold.lastScheduled,
    lastReply: fold.lastReply,
  }
}
