import { MILLISECOND } from '../base/nanos.ts'
import type { ClientFacts, RunFacts } from '../facts/run.ts'
import { ownDrops } from './drop-bound.ts'
import { move } from './fate.ts'
import { droppedInTrains } from './lost-trains.ts'
import { movableFates, subgroups } from './movable-fates.ts'
import { serverDrops } from './server-drops.ts'
import type { RefiningRun } from './staged-run.ts'
import type { Tally } from './tally.ts'

/** A server may be so much slower to answer a question than a probe, and one question may have been lost on the way. */
const QUESTION_SLACK = 100 * MILLISECOND

/** Moves losses that the server's full buffer explains, and nothing else. */
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
    questions: droppedQuestions(asked, tally),
  })
  // What is lost without a direction (too small for receipts, or doubtful) may be what was dropped.
  const explained = droppedInTrains(bound - lostUnknown, unit, 'lostForward', facts.plan, tally.orders)
  move(fates, 'lostForward', 'lostServerBuffer', explained)
  // The counter is the socket's. All losses of a size or a client but those that it leaves unexplained must be among the drops.
  for (const group of subgroups(tally))
    move(group.fates, 'lostForward', 'lostServerBuffer', group.fates.lostForward - fates.lostForward)
  const shared = drops > Math.max(0, bound - lostUnknown) && fates.lostForward > 0
  return { ...run, stage: 'serverBuffer', tally, drops: { ...evidence, server: drops, shared } }
}

/** What the server received of all clients: as it says itself, or what came back where nothing had to be asked. */
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
 * Questions about receipts that a full buffer may have dropped: of a server that let the first one wait longer than any probe. Once it has
 * answered one, it reads.
 */
export function droppedQuestions(clients: readonly ClientFacts[], tally: Tally): number {
  const repeated = clients.filter(({ receipts: { firstTries = 0 } }) => firstTries > 1)
  if (repeated.length === 0) return 0
  const patience = 2 * (tally.total.rtt.result()?.max ?? 0) + QUESTION_SLACK
  const late = repeated.filter(({ receipts: { firstWait = 0 } }) => firstWait > patience)
  return late.reduce((sum, { receipts: { firstTries = 0 } }) => sum + firstTries, 0)
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
  return Math.max(0, most - own)
}

/** What the server received of a client: as it says itself, or all that was sent where nothing had to be asked. */
function ownTraffic({ receipts: { totals }, scheduled }: ClientFacts): number {
  return totals === undefined ? scheduled : totals.distinct + totals.copies + totals.damaged
}
