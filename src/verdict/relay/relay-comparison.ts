import type { DirectedAction } from '../../facts/action-log.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import { OFFSET } from '../../wire/probe.ts'
import { countDirection } from './relay-actions.ts'
import type { Result } from '../result.ts'
import { unattributedActions, type UnattributedActions } from './unattributed-actions.ts'

/** One count of the relay's record beside that of the ledger. */
export interface ComparedCount {
  /** `lost` covers both directions if the ledger has no receipts. */
  readonly what: 'whole' | 'lostUp' | 'lostDown' | 'lost' | 'cut' | 'corrupted' | 'copies'
  /**
   * Datagrams, by the relay's record. Absent if the record does not determine the ledger: which of several copies came first, or a datagram
   * that cannot be recognized any more.
   */
  readonly relay?: number
  readonly ledger: number
  readonly equal?: boolean
}

/** From this size on a probe carries its whole run number, so the relay's record names it. */
const NAMED_SIZE = OFFSET.length
const NOTHING: UnattributedActions = { lostUp: 0, lostDown: 0, copies: 0, settled: true }

/** The outcome of one probe by the relay's record. */
interface Outcome {
  readonly lost?: 'up' | 'down'
  /** Replies beyond the first. */
  readonly copies: number
  /** `undecided`: the record does not show which copy came first, or whether a flipped bit was cut off again. */
  readonly damage: 'cut' | 'corrupted' | 'undecided' | undefined
  /** Damaged up, lost down: whether the server recognized it depends on the damaged bytes. */
  readonly ambiguous?: boolean
}

/**
 * Compares a Result with the record of the relay that its probes passed, in front of a server that answers each datagram once. Losses in the
 * server's or our own host's buffers are not losses of the relay.
 */
export function compareWithRelay(truth: RelayTruth, { ledger, sizes }: Result): readonly ComparedCount[] {
  const { fates, scheduled, duplicates, unidentified } = ledger
  const { lostForward: forward = 0, lostReturn: back = 0, lostUnknown = 0 } = fates
  const directed = lostUnknown === 0
  const outcomes = Object.values(truth.runs).flatMap(run => Object.values(run).map(outcomeOf))
  const count = (is: (outcome: Outcome) => boolean): number => outcomes.filter(is).length
  const unnamed = sizes.some(({ size }) => size < NAMED_SIZE) ? unattributedActions(truth) : NOTHING
  const lostUp = count(({ lost }) => lost === 'up') + unnamed.lostUp
  const lostDown = count(({ lost }) => lost === 'down') + unnamed.lostDown
  const damaged = count(({ damage }) => damage !== undefined)
  const copies = outcomes.reduce((sum, one) => sum + one.copies, unnamed.copies)
  // A reply damaged beyond recognition belongs to no probe, so the ledger does not know that probe's fate.
  const recognized = unidentified === 0 && unnamed.settled
  const decided = unnamed.settled && outcomes.every(({ damage }) => damage !== 'undecided')
  const isUnambiguous = outcomes.every(({ ambiguous }) => ambiguous !== true)
  const [cut, corrupted] = [count(({ damage }) => damage === 'cut'), count(({ damage }) => damage === 'corrupted')]
  // A flipped bit in the kind can make a probe that no server answers, so it is lost and not corrupt. Only the bytes show which.
  const unanswered = corrupted - (fates.corrupt ?? 0)
  const flippedUp = Object.values(truth.runs).flatMap(run => Object.values(run).filter(isFlippedUp)).length
  const silenced =
    unanswered > 0 && unanswered <= flippedUp && forward + back + lostUnknown === lostUp + lostDown + unanswered
  return [
    compared('whole', decided, scheduled - lostUp - lostDown - damaged, fates.intact + (fates.late ?? 0)),
    ...(directed
      ? [
          compared('lostUp', recognized && isUnambiguous && !silenced, lostUp, forward),
          compared('lostDown', recognized && isUnambiguous, lostDown, back),
        ]
      : [compared('lost', recognized && !silenced, lostUp + lostDown, forward + back + lostUnknown)]),
    compared('cut', recognized && decided, cut, fates.truncated ?? 0),
    compared('corrupted', recognized && decided && !silenced, corrupted, fates.corrupt ?? 0),
    compared('copies', recognized, copies, duplicates),
  ]
}

function compared(what: ComparedCount['what'], isKnown: boolean, relay: number, ledger: number): ComparedCount {
  return isKnown ? { what, relay, ledger, equal: relay === ledger } : { what, ledger }
}

function outcomeOf(actions: readonly DirectedAction[]): Outcome {
  const [up, down] = [countDirection(actions, 'up'), countDirection(actions, 'down')]
  const answers = 1 + up.made - up.lost
  const replies = answers + down.made - down.lost
  if (answers === 0) return { lost: 'up', copies: 0, damage: undefined }
  if (replies === 0) return { lost: 'down', copies: 0, damage: undefined, ambiguous: isDamaged(actions) }
  return { copies: replies - 1, damage: damageOf(actions, up.made + down.made > 0) }
}

function isFlippedUp(actions: readonly DirectedAction[]): boolean {
  return actions.includes('up:corrupted')
}

/** Damaged from client to server. */
function isDamaged(actions: readonly DirectedAction[]): boolean {
  return actions.includes('up:truncated') || actions.includes('up:corrupted')
}

/** The last action decides, unless a flipped bit may have been cut off again. */
function damageOf(actions: readonly DirectedAction[], copied: boolean): Outcome['damage'] {
  const cut = actions.findLastIndex(action => action.endsWith(':truncated'))
  const flipped = actions.findLastIndex(action => action.endsWith(':corrupted'))
  if (cut < 0 && flipped < 0) return undefined
  if (copied || (flipped >= 0 && flipped < cut)) return 'undecided'
  return flipped < 0 ? 'cut' : 'corrupted'
}
