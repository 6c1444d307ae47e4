import { isFlood } from '../facts/plan.ts'
import type { ClientFacts, RunFacts } from '../facts/run.ts'
import { move, scheduledCount, type Fate } from './fate.ts'
import type { Group } from './group.ts'
import { datagramsOf } from './lost-trains.ts'
import type { Tally } from './tally.ts'

/** What the drop counters of both ends said. */
export interface DropEvidence {
  /** Growth of the server socket's drop counter. */
  readonly server?: number
  /** Datagrams that one of these drops may stand for, where the server's socket takes trains whole. */
  readonly serverUnit?: number
  /** Growth of our own sockets' drop counters, summed. */
  readonly client?: number
  /** The server's counter grew, but others used the socket too, or copies came: it proves nothing about this run. */
  readonly shared: boolean
}

/**
 * Applies the evidence that speaks of numbers and not of single datagrams (ledger.md, Rules of evidence): unidentified replies, damaged
 * probes, and the drop counters of both ends. Counters are bounds: they move losses only when nothing else can have moved them.
 */
export function refine(facts: RunFacts, tally: Tally): DropEvidence {
  facts.clients.forEach((client, number) => {
    const group = tally.clients[number]
    if (group !== undefined && tally.classifier.believed[number] === true) doubtDirections(client, group, tally)
  })
  const server = refineServerBuffer(facts, tally)
  const client = refineClientBuffers(facts, tally)
  return {
    ...(server.drops === undefined ? {} : { server: server.drops }),
    ...(server.unit === 1 ? {} : { serverUnit: server.unit }),
    ...(client === undefined ? {} : { client }),
    shared: server.shared,
  }
}

/** A reply that fits no probe, and a probe that came damaged, each make one direction doubtful. */
function doubtDirections(client: ClientFacts, group: Group, tally: Tally): void {
  doubt(group, tally, 'lostReturn', client.unidentified)
  const damaged = client.receipts.totals?.damaged ?? 0
  doubt(group, tally, 'lostForward', damaged - client.echoedArrivals)
}

/** It is not known which size they had, so any size may have had them all: each claims only what is left without them. */
function doubt(group: Group, tally: Tally, from: Fate, most: number): void {
  const moved = move(group.fates, from, 'lostUnknown', most)
  if (group !== tally.total) move(tally.total.fates, from, 'lostUnknown', moved)
  for (const size of tally.sizes.values()) if (size !== tally.total) move(size.fates, from, 'lostUnknown', moved)
}

interface ServerDrops {
  readonly drops?: number
  readonly unit: number
  readonly shared: boolean
}

function refineServerBuffer(facts: RunFacts, tally: Tally): ServerDrops {
  const asked = facts.clients.filter((_, number) => tally.classifier.believed[number] === true)
  let drops: number | undefined
  let unit = 1
  for (const { receipts } of asked) {
    const grown = receipts.totals?.drops
    if (grown !== undefined) drops = Math.max(drops ?? 0, grown)
    unit = Math.max(unit, receipts.totals?.dropUnit ?? 1)
  }
  if (drops === undefined) return { unit, shared: false }
  if (drops === 0) return { drops, unit, shared: false }
  const copies = asked.some(({ receipts }) => (receipts.totals?.copies ?? 0) > 0)
  if (copies || strangers(facts, asked) > 0) return { drops, unit, shared: true }
  const { lostForward: lost, lostUnknown } = tally.total.fates
  // What is lost without a direction (too small for receipts, or doubtful) may be what was dropped.
  const explained = inDatagrams(drops - lostUnknown, unit, 'lostForward', facts, tally.orders)
  const moved = move(tally.total.fates, 'lostForward', 'lostServerBuffer', explained)
  // The counter is the socket's: only where it explains every loss does it say something about each size and each client.
  if (moved === lost) {
    for (const group of subgroups(tally)) move(group.fates, 'lostForward', 'lostServerBuffer', group.fates.lostForward)
  }
  return { drops, unit, shared: lost > 0 && moved === 0 }
}

/** The datagrams that so many drops account for, of which each may have been a train. Only a flood sends trains. */
function inDatagrams(drops: number, unit: number, fate: Fate, { plan }: RunFacts, clients: Tally['orders']): number {
  return unit > 1 && isFlood(plan)
    ? datagramsOf(
        drops,
        fate,
        clients.map(({ trains }) => trains),
      )
    : drops
}

/**
 * Datagrams on the server's socket that are not of this command, since it was last idle. To each client the others are strangers, so
 * all clients are judged as one group: the one that looks back furthest has counted the traffic of all.
 */
function strangers(facts: RunFacts, asked: readonly ClientFacts[]): number {
  let own = 0
  for (const client of facts.clients) own += ownTraffic(client)
  let most = 0
  for (const client of asked) most = Math.max(most, (client.receipts.totals?.strangers ?? 0) + ownTraffic(client))
  return most - own
}

/** What the server received of a client: as it says itself, or all that was sent where nothing had to be asked. */
function ownTraffic({ receipts: { totals }, scheduled }: ClientFacts): number {
  return totals === undefined ? scheduled : totals.distinct + totals.copies + totals.damaged
}

function refineClientBuffers(facts: RunFacts, tally: Tally): number | undefined {
  let sum: number | undefined
  facts.clients.forEach((client, number) => {
    const group = tally.clients[number]
    if (client.dropsBefore === undefined || client.dropsAfter === undefined || group === undefined) return
    const drops = client.dropsAfter - client.dropsBefore
    const order = tally.orders.slice(number, number + 1)
    sum = (sum ?? 0) + drops
    if (drops <= 0 || client.foreign + client.unidentified + client.duplicates > 0) return
    const { lostReturn, lostUnknown } = group.fates
    let left = lostReturn + lostUnknown
    // Either may be what was dropped: of each as many as the other cannot explain.
    for (const [from, others] of [
      ['lostReturn', lostUnknown],
      ['lostUnknown', lostReturn],
    ] as const) {
      const explained = inDatagrams(drops - others, client.longestTrain, from, facts, order)
      const moved = move(group.fates, from, 'lostClientBuffer', explained)
      left -= moved
      if (group !== tally.total) move(tally.total.fates, from, 'lostClientBuffer', moved)
    }
    if (left > 0 || scheduledCount(group.fates) !== scheduledCount(tally.total.fates)) return
    for (const size of tally.sizes.values()) {
      if (size === tally.total) continue
      for (const from of ['lostReturn', 'lostUnknown'] as const)
        move(size.fates, from, 'lostClientBuffer', size.fates[from])
    }
  })
  return sum
}

function subgroups(tally: Tally): readonly Group[] {
  return [...tally.sizes.values(), ...tally.clients].filter(group => group !== tally.total)
}
