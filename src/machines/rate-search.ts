import { MILLISECOND, SECOND, type Nanos } from '../base/nanos.ts'
import { keptRate, reachedRate, type RateSearchOptions, type TrialOrder, type TrialOutcome } from './rate-trial.ts'

/** The search ends once the highest rate that held and the lowest that failed differ by this factor; so far below a measured limit a rate must hold. */
const PRECISION = 1.02
const ENOUGH = 1.0201 // With room for rounding.
/** A trial of the ramp is short: only whether something changes counts (RFC 9097 section 8.1 uses sub-intervals of the same order). */
const LONGEST_RAMP: Nanos = 500 * MILLISECOND
/** Probes of the shortest trial, so that one lost by chance is not most of them. */
const LEAST_PROBES = 20
/** Time without traffic before a trial that counts: the bucket of a policer fills meanwhile. */
const REST: Nanos = SECOND
/** The overload is at most twice the rate that failed, and that rate itself if it already lost this share. */
const ENOUGH_LOSS = 1 / 3
/** A longer overload than this many durations does not empty a larger bucket. */
const MOST_DURATIONS = 4
/** Bound for the trials of the bisection. Six narrow a factor of two to 2 %. */
const MOST_NARROWINGS = 12
/** So far below the lowest rate that failed a bisection begins where none has held. */
const STEP_DOWN = 1.25
/** Trials that are repeated, because chance or a burst of a busy host may have failed them, and the loss that may be chance. */
const MOST_REPEATED = 4
const RARE = 0.01

/** How a search ended. `silent`: no reply came at all; `dead`: two trials in a row lost everything. */
type RateSearchEnd = 'complete' | 'silent' | 'dead'

type Phase = 'ramp' | 'overload' | 'otherSize' | 'narrow' | RateSearchEnd

/**
 * The search for the highest rate of one size at which loss stays at or below a bound (in the spirit of RFC 9097), as a protocol without I/O: it
 * returns the trial to run next, and takes its outcome. It doubles the rate until a trial fails, measures that overload, from which the limit
 * follows, and confirms a rate just below it. Where no limit can be measured, it bisects.
 */
export class RateSearch {
  phase: Phase = 'ramp'
  /** The highest rate that held in a trial that counts, datagrams a second; 0: none. */
  held = 0
  /** Whether the highest allowed rate held. */
  reachedBound = false
  readonly #options: RateSearchOptions
  #ramp: number
  /** The sender did not reach the rate of the ramp, so it is offered once more, for longer: a pause of a busy host is much of a short trial. */
  #isRampRepeated = false
  /** The highest rate that held in the ramp: where a bisection begins. */
  #low = 0
  /** The lowest rate that failed, or the measured limit. */
  #high = Infinity
  #limit: number | undefined
  #overload = 0
  #durations = 1
  #candidate = 0
  /** A limit below the measured one, which a trial between the two showed. */
  #lower = Infinity
  #narrowings = 0
  #repeated = 0
  #silences = 0
  #isAnswered = false

  constructor(options: RateSearchOptions) {
    this.#options = options
    this.#ramp = Math.min(options.fromPps, options.toPps)
  }

  /** The measured limit, datagrams a second. */
  get limit(): number | undefined {
    return this.#limit
  }

  /** The next trial, once the outcome of the one before is known; undefined: the search has ended. */
  next(): TrialOrder | undefined {
    const { size, other, duration } = this.#options
    switch (this.phase) {
      case 'ramp':
        return this.#order(
          'ramp',
          this.#ramp,
          this.#isRampRepeated ? duration : Math.min(duration / MOST_DURATIONS, LONGEST_RAMP),
          0,
        )
      case 'overload':
        return this.#order('overload', this.#overload, duration * this.#durations, REST)
      case 'otherSize': {
        // As many payload bits a second: a limit of bits is exceeded as much as before, and one of packets too if the size is smaller.
        const pps = Math.min(this.#overload * Math.max(1, size / other.size), other.toPps)
        return this.#order('otherSize', pps, duration, REST, other.size)
      }
      case 'narrow':
        return this.#order('narrow', this.#candidate, duration, REST)
      default:
        return undefined
    }
  }

