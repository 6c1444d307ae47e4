import { greatest } from '../base/extremes.ts'
import type { Nanos } from '../base/nanos.ts'
import { addHeaders } from './headers.ts'
import { addCounters, type HostFacts } from './host.ts'
import { sameError } from './icmp.ts'
import { addIgnored } from './ignored-icmp.ts'
import { addImplausible } from './implausible.ts'
import { pageShape, type ProbePlan } from './plan.ts'
import { createProbePage, NO_COUNTER, OUTCOME, PAGE_ROWS, ProbeTable, type ProbePage } from './probe-table.ts'
import { joinIrtt, joinStamp } from './joined-protocol.ts'
import { addReceiveErrors } from './receive-errors.ts'
import { createRunFacts, probeSize, type ClientFacts, type RunFacts } from './run.ts'

/** One of several runs, and its start relative to the first one. */
export interface TimedRun {
  readonly facts: RunFacts
  readonly began: Nanos
}

/**
 * Joins the facts of consecutive runs into those of one: the sockets of every run are clients of their own, and times count from the start of
 * the first. Each run's sequences follow those of the run before, so that every probe keeps its size. Facts that can only be compared within
 * one run are left out (the server's clock). For each run, the datagrams of the others are strangers.
 */
export function joinRuns(runs: readonly [TimedRun, ...TimedRun[]]): RunFacts {
  const [first, ...others] = runs
  if (others.length === 0) return first.facts
  const plan = joinPlans(runs)
  const probes = new ProbeTable(plan.clients, () => createProbePage(pageShape(plan)))
  const joined = createRunFacts(plan, first.facts.engine, probes)
  const sent = runs.reduce((sum, { facts }) => sum + scheduledOf(facts), 0)
  const clients: ClientFacts[] = []
  delete joined.stamp
  delete joined.irtt
  let base = 0
  for (const { facts, began } of runs) {
    const shift = began - facts.startedAt
    const icmp = facts.icmp.map(error => {
      const at = joined.icmp.findIndex(known => sameError(known, error))
      return at < 0 ? joined.icmp.push(error) - 1 : at
    })
    facts.clients.forEach((client, number) => {
      const copy = { from: facts, into: probes, number, joinedNumber: clients.length, base, shift, icmp }
      copyRows(copy, client.scheduled)
      clients.push(joinedClient(client, shift, sent - scheduledOf(facts)))
    })
    base += facts.clients[0] === undefined ? 0 : greatest(facts.clients.map(client => client.scheduled))
    joined.closedAt = facts.closedAt + shift
    joined.interrupted ||= facts.interrupted
    addHeaders(joined.headers, facts.headers)
    addImplausible(joined.implausible, facts.implausible)
    addIgnored(joined.icmpIgnored, facts.icmpIgnored)
    addReceiveErrors(joined.receiveErrors, facts.receiveErrors)
    if (facts.host !== undefined) {
      joined.host = joinHosts(joined.host, facts.host)
    }
    if (facts.stamp !== undefined) joined.stamp = joinStamp(joined.stamp, facts.stamp, shift)
    if (facts.irtt !== undefined) joined.irtt = joinIrtt(joined.irtt, facts.irtt)
    if (facts.clockStep !== undefined) joined.clockStep = Math.max(joined.clockStep ?? 0, facts.clockStep)
    if (facts.replyAddresses !== undefined) joined.replyAddresses ??= facts.replyAddresses
    if (facts.wrongReplyAddress !== undefined) joined.wrongReplyAddress ??= facts.wrongReplyAddress
  }
  return { ...first.facts, ...joined, clients, startedAt: first.began, rounds: runs.length }
}

/** Host facts before the first of two runs, and after the second. */
function joinHosts(first: HostFacts | undefined, second: HostFacts): HostFacts {
  if (first === undefined) return second
  const before = first.pathMtu?.before ?? second.pathMtu?.before
  const after = second.pathMtu?.after ?? first.pathMtu?.after
  const checks = [...(first.packetChecks ?? []), ...(second.packetChecks ?? [])]
  return {
    ...second,
    grown: addCounters(first.grown, second.grown),
    ...(before === undefined && after === undefined
      ? {}
      : { pathMtu: { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) } }),
    ...(checks.length === 0 ? {} : { packetChecks: checks }),
  }
}

function joinPlans(runs: readonly [TimedRun, ...TimedRun[]]): ProbePlan {
  const sizes = runs.flatMap(({ facts }) => {
    const longest = greatest([0, ...facts.clients.map(client => client.scheduled)])
    return Array.from({ length: longest }, (_, sequence) => probeSize(facts.plan, sequence))
  })
  const numbers = runs.flatMap(({ facts }) => facts.plan.runs)
  return { ...runs[0].facts.plan, clients: numbers.length, runs: numbers, sizes, count: sizes.length }
}

function scheduledOf({ clients }: RunFacts): number {
  return clients.reduce((sum, client) => sum + client.scheduled, 0)
}

function joinedClient(client: ClientFacts, shift: Nanos, ofOtherRuns: number): ClientFacts {
  const { serverBase: _, ...kept } = client
  const { totals, toldAt, askedAt } = client.receipts
  return {
    ...kept,
    firstSent: client.firstSent + shift,
    lastSent: client.lastSent + shift,
    receipts: {
      ...client.receipts,
      ...(toldAt === undefined ? {} : { toldAt: toldAt + shift }),
      ...(askedAt === undefined ? {} : { askedAt: askedAt + shift }),
      ...(totals === undefined ? {} : { totals: { ...totals, strangers: totals.strangers + ofOtherRuns } }),
    },
  }
}

interface Copying {
  readonly from: RunFacts
  readonly into: ProbeTable
  /** Number of the client in its own run, and in the joined one. */
  readonly number: number
  readonly joinedNumber: number
  /** The joined sequence of the run's first probes. */
  readonly base: number
  readonly shift: Nanos
  /** Index of each ICMP error of the run in the joined list. */
  readonly icmp: readonly number[]
}

function copyRows({ from, into, number, joinedNumber, base, shift, icmp }: Copying, scheduled: number): void {
  for (let sequence = 0; sequence < scheduled; sequence++) {
    const row = sequence * from.plan.clients + number
    const page = from.probes.find(row)
    if (page === undefined) continue
    const joinedRow = (base + sequence) * into.clients + joinedNumber
    copyRow(page, row % PAGE_ROWS, into.open(joinedRow), joinedRow % PAGE_ROWS, shift)
    if (page.outcome[row % PAGE_ROWS] !== OUTCOME.unreachable) continue
    into.open(joinedRow).detail[joinedRow % PAGE_ROWS] = icmp[page.detail[row % PAGE_ROWS] ?? 0] ?? 0
  }
}

const COUNTS = ['order', 'dwell', 'detail', 'outcome', 'traits', 'copies', 'train'] as const
const TIMES = ['sent', 'arrived', 'scheduled'] as const

function copyRow(from: ProbePage, at: number, into: ProbePage, to: number, shift: Nanos): void {
  for (const column of COUNTS) into[column][to] = from[column][at] ?? 0
  if (into.source !== undefined) into.source[to] = from.source?.[at] ?? 0
  if (into.ttl !== undefined) into.ttl[to] = from.ttl?.[at] ?? 0
  if (into.counter !== undefined) into.counter[to] = from.counter?.[at] ?? NO_COUNTER
  for (const column of TIMES) {
    const times = into[column]
    if (times !== undefined) times[to] = (from[column]?.[at] ?? Infinity) + shift
  }
}
