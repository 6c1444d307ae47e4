import type { Nanos } from '../../../base/nanos.ts'
import type { LimitFit } from '../../../ledger/limit/limit-fit.ts'
import type { QueueFigures } from '../view.ts'
import { limitText, queueText, type EpochLimit } from './epoch-limit.ts'
import type { Finding, TellFinding } from './finding.ts'

/** Relative difference between what a limit lets through and the replies of an epoch. */
const SAME_RATE = 0.1
/** Epochs in a row without a sign of a finding after which it has ended. */
const QUIET = 3
/** A queue stands while the smallest delay of an epoch has at least this part of it. */
const STANDS = 0.5

/** A queue that grew in an epoch. */
interface Growth {
  readonly text: (queue: QueueFigures | undefined) => string
  /** Smallest round trip of that epoch. */
  readonly base: Nanos
  readonly height: Nanos
}

/** What the epochs of one flow show so far. */
interface FlowState {
  fit: LimitFit | undefined
  growth: Growth | undefined
  isLimited: boolean
  isQueued: boolean
  quiet: number
}

/**
 * Limits of the rate and growing queues of a target, from the epochs of its flows. One epoch proves nothing: as much must pass in the one after
 * that which shows a limit, and a queue must stand in the epoch after the one in which it grew.
 */
export class RateFindings {
  readonly #flows = new Map<number, FlowState>()
  #limited: Finding | undefined
  #queued: Finding | undefined

  get current(): readonly Finding[] {
    return [this.#limited, this.#queued].filter(finding => finding !== undefined)
  }

  /** A closed epoch of a flow. @param queue the direction in which the probes of the last minute queued */
  push(flow: number, limit: EpochLimit, queue: () => QueueFigures | undefined, moment: Nanos, tell: TellFinding): void {
    const { fit, rise, least, isLossy, passedPps } = limit
    const state = this.#flows.get(flow)
    if (state === undefined && fit === undefined && rise === undefined) return
    const known = state ?? { fit: undefined, growth: undefined, isLimited: false, isQueued: false, quiet: 0 }
    this.#flows.set(flow, known)
    const goesOn = known.fit !== undefined && isLossy && isSameRate(passedPps, known.fit)
    const stands = known.growth !== undefined && least - known.growth.base >= STANDS * known.growth.height
    known.quiet = fit === undefined && rise === undefined && !stands && !goesOn ? known.quiet + 1 : 0
    if (goesOn && known.fit !== undefined && !known.isLimited) {
      known.isLimited = true
      if (this.#limited === undefined) {
        this.#limited = { kind: 'rateLimited', since: moment, text: limitText(known.fit) }
        tell('rateLimited', moment, this.#limited.text)
      }
    }
    if (stands && known.growth !== undefined && !known.isQueued && !known.isLimited) {
      known.isQueued = true
      if (this.#queued === undefined) {
        this.#queued = { kind: 'queueBuilding', since: moment, text: known.growth.text(queue()) }
        tell('queueBuilding', moment, this.#queued.text)
      }
    }
    known.fit = fit ?? (known.quiet < QUIET ? known.fit : undefined)
    if (rise !== undefined && !stands)
      known.growth = {
        text: queued => queueText(rise, agreed(rise.direction, queued)),
        base: least,
        height: rise.last,
      }
    if (known.quiet < QUIET) return
    this.#flows.delete(flow)
    this.#end(moment, tell)
  }

  #end(moment: Nanos, tell: TellFinding): void {
    const states = [...this.#flows.values()]
    if (this.#limited !== undefined && !states.some(({ isLimited }) => isLimited)) {
      this.#limited = undefined
      tell('rateLimitEnded', moment, 'no rate limit shows in the losses any more')
    }
    if (this.#queued !== undefined && !states.some(({ isQueued }) => isQueued)) {
      this.#queued = undefined
      tell('queueDrained', moment, 'the queue is gone: the delays are as small as before it')
    }
  }
}

/** Whether as much passes as a limit lets through. */
function isSameRate(passedPps: number, { packetsPerSecond, error }: LimitFit): boolean {
  return Math.abs(passedPps / packetsPerSecond - 1) <= SAME_RATE + error
}

/** A direction, unless the delays of the last minute contradict it. */
function agreed(direction: LimitFit['direction'], queue: QueueFigures | undefined): LimitFit['direction'] {
  if (queue === undefined || queue.direction === 'both' || queue.direction === direction) return direction
  return 'roundTrip'
}
