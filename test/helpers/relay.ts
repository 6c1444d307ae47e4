import { startPeer } from './peers.ts'
import type { Peer } from './peers.ts'

/** What relay.py did with probes and replies of one direction. Kinds S and T are counted separately. */
interface DirectionTruth {
  readonly seen: number
  readonly dropped: number
  readonly duplicated: number
  readonly truncated: number
  readonly corrupted: number
  readonly held: number
  readonly forwarded: number
  readonly receipts: { readonly seen: number; readonly dropped: number }
}

/** A datagram handed to the client: its length, offsets of flipped bits, time since the probe came. */
interface Delivery {
  readonly length: number
  readonly bad: readonly number[]
  readonly afterMs: number
}

interface ProbeTruth {
  readonly size: number
  /** From the probe's arrival at the relay to its last departure to the server. */
  readonly upMs?: number
  readonly up: readonly string[]
  readonly down: readonly string[]
  readonly delivered: readonly Delivery[]
}

interface ProbeCounts {
  readonly seen: number
  readonly dropped: number
}

/** The probes of one client. */
export interface PortTruth extends ProbeCounts {
  /** Those of each run, in the order of the runs' first probes. */
  readonly runs: readonly ProbeCounts[]
}

export interface RelayTruth {
  readonly up: DirectionTruth
  readonly down: DirectionTruth
  readonly runs: Readonly<
    Record<string, { readonly order: readonly number[]; readonly probes: Readonly<Record<string, ProbeTruth>> }>
  >
  readonly clients: number
  /** Probes of each client, by its source port. */
  readonly ports: Readonly<Record<string, PortTruth>>
  readonly pending: number
  readonly problems: readonly string[]
  readonly socketDrops: number
}

type Fate = 'intact' | 'late' | 'truncated' | 'corrupt' | 'lostForward' | 'lostReturn' | 'lostUnknown'

/** Starts relay.py in front of a server. */
export async function startRelay(to: string, ...args: readonly string[]): Promise<Peer<RelayTruth>> {
  return await startPeer<RelayTruth>('relay', ['--to', to, ...args])
}

/** The expected ledger, computed from the relay's record alone. */
export interface ExpectedLedger {
  /** By `RUN:SEQUENCE`. */
  readonly fates: ReadonlyMap<string, Fate>
  /** Keys of probes that are intact or late: their time is so close to the timeout that the record does not tell which. */
  readonly unclear: ReadonlySet<string>
  readonly counts: Readonly<Record<string, number>>
  readonly replies: number
  readonly received: number
  readonly duplicates: number
  readonly reordered: number
  readonly lost: number
  /** Length → count, for the probes whose fate is `truncated`. */
  readonly cuts: Readonly<Record<string, number>>
}

export interface Circumstances {
  readonly timeoutMs: number
  /** Whether the server keeps receipts, so that each loss has a direction. */
  readonly receipts: boolean
}

/** The relay must have lost nothing itself. */
function assertUsable(truth: RelayTruth): void {
  const { problems, socketDrops, pending } = truth
  if (problems.length > 0 || socketDrops > 0 || pending > 0) {
    throw new Error(`the relay itself failed: ${JSON.stringify({ problems, socketDrops, pending })}`)
  }
  for (const { sequence, probe } of probesOf(truth)) {
    if (probe.up.some(what => what !== 'drop') && probe.down.length === 0) {
      throw new Error(`sequence ${sequence} was forwarded (${probe.up.join()}) and the server did not answer`)
    }
  }
}

function probesOf(truth: RelayTruth): readonly { run: string; sequence: number; probe: ProbeTruth }[] {
  return Object.entries(truth.runs).flatMap(([run, { probes }]) =>
    Object.entries(probes).map(([sequence, probe]) => ({ run, sequence: Number(sequence), probe })),
  )
}

function fateOf(probe: ProbeTruth, { timeoutMs, receipts }: Circumstances): Fate {
  const first = probe.delivered[0]
  if (!first) {
    if (!receipts) return 'lostUnknown'
    return probe.up.every(what => what === 'drop') ? 'lostForward' : 'lostReturn'
  }
  if (first.bad.length > 0) return 'corrupt'
  if (first.length < probe.size) return 'truncated'
  return first.afterMs > timeoutMs ? 'late' : 'intact'
}

/** Whether a busy machine decides on which side of the timeout a probe is. */
function isUnclear(probe: ProbeTruth, circumstances: Circumstances): boolean {
  const { timeoutMs } = circumstances
  const first = probe.delivered[0]
  if (first === undefined || !['intact', 'late'].includes(fateOf(probe, circumstances))) return false
  return Math.abs(first.afterMs - timeoutMs) < timeoutMs / 4
}

/** RFC 4737 over first replies whose 34 bytes prove their sequence: one below the next expected is reordered. */
function reorderedIn(order: readonly number[], probes: Readonly<Record<string, ProbeTruth>>): number {
  let expected = 0
  let reordered = 0
  for (const sequence of new Set(order)) {
    const first = probes[sequence]?.delivered[0]
    if (!first || first.length < 34 || first.bad.some(offset => offset < 34)) continue
    if (sequence < expected) reordered += 1
    else expected = sequence + 1
  }
  return reordered
}

function count(names: Iterable<string | number>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Computes the expected ledger. Throws if the record is ambiguous. */
export function expectedLedger(truth: RelayTruth, circumstances: Circumstances): ExpectedLedger {
  assertUsable(truth)
  const probes = probesOf(truth)
  const fates = new Map(
    probes.map(({ run, sequence, probe }) => [`${run}:${sequence}`, fateOf(probe, circumstances)] as const),
  )
  const answered = probes.filter(({ probe }) => probe.delivered.length > 0)
  const received = answered.reduce((sum, { probe }) => sum + probe.delivered.length, 0)
  const cut = answered.filter(({ probe }) => fateOf(probe, circumstances) === 'truncated')
  const unclear = probes.filter(({ probe }) => isUnclear(probe, circumstances))
  return {
    fates,
    unclear: new Set(unclear.map(({ run, sequence }) => `${run}:${sequence}`)),
    counts: { intact: 0, ...count(fates.values()) },
    replies: answered.length,
    received,
    duplicates: received - answered.length,
    reordered: Object.values(truth.runs).reduce((sum, run) => sum + reorderedIn(run.order, run.probes), 0),
    lost: probes.length - answered.length,
    cuts: count(cut.map(({ probe }) => probe.delivered[0]?.length ?? -1)),
  }
}
