import type { Nanos } from '../base/nanos.ts'
import { OUTCOME, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'
import type { CountedDirections } from './counted-directions.ts'
import type { Fate } from './fate.ts'
import { memoryReachesTo, receiptsAreVoid } from './receipts-verdict.ts'
import { NO_RECEIPTS_CHECK, type ReplyCensus, type ReceiptsCheck } from './reply-census.ts'

export type Side = 'request' | 'reply' | 'unknown'
export type ReplyRule = 'upper' | 'same' | 'mixed' | 'none'

/**
 * Determines the fate of each row. A single row is not enough: the server's rule, whether it answers with `R`, and whether its receipts can be
 * believed are facts of the whole run.
 */
export class Classifier {
  readonly rule: ReplyRule
  /** A udptool server answered or returned a probe. */
  readonly sawAnswer: boolean
  /** By client: there are receipts and they can be believed. */
  readonly believed: readonly boolean[]
  /** Some client's receipts contradict the observations. */
  readonly void: boolean
  /** By the numbers of a peer of another protocol. Absent: it has none, or the run is not closed. */
  readonly directions: CountedDirections | undefined
  /** By client: the memory behind its receipts certainly covers probes sent from this time on. */
  readonly #reach: readonly Nanos[]
  readonly #timeout: Nanos
  /** The probes are those of udptool's own protocol. */
  readonly #isOwn: boolean
  /** The rule bit that a correct reply must have. */
  readonly #rightRule: number

  /**
   * @param census of all rows to classify, or of those known so far
   * @param directions of a closed run
   */
  constructor(facts: RunFacts, census: ReplyCensus, directions?: CountedDirections) {
    this.directions = directions
    this.#isOwn = facts.plan.protocol === undefined
    this.#timeout = facts.plan.timeout
    this.sawAnswer = facts.clients.some(client => client.answeredArrivals > 0 || client.damagedArrivals > 0)
    this.rule = nameRule(census)
    this.#rightRule = census.upper > census.same ? TRAIT.upper : TRAIT.same
    const checkOf = (number: number): ReceiptsCheck => census.checks.get(number) ?? NO_RECEIPTS_CHECK
    const voided = facts.clients.map((client, number) => receiptsAreVoid(client, checkOf(number)))
    this.#reach = facts.clients.map((client, number) => memoryReachesTo(client, checkOf(number)))
    this.void = voided.includes(true)
    this.believed = facts.clients.map(({ receipts }, number) => {
      // What a reply of irtt says of single probes is about its own session (docs/irtt.md).
      if (facts.plan.protocol?.name === 'irtt') return true
      return receipts.totals !== undefined && receipts.state !== 'foreign' && voided[number] === false
    })
  }

  /** The fate of a scheduled row, by evidence about single datagrams. */
  fate(page: ProbePage, place: number, size: number, client: number): Fate {
    const traits = page.traits[place] ?? 0
    switch (page.outcome[place]) {
      case OUTCOME.whole:
        if (!this.#followsRule(traits) || this.#requestWasDamaged(traits, size)) return 'corrupt'
        return (page.arrived[place] ?? 0) - (page.sent[place] ?? 0) > this.#timeout ? 'late' : 'intact'
      case OUTCOME.cut:
        if (!this.#followsRule(traits)) return 'corrupt'
        return this.#requestWasDamaged(traits, size) && (page.detail[place] ?? 0) >= CHECKED_SIZE
          ? 'corrupt'
          : 'truncated'
      case OUTCOME.wrong:
        return 'corrupt'
      case OUTCOME.refused:
        return 'refused'
      case OUTCOME.unreachable:
        return 'unreachable'
      default:
        return this.#lost(page, place, size, client)
    }
  }

  /** The side on which a reply was cut or damaged. */
  side(page: ProbePage, place: number, size: number): Side {
    const traits = page.traits[place] ?? 0
    switch (traits & TRAIT.sideMask) {
      case TRAIT.sideRequest:
        return 'request'
      case TRAIT.sideReply:
        return 'reply'
      case TRAIT.sideHidden:
        return 'unknown'
      default:
        return this.#requestWasDamaged(traits, size) ? 'request' : 'unknown'
    }
  }

  /** A reply that follows another rule than the run's is wrong (docs/wire-format.md, Payload). */
  #followsRule(traits: number): boolean {
    return (traits & this.#rightRule) !== 0
  }

  /**
   * If the server ever answered with `R` or returned with `D`, a reply of kind `Q` proves that the request had arrived damaged. A probe too
   * small for a check is plain data to any server.
   */
  #requestWasDamaged(traits: number, size: number): boolean {
    return this.sawAnswer && size >= CHECKED_SIZE && (traits & TRAIT.answered) === 0
  }

  /**
   * Whether a lost row has no direction only because the server does not know the probe and its memory may begin later. The receipts never
   * include a probe too small for them.
   */
  isBeyondMemory(page: ProbePage, place: number, size: number, client: number): boolean {
    const receipt = ((page.traits[place] ?? 0) & TRAIT.receiptMask) >>> TRAIT.receiptShift
    return size >= CHECKED_SIZE && receipt === 1 && this.believed[client] === true
  }

  #lost(page: ProbePage, place: number, size: number, client: number): Fate {
    const receipt = ((page.traits[place] ?? 0) & TRAIT.receiptMask) >>> TRAIT.receiptShift
    const isBelieved = this.believed[client] === true
    if (!this.#isOwn && (receipt === 0 || !isBelieved)) return this.directions?.fateOf(page, place) ?? 'lostUnknown'
    // The receipts do not include a probe without a complete check.
    if (!isBelieved || (this.#isOwn && size < CHECKED_SIZE)) return 'lostUnknown'
    switch (receipt) {
      case 1:
        return this.#isOwn && (page.sent[place] ?? -Infinity) < (this.#reach[client] ?? Infinity)
          ? 'lostUnknown'
          : 'lostForward'
      case 3:
        return 'lostReturn'
      case 4:
        return 'lostServerPolicy'
      default:
        return 'lostUnknown'
    }
  }
}

function nameRule({ same, upper, either }: ReplyCensus): ReplyRule {
  if (same > 0 && upper > 0) return 'mixed'
  if (upper > 0) return 'upper'
  return same + either > 0 ? 'same' : 'none'
}