  /** The outcome of the trial that `next` returned. */
  ended(outcome: TrialOutcome): void {
    if (this.#isSilent(outcome)) return
    switch (this.phase) {
      case 'ramp':
        this.#ramped(outcome)
        break
      case 'overload':
        this.#overloaded(outcome)
        break
      case 'otherSize':
        this.#narrowBelow()
        break
      case 'narrow':
        this.#narrowed(outcome)
        break
      default:
    }
  }

  #order(
    purpose: TrialOrder['purpose'],
    pps: number,
    duration: Nanos,
    rest: Nanos,
    size = this.#options.size,
  ): TrialOrder {
    const least = Math.min((LEAST_PROBES / pps) * SECOND, this.#options.duration * MOST_DURATIONS)
    return { purpose, size, pps, duration: Math.max(duration, least), rest }
  }

  /** A trial that loses everything is repeated once: an outage may have begun or ended. */
  #isSilent({ isAnswered }: TrialOutcome): boolean {
    if (isAnswered) {
      this.#isAnswered = true
      this.#silences = 0
      return false
    }
    this.#silences += 1
    if (!this.#isAnswered) this.phase = 'silent'
    else if (this.#silences > 1) this.phase = 'dead'
    return true
  }

  #holds({ loss, isQueueGrowing }: TrialOutcome): boolean {
    return loss <= this.#options.maxLoss && !isQueueGrowing
  }

  #ramped(outcome: TrialOutcome): void {
    const { toPps } = this.#options
    const rate = reachedRate(this.#ramp, outcome)
    const isReached = rate === this.#ramp
    this.#isRampRepeated = !isReached && !this.#isRampRepeated
    if (this.#isRampRepeated) return
    if (this.#holds(outcome)) {
      this.#low = rate
      if (isReached && rate < toPps) this.#ramp = Math.min(rate * 2, toPps)
      else this.#narrow(isReached ? rate : rate / PRECISION)
      return
    }
    this.#high = Math.min(this.#high, rate)
    // What the sender does not reach cannot be doubled.
    this.#overload = isReached && outcome.loss < ENOUGH_LOSS ? Math.min(rate * 2, toPps) : rate
    this.#durations = 1
    this.phase = 'overload'
  }

  #overloaded(outcome: TrialOutcome): void {
    const { toPps } = this.#options
    const { limitPps, limitShare, isQueueGrowing } = outcome
    const isLate = limitPps === undefined ? isQueueGrowing : limitShare < 1 / 2
    if (isLate && this.#durations < MOST_DURATIONS) this.#durations *= 2
    else if (limitPps !== undefined) {
      this.#setLimit(limitPps)
      this.phase = 'otherSize'
    } else if (this.#holds(outcome)) {
      // The ramp had failed by accident.
      this.#low = reachedRate(this.#overload, outcome)
      this.#high = Infinity
      this.#ramp = Math.min(this.#overload * 2, toPps)
      if (this.#overload < toPps && this.#low === this.#overload) this.phase = 'ramp'
      else this.#narrow(this.#low)
    } else if (!this.#isRepeated(outcome, this.#overload)) this.#bisect()
  }

  /** Above a measured limit only a full bucket lets a trial hold, so such a trial does not count. */
  #setLimit(pps: number): void {
    this.#limit = Math.min(this.#limit ?? Infinity, pps)
    this.#high = Math.min(this.#high, pps)
    if (this.held > this.#limit) this.held = 0
    if (this.#low >= this.#high) this.#low = this.held
  }

  #narrowBelow(): void {
    if (this.#limit === undefined) this.#bisect()
    else this.#narrow(this.#limit / PRECISION)
  }

  #narrow(pps: number): void {
    this.#candidate = Math.min(pps, this.#options.toPps)
    this.phase = this.#candidate < this.#least ? 'complete' : 'narrow'
  }

  #narrowed(outcome: TrialOutcome): void {
    const { limitPps } = outcome
    const rate = reachedRate(this.#candidate, outcome)
    if (this.#holds(outcome)) {
      this.#narrowings += 1
      this.held = Math.max(this.held, keptRate(rate, outcome))
      this.#low = Math.max(this.#low, rate)
      this.reachedBound = rate === this.#options.toPps
      if (this.#high === Infinity) this.phase = 'complete'
      else this.#bisect()
      return
    }
    const isLower = this.#isLower(outcome)
    if (!isLower && this.#isRepeated(outcome, this.#candidate)) return
    this.#narrowings += 1
    this.#high = Math.min(this.#high, rate)
    // An overload measures a limit better than a rate close to it.
    if (this.#limit === undefined && limitPps !== undefined && limitPps < rate) this.#setLimit(limitPps)
    if (this.#low >= this.#high) this.#low = this.held
    if (isLower && this.#narrowings < MOST_NARROWINGS) this.#narrowBelow()
    else this.#bisect()
  }

  /** Whether two trials agree on a lower limit: the path has changed, or has another one with a bucket that was not empty before. */
  #isLower({ limitPps = Infinity }: TrialOutcome): boolean {
    if (limitPps * PRECISION >= Math.min(this.#limit ?? 0, this.#candidate)) return false
    const isSame = Math.abs(limitPps / this.#lower - 1) < PRECISION - 1
    this.#lower = limitPps
    if (isSame) this.#setLimit(limitPps)
    return isSame
  }

  /** Whether a trial that failed is run again: it was below the measured limit, or lost little and showed none. */
  #isRepeated({ loss, limitPps = Infinity }: TrialOutcome, pps: number): boolean {
    const { limit = loss < RARE ? limitPps : 0 } = this
    return pps < limit && this.#repeated++ < MOST_REPEATED
  }

  /** The next rate between the highest that held and the lowest that failed. */
  #bisect(): void {
    const [low, high] = [this.#low, this.#high]
    if (this.#narrowings >= MOST_NARROWINGS || high <= this.#least) this.phase = 'complete'
    else if (low === 0) this.#narrow(Math.max(this.#least, high / STEP_DOWN))
    else if (high > low * ENOUGH) this.#narrow(Math.sqrt(low * high))
    // What held in the ramp alone must also hold in a trial that counts.
    else if (this.held * ENOUGH < low) this.#narrow(low)
    else this.phase = 'complete'
  }

  get #least(): number {
    return Math.min(this.#options.fromPps, this.#options.toPps)
  }
}
