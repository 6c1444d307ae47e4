import { PAGE_ROWS, type ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import type { StampSession } from '../facts/stamp.ts'
import { epochSegments } from './counted/segments.ts'
import { sessionClaims, type Claim, type SessionCounts } from './counted/session-claims.ts'
import { sessionEpochs } from './counted/session-epochs.ts'
import { continuedNumber, REQUEST, sessionRequests, type SessionRequests } from './counted/session-requests.ts'
import type { Fate } from './fate.ts'
import type { ReflectorEvidence, ReflectorKind } from './reflector-evidence.ts'
import { reflectorKind } from './reflector-kind.ts'

/** Losses of one client of which only the numbers by direction are known. */
export interface MixedLosses {
  readonly client: number
  /** Rows of the lost ones, ascending. */
  readonly rows: readonly number[]
  readonly forward: number
  readonly back: number
}

/**
 * The directions of losses in a run whose peer numbers its replies (docs/stamp.md, docs/irtt.md): a number that the peer gave to a request
 * without a reply proves a lost reply, and a probe for which no number is left did not reach the peer.
 */
export interface CountedDirections {
  /** Absent: the run is not one of STAMP. */
  readonly reflector?: ReflectorEvidence
  readonly mixed: readonly MixedLosses[]
  /** The fate of a probe without a reply, if its direction is known. */
  readonly fateOf: (page: ProbePage, place: number) => Fate | undefined
}

const DIRECTIONS = [undefined, 'lostForward', 'lostReturn'] as const satisfies readonly (Fate | undefined)[]

/** Undefined: the run has no such numbers. Its facts must be those of a closed run. */
export function countDirections(facts: RunFacts): CountedDirections | undefined {
  const { plan, stamp, clients } = facts
  if (plan.protocol === undefined) return undefined
  const kind = stamp === undefined ? undefined : reflectorKind(facts)
  const counting = countingOf(facts, kind)
  const marks = new Map<ProbePage, Uint8Array>()
  const mixed: MixedLosses[] = []
  let [segments, unknownSegments, restarts] = [0, 0, 0]
  // `--summary` keeps no rows.
  if (counting !== undefined && !plan.summary) {
    const multiplicity = multiplicityOf(facts)
    clients.forEach((_, client) => {
      const session = stamp?.sessions[client] ?? NO_SESSION
      const requests = sessionRequests(facts, client, session.extras)
      const counts = sessionCounts(requests, session, counting, multiplicity)
      const claims = sessionClaims(requests, counts)
      restarts += counts.restarts
      let next = 0
      for (const segment of counts.epochs.flatMap(epoch => epoch.segments)) {
        if (segment.lost === 0 || segment.from < 0) continue
        segments += 1
        // Both are in the order of sending.
        while ((claims[next]?.to ?? Infinity) <= segment.from) next += 1
        if ((claims[next]?.from ?? Infinity) > segment.from) unknownSegments += 1
      }
      for (const claim of claims) {
        if (claim.isUniform) mark(facts, requests, claim, marks)
        else mixed.push({ client, rows: [...lostRows(requests, claim)], forward: claim.forward, back: claim.back })
      }
    })
  }
  return {
    ...(kind === undefined ? {} : { reflector: { kind, segments, unknownSegments, restarts } }),
    mixed,
    fateOf: (page, place) => DIRECTIONS[marks.get(page)?.[place] ?? 0],
  }
}

/** How a peer counts. */
interface Counting {
  /** Its number for the first request that it counts. */
  readonly base: number
  readonly beginsWithSession: boolean
}

/** irtt's server counts the requests of a session, the current one included. */
const IRTT: Counting = { base: 1, beginsWithSession: true }

const COUNTING: Readonly<Record<ReflectorKind, Counting | undefined>> = {
  // Its count starts with 0 (RFC 8762 section 4.3.1).
  stateful: { base: 0, beginsWithSession: true },
  // RFC 8972 section 4.5 does not say where the counts of a Direct Measurement TLV start.
  direct: { base: 1, beginsWithSession: false },
  stateless: undefined,
  unproved: undefined,
}

/** Undefined: nothing counts, or counts decide nothing. */
function countingOf(facts: RunFacts, kind: ReflectorKind | undefined): Counting | undefined {
  if (kind === undefined) return facts.irtt === undefined || hasWindows(facts) ? undefined : IRTT
  const counting = COUNTING[kind]
  const { protocol } = facts.plan
  // From the same port a reflector may still count the session of an earlier run.
  const isKnownPort = protocol?.name === 'stamp' && protocol.hasFixedPort === true
  return counting === undefined || !isKnownPort ? counting : { ...counting, beginsWithSession: false }
}

const NO_SESSION: StampSession = { extras: [], copies: [], copiesOmitted: 0 }

function sessionCounts(
  requests: SessionRequests,
  { copies, copiesOmitted }: StampSession,
  { base, beginsWithSession }: Counting,
  multiplicity: number,
): SessionCounts {
  const { numbered, epochs } = sessionEpochs(requests)
  // If the peer began to count again, it is not known which of its memories counted a copy.
  const known = epochs.length > 1 || copiesOmitted > 0 ? [] : copies
  const numbers = known.map(({ counter }) => continuedNumber(requests, counter))
  const copied = [...new Set(numbers)].toSorted((one, other) => one - other)
  return {
    epochs: epochs.map(epoch =>
      epochSegments(
        requests,
        numbered,
        epoch,
        base,
        copied.toSorted((a, b) => a - b),
      ),
    ),
    restarts: Math.max(0, epochs.length - 1),
    multiplicity,
    beginsWithSession,
  }
}

/** A path that copied one request may have copied any. */
function multiplicityOf({ stamp, clients }: RunFacts): number {
  // A reply of irtt does not show which copy of a request it answers.
  if (stamp === undefined) return clients.some(({ duplicates }) => duplicates > 0) ? 2 : 1
  let most = 1
  for (const { copies, copiesOmitted } of stamp.sessions) {
    const times = new Map<number, number>()
    for (const { sequence } of copies) times.set(sequence, (times.get(sequence) ?? 1) + 1)
    for (const count of times.values()) most = Math.max(most, count + copiesOmitted)
  }
  return most
}

/**
 * Whether the replies have windows. The client has then compared windows and counts (docs/irtt.md, Evidence), and what it left open, the counts
 * must not decide: after a late request whose reply was lost they fit a probe that never arrived.
 */
function hasWindows({ plan: { protocol }, irtt }: RunFacts): boolean {
  const stats = irtt?.granted?.stats ?? (protocol?.name === 'irtt' ? protocol.stats : 'none')
  return stats === 'window' || stats === 'both'
}

function* lostRows({ states, rows }: SessionRequests, { from, to }: Claim): Iterable<number> {
  for (let at = from + 1; at < to; at++) if (states[at] === REQUEST.lost) yield rows[at] ?? 0
}

function mark(facts: RunFacts, requests: SessionRequests, claim: Claim, marks: Map<ProbePage, Uint8Array>): void {
  const fate = DIRECTIONS.indexOf(claim.forward > 0 ? 'lostForward' : 'lostReturn')
  for (const row of lostRows(requests, claim)) {
    const page = facts.probes.find(row)
    if (page === undefined) continue
    let ofPage = marks.get(page)
    if (ofPage === undefined) marks.set(page, (ofPage = new Uint8Array(PAGE_ROWS)))
    ofPage[row % PAGE_ROWS] = fate
  }
}
