import { MILLISECOND } from '../base/nanos.ts'
import { isFlood } from '../facts/plan.ts'
import type { ClientFacts, RunFacts } from '../facts/run.ts'
import { ownDrops } from './drop-bound.ts'
import { move, type Fate } from './fate.ts'
import type { Group } from './group.ts'
import { datagramsOf } from './lost-trains.ts'
import { serverDrops } from './server-drops.ts'
import type { Tally } from './tally.ts'
import { countWithheld } from './withheld-count.ts'

/** A server may be so much slower to answer a question than a probe, and one question may have been lost on the way. */
const QUESTION_SLACK = 100 * MILLISECOND

/** What the counters of both ends say. */
export interface DropEvidence {
  /** Growth of the server socket's drop counter, without what its host dropped for another reason than a full buffer. */
  readonly server?: number
  /** Datagrams that one of these drops may stand for, where the server's socket takes trains whole. */
  readonly serverUnit?: number
  /** Growth of our own sockets' drop counters, summed. */
  readonly client?: number
  /** Of these, what full buffers did not take, at least: the counters count wrong checksums, too. */
  readonly clientBuffers?: number
  /** Probes without a reply that this host's own send queue may have dropped, at most. */
  readonly sendQueue?: number
  /** Not all of the server's drops are proved to be losses of this run, and losses are left that they may explain. */
  readonly shared: boolean
}

/**
 * Applies the evidence that speaks of numbers and not of single datagrams (docs/ledger.md, Evidence): unidentified replies, damaged
 * probes, and the counters of both ends. Counters are bounds: they move a loss only where nothing else explains them.
 */
export function refine(facts: RunFacts, tally: Tally): DropEvidence {
  countWithheld(facts, tally)
  facts.clients.forEach((client, number) => {
    const group = tally.clients[number]
    if (group !== undefined && tally.classifier.believed[number] === true) doubtDirections(client, group, tally)
  })
  const server = refineServerBuffer(facts, tally)
  const client = refineClientBuffers(facts, tally)
  const sendQueue = doubtSendQueue(facts, tally)
  return {
    ...(server.drops === undefined ? {} : { server: server.drops }),
    ...(server.unit === 1 ? {} : { serverUnit: server.unit }),
    ...(client === undefined ? {} : { client: client.drops }),
    ...(client === undefined || client.buffers === client.drops ? {} : { clientBuffers: client.buffers }),
    ...(sendQueue === 0 ? {} : { sendQueue }),
    shared: server.shared,
  }
}

/** A reply that fits no probe, and a probe that came damaged, each make one direction doubtful. */
function doubtDirections(client: ClientFacts, group: Group, tally: Tally): void {
  doubt([group], tally, 'lostReturn', client.unidentified)
  const damaged = client.receipts.totals?.damaged ?? 0
  doubt([group], tally, 'lostForward', damaged - client.echoedArrivals)
}

/** It is not known which size they had, so any size may have had them all: each claims only what is left without them. */
function doubt(clients: readonly Group[], tally: Tally, from: Fate, most: number): void {
  const { total, sizes } = tally
  const moved = Math.min(
    most,
    clients.reduce((sum, group) => sum + group.fates[from], 0),
  )
  const parts = [...clients, ...sizes.values()].filter(group => group !== total)
  move(total.fates, from, 'lostUnknown', moved)
  for (const group of new Set(parts)) move(group.fates, from, 'lostUnknown', moved)
}

/**
 * A socket without IP_RECVERR is not told of what the send queue of its interface drops (ip(7)); SndbufErrors counts it, for the whole
 * host. So of the losses that reached no server as many have no direction: none of them is proved to have left this host.
 */
function doubtSendQueue({ engine, host }: RunFacts, tally: Tally): number {
  const errors = host?.grown.sendBufferErrors ?? 0
  if (engine.icmp === 'queue' || errors === 0) return 0
  const { lostForward, lostUnknown } = tally.total.fates
  doubt(tally.clients, tally, 'lostForward', errors)
  return Math.min(errors, lostForward + lostUnknown)
}

interface ServerDrops {
  readonly drops?: number
  readonly unit: number
  readonly shared: boolean
}

function refineServerBuffer(facts: RunFacts, tally: Tally): ServerDrops {
  const { fates } = tally.total
  const asked = facts.clients.filter((_, number) => tally.classifier.believed[number] === true)
  const drops = serverDrops(asked)
  const unit = asked.reduce((most, { receipts }) => Math.max(most, receipts.totals?.dropUnit ?? 1), 1)
  if (drops === undefined) return { unit, shared: false }
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
  const explained = inDatagrams(bound - lostUnknown, unit, 'lostForward', facts, tally.orders)
  move(fates, 'lostForward', 'lostServerBuffer', explained)
  // The counter is the socket's. All losses of a size or a client but those that it leaves unexplained must be among the drops.
  for (const group of subgroups(tally))
    move(group.fates, 'lostForward', 'lostServerBuffer', group.fates.lostForward - fates.lostForward)
  return { drops, unit, shared: drops > Math.max(0, bound - lostUnknown) && fates.lostForward > 0 }
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
function droppedQuestions(clients: readonly ClientFacts[], tally: Tally): number {
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

interface ClientDrops {
  readonly drops: number
  readonly buffers: number
}

function refineClientBuffers(facts: RunFacts, tally: Tally): ClientDrops | undefined {
  const { total } = tally
  // The host counts for all its sockets: each of ours may have dropped them all.
  const others = facts.host?.grown.otherDrops ?? facts.host?.grown.badChecksums ?? 0
  const questions = droppedQuestions(facts.clients, tally)
  let sum: number | undefined
  facts.clients.forEach((client, number) => {
    const group = tally.clients[number]
    if (client.dropsBefore === undefined || client.dropsAfter === undefined || group === undefined) return
    const drops = client.dropsAfter - client.dropsBefore
    sum = (sum ?? 0) + drops
    if (drops > others) refineClientBuffer(facts, tally, number, drops - others, questions)
  })
  if (sum === undefined) return undefined
  for (const size of tally.sizes.values()) {
    if (size === total) continue
    for (const from of ['lostReturn', 'lostUnknown'] as const)
      move(size.fates, from, 'lostClientBuffer', size.fates[from] - total.fates[from])
  }
  return { drops: sum, buffers: Math.max(0, sum - others) }
}

function refineClientBuffer(facts: RunFacts, tally: Tally, number: number, drops: number, questions: number): void {
  const { [number]: client } = facts.clients
  const { [number]: group } = tally.clients
  if (client === undefined || group === undefined) return
  const { lostReturn, lostUnknown, unreachable } = group.fates
  const bound = ownDrops({
    drops,
    unit: client.longestTrain,
    lost: lostReturn + lostUnknown + unreachable,
    received: client.replies,
    copies: client.duplicates,
    strangers: client.foreign + client.unidentified,
    questions,
  })
  const order = tally.orders.slice(number, number + 1)
  // Either may be what was dropped: of each as many as the other cannot explain.
  for (const [from, rest] of [
    ['lostReturn', lostUnknown],
    ['lostUnknown', lostReturn],
  ] as const) {
    const explained = inDatagrams(bound - rest, client.longestTrain, from, facts, order)
    const moved = move(group.fates, from, 'lostClientBuffer', explained)
    if (group !== tally.total) move(tally.total.fates, from, 'lostClientBuffer', moved)
  }
}

function subgroups(tally: Tally): readonly Group[] {
  return [...tally.sizes.values(), ...tally.clients].filter(group => group !== tally.total)
}
