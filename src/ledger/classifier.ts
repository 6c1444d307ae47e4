import type { Nanos } from '../base/nanos.ts'
import { OUTCOME, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'
import type { Fate } from './fate.ts'
import { memoryReachesTo, receiptsAreVoid } from './receipts-verdict.ts'
import { NO_WITNESS, type ReplyCensus, type Witness } from './reply-census.ts'

export type Side = 'request' | 'reply' | 'unknown'
export type ReplyRule = 'upper' | 'same' | 'mixed' | 'none'

/**
 * Gives each row its fate. A single row does not tell everything: which rule the server follows, whether it answers with `R`, and
 * whether its receipts can be believed are facts of the whole run.
 */
export class Classifier {
  readonly rule: ReplyRule
  /** A udptool server answered or returned a probe. */
  readonly sawAnswer: boolean
  /** By client: receipts are there and may be believed. */
  readonly believed: readonly boolean[]
  /** Some client's receipts contradict what was seen. */
  readonly void: boolean
  /** By client: the memory behind its receipts surely reaches back to here. */
  readonly #reach: readonly Nanos[]
  readonly #timeout: Nanos
  /** The rule bit that a right reply must have. */
  readonly #rightRule: number

  /** @param census of all rows that it will be asked about, or of those that are known so far */
  constructor(facts: RunFacts, census: ReplyCensus) {
    this.#timeout = facts.plan.timeout
    this.sawAnswer = facts.clients.some(client => client.answeredArrivals > 0 || client.damagedArrivals > 0)
    this.rule = nameRule(census)
    this.#rightRule = census.upper > census.same ? TRAIT.upper : TRAIT.same
    const witnessOf = (number: number): Witness => census.witnesses.get(number) ?? NO_WITNESS
    const voided = facts.clients.map((client, number) => receiptsAreVoid(client, witnessOf(number)))
    this.#reach = facts.clients.map((client, number) => memoryReachesTo(client, witnessOf(number)))
    this.void = voided.includes(true)
    this.believed = facts.clients.map(({ receipts }, number) => {
      return receipts.totals !== undefined && receipts.state !== 'foreign' && voided[number] === false
    })
  }

  /** The fate of a scheduled row, as far as evidence about single datagrams goes. */
  fate(page: ProbePage, place: number, size: number, client: number): Fate {
    const traits = page.traits[place] ?? 0
    switch (page.outcome[place]) {
      case OUTCOME.whole:
        if (!this.#follows(traits) || this.#wasDamagedOnTheWayUp(traits, size)) return 'corrupt'
        return (page.arrived[place] ?? 0) - (page.sent[place] ?? 0) > this.#timeout ? 'late' : 'intact'
      case OUTCOME.cut:
        if (!this.#follows(traits)) return 'corrupt'
        return this.#wasDamagedOnTheWayUp(traits, size) && (page.detail[place] ?? 0) >= CHECKED_SIZE
          ? 'corrupt'
          : 'truncated'
      case OUTCOME.wrong:
        return 'corrupt'
      case OUTCOME.refused:
        return 'refused'
      case OUTCOME.unreachable:
        return 'unreachable'
      default:
        return this.#lost(traits, size, client, page.sent[place] ?? -Infinity)
    }
  }

  /** Where a reply was cut or damaged. */
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
        return this.#wasDamagedOnTheWayUp(traits, size) ? 'request' : 'unknown'
    }
  }

  /** A reply of another rule than the run's is wrong (docs/wire-format.md, Payload). */
  #follows(traits: number): boolean {
    return (traits & this.#rightRule) !== 0
  }

  /**
   * Once a server has answered with `R` or returned with `D`, a reply of kind `Q` says that the request had come damaged. A probe too small for a check is
   * plain data to any server.
   */
  #wasDamagedOnTheWayUp(traits: number, size: number): boolean {
    return this.sawAnswer && size >= CHECKED_SIZE && (traits & TRAIT.answered) === 0
  }

  /**
   * Whether a lost row has no direction only because the server, which does not know it, may remember from later on. One that is too
   * small for the receipts is never known to it.
   */
  isBeyondMemory(page: ProbePage, place: number, size: number, client: number): boolean {
    const receipt = ((page.traits[place] ?? 0) & TRAIT.receiptMask) >>> TRAIT.receiptShift
    return size >= CHECKED_SIZE && receipt === 1 && this.believed[client] === true
  }

  #lost(traits: number, size: number, client: number, sent: Nanos): Fate {
    // A probe without a whole check is in no receipts.
    if (size < CHECKED_SIZE || this.believed[client] !== true) return 'lostUnknown'
    switch ((traits & TRAIT.receiptMask) >>> TRAIT.receiptShift) {
      case 1:
        return sent < (this.#reach[client] ?? Infinity) ? 'lostUnknown' : 'lostForward'
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
