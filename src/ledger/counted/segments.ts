import type { Epoch } from './session-epochs.ts'
import { REQUEST, type SessionRequests } from './session-requests.ts'

/**
 * The requests between two anchors. An anchor is a numbered request such that all earlier ones of its epoch have lower numbers and all later
 * ones higher numbers, so the peer counted between two anchors what was sent between them, unless a request without a reply overtook an anchor.
 */
export interface Segment {
  /** Indices of its anchors; `from` is -1 before the first anchor of a session. */
  readonly from: number
  readonly to: number
  /** How many requests its memory had counted up to its first anchor, this one included. */
  readonly counted: number
  /** Probes of the ledger of which nothing is known, and other datagrams of the session without a reply. */
  readonly lost: number
  readonly unanswered: number
  /** Requests that the peer received and counted, but under an unknown number. */
  readonly received: number
  /** Numbers that the peer gave to a request of which nothing is known. Negative: more requests were received than it counted. */
  readonly missing: number
  /** Two of its requests have the same number, so it belongs to more than one memory. */
  readonly isBroken: boolean
}

/** An epoch in segments. */
export interface EpochSegments {
  /** Indices of its first and its last anchor. Undefined: it has none. */
  readonly first: number | undefined
  readonly last: number | undefined
  /** Those in which some request has no number, or some number no request, in order. */
  readonly segments: readonly Segment[]
  /** 0: the numbers are those of requests that arrived in order. Else the length of the longest segment with reordered ones, in requests. */
  readonly disorder: number
}

/**
 * @param base the number of the first request that a memory counts
 * @param copied numbers of requests that the path copied, ascending: no probe of which nothing is known has them
 */
export function epochSegments(
  requests: SessionRequests,
  numbered: Uint32Array,
  epoch: Epoch,
  base: number,
  copied: readonly number[],
): EpochSegments {
  const anchors = anchorsOf(requests, numbered, epoch)
  const segments: Segment[] = []
  let disorder = anchors.length < epoch.to - epoch.from ? 1 : 0
  let from = epoch.from === 0 ? -1 : undefined
  let next = 0
  for (const to of anchors) {
    if (from !== undefined) {
      const before = from < 0 ? base - 1 : (requests.numbers[from] ?? 0)
      while ((copied[next] ?? Infinity) <= before) next += 1
      const begin = next
      while ((copied[next] ?? Infinity) < (requests.numbers[to] ?? 0)) next += 1
      const segment = segmentBetween(requests, from, to, before, copied.slice(begin, next))
      if (segment.isDisordered) disorder = Math.max(disorder, to - from)
      if (segment.isOpen) segments.push({ ...segment, counted: before - base + 1 })
    }
    from = to
  }
  return { first: anchors[0], last: anchors.at(-1), segments, disorder }
}

type Contents = Omit<Segment, 'counted'> & { readonly isDisordered: boolean; readonly isOpen: boolean }

function segmentBetween(
  { states, numbers }: SessionRequests,
  from: number,
  to: number,
  before: number,
  copied: readonly number[],
): Contents {
  const after = numbers[to] ?? 0
  const counts = [0, 0, 0, 0]
  const known = to - from === 1 && copied.length === 0 ? undefined : new Set(copied)
  for (let at = from + 1; at < to; at++) {
    const state = states[at] ?? REQUEST.lost
    counts[state] = (counts[state] ?? 0) + 1
    if (state === REQUEST.numbered) known?.add(numbers[at] ?? 0)
  }
  const [lost = 0, unanswered = 0, received = 0, ofNumber = 0] = counts
  const size = known?.size ?? 0
  const missing = after - before - 1 - size - received
  const isBroken = size < ofNumber + copied.length
  return {
    from,
    to,
    lost,
    unanswered,
    received,
    missing,
    isBroken,
    isDisordered: ofNumber > 0,
    isOpen: lost + unanswered + received > 0 || missing !== 0 || isBroken,
  }
}

/** Indices of the anchors of an epoch, in the order of sending. */
function anchorsOf({ numbers }: SessionRequests, numbered: Uint32Array, { from, to }: Epoch): readonly number[] {
  const lowestAfter = new Float64Array(to - from + 1).fill(Infinity)
  for (let at = to - 1; at >= from; at--)
    lowestAfter[at - from] = Math.min(lowestAfter[at - from + 1] ?? Infinity, numbers[numbered[at] ?? 0] ?? 0)
  const anchors: number[] = []
  let highest = -1
  for (let at = from; at < to; at++) {
    const index = numbered[at] ?? 0
    const number = numbers[index] ?? 0
    if (number > highest && number < (lowestAfter[at - from + 1] ?? Infinity)) anchors.push(index)
    highest = Math.max(highest, number)
  }
  return anchors
}
