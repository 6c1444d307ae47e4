import { seeded } from '../../../src/base/random.ts'
import { SECOND } from '../../../src/base/nanos.ts'
import { RateSearch } from '../../../src/machines/rate-search.ts'
import type { RateSearchOptions, TrialOrder, TrialOutcome } from '../../../src/machines/rate-trial.ts'

/** A path in the plainest terms: a bucket of tokens that is emptied by datagrams, one each, and filled at a rate. */
export interface RatePath {
  /** Datagrams a second that pass, whatever their size. Absent: all. */
  readonly rate?: number
  /** Datagrams that pass at once. */
  readonly depth?: number
  /** The bucket is the room of a queue: delays grow while it is used. */
  readonly isQueue?: boolean
  /** Probability that a datagram is lost for another reason. */
  readonly loss?: number
  /** Datagrams a second that the sender can send. */
  readonly sender?: number
  /** Whether losses show the limit. Default: they do. */
  readonly isMeasured?: boolean
  /** Trials in which a pause of the host makes a burst, of which three datagrams are lost. */
  readonly disturbed?: readonly number[]
  /** From a trial on the rate is another one. */
  readonly changed?: { readonly from: number; readonly rate: number }
  /** From this trial on nothing is answered. */
  readonly deadFrom?: number
}

export interface Searched {
  readonly search: RateSearch
  readonly orders: readonly TrialOrder[]
  /** How long it lasted, s: with the wait for the timeout of what was lost, and the start of each run. */
  readonly seconds: number
}

export const OPTIONS: RateSearchOptions = {
  size: 1200,
  other: { size: 600, toPps: Infinity },
  duration: 2 * SECOND,
  fromPps: 100,
  toPps: Infinity,
  maxLoss: 0.001,
}

const MOST_TRIALS = 100
const START_S = 0.2
const TIMEOUT_S = 1

/** Runs a search on a path, in virtual time. */
export function searchRateOn(path: RatePath, options: Partial<RateSearchOptions> = {}, seed = 1): Searched {
  const search = new RateSearch({ ...OPTIONS, ...options })
  const orders: TrialOrder[] = []
  const random = seeded(seed)
  const { depth = 1, changed } = path
  let { rate = Infinity } = path
  let tokens = depth
  let seconds = 0
  let lastSent = -Infinity
  const fill = (time: number): void => {
    tokens = rate === Infinity ? depth : Math.min(depth, tokens + time * rate)
  }
  for (let order = search.next(); order !== undefined; order = search.next()) {
    if (orders.push(order) > MOST_TRIALS) throw new RangeError('the search does not end')
    if (changed?.from === orders.length) rate = changed.rate
    const start = Math.max(seconds, lastSent + order.rest / SECOND) + START_S
    fill(start - lastSent)
    const sentPps = Math.min(order.pps, path.sender ?? Infinity)
    const count = Math.max(1, Math.round((sentPps * order.duration) / SECOND))
    let dropped = 0
    let lost = 0
    let firstDrop = count
    for (let n = 0; n < count; n += 1) {
      if (random.next() < (path.loss ?? 0)) lost += 1
      else if (tokens < 1) {
        firstDrop = Math.min(firstDrop, n)
        dropped += 1
      } else tokens -= 1
      fill(1 / sentPps)
    }
    if (path.disturbed?.includes(orders.length) === true) lost += 3
    const isDead = orders.length >= (path.deadFrom ?? Infinity)
    lastSent = start + count / sentPps
    seconds = lastSent + (dropped + lost > 0 || isDead ? TIMEOUT_S : 0)
    search.ended(isDead ? { ...outcome(0), isAnswered: false, loss: 1 } : outcome(dropped))

    function outcome(drops: number): TrialOutcome {
      const isGrowing = path.isQueue === true && drops === 0 && sentPps > rate * 1.05
      const isShown = path.isMeasured !== false && (drops >= 5 || isGrowing)
      return {
        sentPps,
        loss: (drops + lost) / count,
        isAnswered: true,
        isQueueGrowing: isGrowing,
        limitPps: isShown ? rate : undefined,
        limitShare: isGrowing ? 1 : 1 - firstDrop / count,
      }
    }
  }
  return { search, orders, seconds }
}
