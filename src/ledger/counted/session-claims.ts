import type { EpochSegments, Segment } from './segments.ts'
import { REQUEST, type SessionRequests } from './session-requests.ts'

/** Losses of consecutive requests whose direction the numbers of the peer prove. */
export interface Claim {
  /** Indices of the requests, the ends excluded. */
  readonly from: number
  readonly to: number
  readonly lost: number
  /** At least this many of the lost ones did not reach the peer, and at least this many replies were lost. */
  readonly forward: number
  readonly back: number
  /** All of the lost ones had the same fate, so that of each is known. */
  readonly isUniform: boolean
}

/** What a session showed. */
export interface SessionCounts {
  readonly epochs: readonly EpochSegments[]
  /** Times at which the peer began to count again. */
  readonly restarts: number
  /** The most numbers that one request of the run is known to have got, if the path copies requests; 1: it does not. */
  readonly multiplicity: number
  /** The peer counts each session from the beginning, so that also what is missing before the first reply was one of its requests. */
  readonly beginsWithSession: boolean
}

/** In so few requests a restart is not supposed, unless the session has shown one. */
const FEW = 8
/** A restart is not supposed if the numbers would continue by a chance of less than 1 in this many. */
const CHANCE = 64
/** A memory that is replaced more often than with every such reply is not one memory. */
const REPLIES_A_RESTART = 16
/** In a disordered session a request without a reply may have overtaken this many others. */
const REACH = 16
/** Nothing is concluded from a session in which segments of more requests than this are disordered. */
const MOST_DISORDER = 512

/** The directions that the numbers of a session prove. */
export function sessionClaims(requests: SessionRequests, counts: SessionCounts): readonly Claim[] {
  const { epochs, restarts } = counts
  const replies = requests.states.subarray(0, requests.length).filter(state => state === REQUEST.numbered).length
  if (restarts > 1 && restarts * REPLIES_A_RESTART > replies) return []
  const between = epochs.flatMap(({ segments }) => segments.filter(({ from }) => from >= 0))
  const surplus = between.reduce((sum, segment) => sum + surplusOf(segment), 0)
  const isOrdered = epochs.every(({ disorder }) => disorder === 0)
  const isWhole = between.every(({ missing, isBroken }) => missing >= 0 && !isBroken)
  if (isOrdered && isWhole && surplus === 0)
    return epochs.flatMap(({ segments }) => segments.flatMap(segment => claimOf(segment, counts)))
  return epochs.flatMap(epoch => disorderedClaims(requests, epoch, counts, surplus))
}

/** The claim of one segment of a session whose requests arrived in order. */
function claimOf(segment: Segment, counts: SessionCounts): readonly Claim[] {
  const { from, to, lost, unanswered, missing } = segment
  if (from < 0 && !isBeginning(segment, counts)) return []
  const forward = isOneMemory(segment, counts) ? Math.max(0, lost - missing) : 0
  // The number of a copy is not distinguished from that of a lost probe.
  const back = counts.multiplicity > 1 ? 0 : Math.max(0, missing - unanswered)
  if (forward + back === 0) return []
  return [{ from, to, lost, forward, back, isUniform: forward === lost || back === lost }]
}

/** Whether what was sent before the first anchor is proved by its number. */
function isBeginning(segment: Segment, { beginsWithSession, restarts }: SessionCounts): boolean {
  const { missing, isBroken } = segment
  return (
    beginsWithSession && restarts === 0 && !isBroken && missing >= 0 && surplusOf(segment) === 0 && isShort(segment)
  )
}

/**
 * The claims of an epoch in which the path reordered or copied requests. A request without a reply may then have been counted in another segment
 * than that of its sending, so only the sums over consecutive segments prove anything, without what may have crossed their ends.
 */
function disorderedClaims(
  requests: SessionRequests,
  { first, last, segments, disorder }: EpochSegments,
  counts: SessionCounts,
  surplus: number,
): readonly Claim[] {
  if (first === undefined || last === undefined || disorder > MOST_DISORDER) return []
  const reach = Math.max(REACH, 2 * disorder)
  const claims: Claim[] = []
  let group: Segment[] = []
  let begin = first
  const end = (to: number): void => {
    const claim = claimOfGroup(requests, { from: begin, to, segments: group }, reach)
    // Each surplus number may be that of a copy, and as many copies may hide among the missing numbers.
    const back = counts.multiplicity > 1 ? 0 : Math.max(0, claim.back - plausibleMost(surplus))
    if (claim.forward + back > 0) claims.push({ ...claim, back })
    group = []
  }
  for (const segment of segments) {
    if (segment.from < 0) continue
    if (!segment.isBroken && isOneMemory(segment, counts, 0)) group.push(segment)
    else {
      end(segment.from)
      begin = segment.to
    }
  }
  end(last)
  return claims
}

interface SegmentGroup {
  readonly from: number
  readonly to: number
  readonly segments: readonly Segment[]
}

function claimOfGroup(requests: SessionRequests, { from, to, segments }: SegmentGroup, reach: number): Claim {
  const sum = (count: (segment: Segment) => number): number =>
    segments.reduce((all, segment) => all + count(segment), 0)
  const lost = sum(segment => segment.lost)
  const missing = sum(segment => Math.max(0, segment.missing))
  const unanswered = sum(segment => segment.unanswered)
  const leaving =
    countOpen(requests, from, Math.min(to, from + reach)) + countOpen(requests, Math.max(from + reach, to - reach), to)
  const entering = countOpen(requests, from - reach, from) + countOpen(requests, to, to + reach)
  const forward = Math.max(0, lost - missing - leaving)
  const back = Math.min(Math.max(0, missing - unanswered - entering), lost - forward)
  return { from, to, lost, forward, back, isUniform: false }
}

/** Requests without a reply from…to, of which nothing is known. */
function countOpen({ states, length }: SessionRequests, from: number, to: number): number {
  let open = 0
  for (let at = Math.max(0, from); at <= Math.min(to, length - 1); at++)
    if (states[at] === REQUEST.lost || states[at] === REQUEST.unanswered) open += 1
  return open
}

/** The largest expected number that is consistent with this count (Poisson, 3 standard deviations); 0 if nothing was seen. */
function plausibleMost(seen: number): number {
  return seen === 0 ? 0 : Math.ceil(seen + 1 + 3 * Math.sqrt(seen + 1))
}

/**
 * Whether the same memory counted both anchors. A new one would have given its first `counted` numbers to requests without a reply, since no
 * reply with such a number came; so it is excluded if fewer requests seem to have been lost on the forward path.
 * @param own how many of the missing numbers are certainly those of the segment's own requests
 */
function isOneMemory(segment: Segment, { multiplicity, restarts }: SessionCounts, own = segment.missing): boolean {
  const { from, to, counted, lost, unanswered, received, missing } = segment
  const uncounted = multiplicity === 1 ? lost + unanswered - own : multiplicity * (to - from + 1)
  if (uncounted < counted) return true
  if ((missing + received + 1) * CHANCE <= counted) return true
  return restarts === 0 && isShort(segment)
}

function isShort({ lost, unanswered, received }: Segment): boolean {
  return lost + unanswered + received <= FEW
}

/** Numbers of a segment for which it has no request. */
function surplusOf({ lost, unanswered, missing }: Segment): number {
  return Math.max(0, missing - lost - unanswered)
}
