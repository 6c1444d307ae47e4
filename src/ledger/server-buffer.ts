import { MILLISECOND } from '../base/nanos.ts'
import type { ClientFacts, RunFacts } from '../facts/run.ts'
import { ownDrops } from './drop-bound.ts'
import { move } from './fate.ts'
import { droppedInTrains } from './lost-trains.ts'
import { movableFates, subgroups } from './movable-fates.ts'
import { serverDrops } from './server-drops.ts'
import type { RefiningRun } from './staged-run.ts'
import type { Tally } from './tally.ts'

/** A server may answer a receipts request slower than a probe by this much, and one request may have been lost on the path. */
const REQUEST_SLACK = 100 * MILLISECOND

/** Moves only losses that the server's full buffer explains. */
export function refineServerBuffer(run: RefiningRun<'doubted'>): RefiningRun<'serverBuffer'> {
  const { facts } = run
  const asked = facts.clients.filter((_, number) => run.tally.classifier.believed[number] === true)
  const drops = serverDrops(asked)
  const unit = asked.reduce((most, { receipts }) => Math.max(most, receipts.totals?.dropUnit ?? 1), 1)
  const evidence = { ...run.drops, ...(unit === 1 ? {} : { serverUnit: unit }) }
  if (drops === undefined) return { ...run, stage: 'serverBuffer', drops: evidence }
  const tally = movableFates(run.tally)
  const { fates } = tally.total
  const { lostForward, lostUnknown, unreachable } = fates
  const bound = ownDrops({
    drops,
    unit,
    lost: lostForward + lostUnknown + unreachable,
    ...serverTraffic(facts.clients, asked),
    strangers: strangers(facts, asked),
    requests: droppedRequests(facts, asked, tally),
  })
  // Losses without a direction (too small for receipts, or doubtful) may be the dropped ones.
  const explained = droppedInTrains(bound - lostUnknown, unit, 'lostForward', facts.plan, tally.orders)
  move(fates, 'lostForward', 'lostServerBuffer', explained)
  // The counter belongs to the socket. A size or client has dropped probes only as far as its losses exceed the unexplained losses of the run.
  for (const group of subgroups(tally))
    move(group.fates, 'lostForward', 'lostServerBuffer', group.fates.lostForward - fates.lostForward)
  const shared = drops > Math.max(0, bound - lostUnknown) && fates.lostForward > 0
  return { ...run, stage: 'serverBuffer', tally, drops: { ...evidence, server: drops, shared } }
}

/** What the server received from all clients: as it reports, or the replies if no request was needed. */
function serverTraffic(
  clients: readonly ClientFacts[],
  asked: readonly ClientFacts[],
): { readonly received: number; readonly copies: number } {
  let [received, copies] = [0, 0]
  for (const client of clients) {
    const totals = asked.includes(client) ? client.receipts.totals : undefined
    received += totals?.distinct ?? client.replies
    copies += totals?.copies ?? client.duplicates
  }
  return { received, copies }
}

/**
 * Receipts requests that a full buffer may have dropped: if the server let the first one wait longer than any probe. Once it has answered one,
 * it reads its socket. Each early request is sent once, so any of them without an answer may have been dropped, and so may the other datagrams of
 * a STAMP session that are in no ledger.
 */
export function droppedRequests({ early, stamp }: RunFacts, clients: readonly ClientFacts[], tally: Tally): number {
  const unanswered = stamp?.sessions.flatMap(({ extras }) => extras.filter(({ arrived }) => arrived === undefined))
  return (early?.unanswered ?? 0) + (unanswered?.length ?? 0) + droppedRepeats(clients, tally)
}

function droppedRepeats(clients: readonly ClientFacts[], tally: Tally): number {
  const repeated = clients.filter(({ receipts: { firstTries = 0 } }) => firstTries > 1)
  if (repeated.length === 0) return 0
  const longestWait = 2 * (tally.total.rtt.result()?.max ?? 0) + REQUEST_SLACK
  const late = repeated.filter(({ receipts: { firstWait = 0 } }) => firstWait > longestWait)
  return late.reduce((sum, { receipts: { firstTries = 0 } }) => sum + firstTries, 0)
}

/**
 * Datagrams on the server's socket that are not of this command, since it was last idle. To each client the other clients are strangers, so all
 * clients are judged as one group: the client whose period is longest has counted the traffic of all.
 */
function strangers(facts: RunFacts, asked: readonly ClientFacts[]): number {
  let own = 0
  for (const client of facts.clients) own += ownTraffic(client)
  let most = 0
  for (const client of asked) most = Math.max(most, (client.receipts.totals?.strangers ?? 0) + ownTraffic(client))
  return Math.max(0, most - own)
}

/** What the server received from a client: as it reports, or all that was sent if no request was needed. */
function ownTraffic({ receipts: { totals }, scheduled }: ClientFacts): number {
  return totals === undefined ? scheduled : totals.distinct + totals.copies + totals.damaged
}
