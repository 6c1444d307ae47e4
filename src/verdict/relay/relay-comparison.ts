import type { DirectedAction } from '../../facts/action-log.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import { OFFSET } from '../../wire/probe.ts'
import { countWay } from './relay-actions.ts'
import type { Result } from '../result.ts'
import { unattributedActions, type UnattributedActions } from './unattributed-actions.ts'

/** One thing that a relay did, beside what the ledger says of it. */
export interface ComparedCount {
  /** `lost` stands for both ways where the ledger has no receipts to tell them apart. */
  readonly what: 'whole' | 'lostUp' | 'lostDown' | 'lost' | 'cut' | 'corrupted' | 'copies'
  /**
   * Datagrams, by the relay's record. Absent where that does not settle what the ledger owes: which of several copies came
   * first, and what nobody can recognize any more.
   */
  readonly relay?: number
  readonly ledger: number
  readonly equal?: boolean
}

/** So many bytes of a probe carry its whole run number: from here on a relay's record names it. */
const NAMED_SIZE = OFFSET.length
const NOTHING: UnattributedActions = { lostUp: 0, lostDown: 0, copies: 0, settled: true }

/** What the relay's record says of one probe. */
interface Story {
  readonly lost?: 'up' | 'down'
  /** Replies beyond the first. */
  readonly copies: number
  /** `undecided`: the record does not say which copy came first, or whether a flipped bit was cut off again. */
  readonly damage: 'cut' | 'corrupted' | 'undecided' | undefined
  /** Damaged on the way up, lost on the way back: whether the server could recognize it, only the damaged bytes tell. */
  readonly blurred?: boolean
}

/**
 * Holds a Result against the record of the relay that its probes went through, before a server that answers each datagram
 * once. What the ledger names the server's or our own host's loss is no loss of the relay.
 */
export function compareWithRelay(truth: RelayTruth, { ledger, sizes }: Result): readonly ComparedCount[] {
  const { fates, scheduled, duplicates, unidentified } = ledger
  const { lostForward: forward = 0, lostReturn: back = 0, lostUnknown = 0 } = fates
  const directed = lostUnknown === 0
  const stories = Object.values(truth.runs).flatMap(run => Object.values(run).map(storyOf))
  const count = (is: (story: Story) => boolean): number => stories.filter(is).length
  const unnamed = sizes.some(({ size }) => size < NAMED_SIZE) ? unattributedActions(truth) : NOTHING
  const lostUp = count(({ lost }) => lost === 'up') + unnamed.lostUp
  const lostDown = count(({ lost }) => lost === 'down') + unnamed.lostDown
  const damaged = count(({ damage }) => damage !== undefined)
  const copies = stories.reduce((sum, story) => sum + story.copies, unnamed.copies)
  // A reply damaged beyond recognition is no probe's; the ledger does not know that probe's fate then.
  const recognized = unidentified === 0 && unnamed.settled
  const decided = unnamed.settled && stories.every(({ damage }) => damage !== 'undecided')
  const sharp = stories.every(({ blurred }) => blurred !== true)
  const [cut, corrupted] = [count(({ damage }) => damage === 'cut'), count(({ damage }) => damage === 'corrupted')]
  // A bit flipped in the kind may make a probe one that no server answers: lost, and not corrupt. Which one, only the bytes tell.
  const unanswered = corrupted - (fates.corrupt ?? 0)
  const flippedUp = Object.values(truth.runs).flatMap(run => Object.values(run).filter(isFlippedUp)).length
  const silenced =
    unanswered > 0 && unanswered <= flippedUp && forward + back + lostUnknown === lostUp + lostDown + unanswered
  return [
    compared('whole', decided, scheduled - lostUp - lostDown - damaged, fates.intact + (fates.late ?? 0)),
    ...(directed
      ? [
          compared('lostUp', recognized && sharp && !silenced, lostUp, forward),
          compared('lostDown', recognized && sharp, lostDown, back),
        ]
      : [compared('lost', recognized && !silenced, lostUp + lostDown, forward + back + lostUnknown)]),
    compared('cut', recognized && decided, cut, fates.truncated ?? 0),
    compared('corrupted', recognized && decided && !silenced, corrupted, fates.corrupt ?? 0),
    compared('copies', recognized, copies, duplicates),
  ]
}

function compared(what: ComparedCount['what'], isTold: boolean, relay: number, ledger: number): ComparedCount {
  return isTold ? { what, relay, ledger, equal: relay === ledger } : { what, ledger }
}

function storyOf(actions: readonly DirectedAction[]): Story {
  const [up, down] = [countWay(actions, 'up'), countWay(actions, 'down')]
  const answers = 1 + up.made - up.lost
  const replies = answers + down.made - down.lost
  if (answers === 0) return { lost: 'up', copies: 0, damage: undefined }
  if (replies === 0) return { lost: 'down', copies: 0, damage: undefined, blurred: isDamaged(actions) }
  return { copies: replies - 1, damage: damageOf(actions, up.made + down.made > 0) }
}

function isFlippedUp(actions: readonly DirectedAction[]): boolean {
  return actions.includes('up:corrupted')
}

/** On the way up. */
function isDamaged(actions: readonly DirectedAction[]): boolean {
  return actions.includes('up:truncated') || actions.includes('up:corrupted')
}

/** What was done last decides, but for a flipped bit that may have been cut off again. */
function damageOf(actions: readonly DirectedAction[], copied: boolean): Story['damage'] {
  const cut = actions.findLastIndex(action => action.endsWith(':truncated'))
  const flipped = actions.findLastIndex(action => action.endsWith(':corrupted'))
  if (cut < 0 && flipped < 0) return undefined
  if (copied || (flipped >= 0 && flipped < cut)) return 'undecided'
  return flipped < 0 ? 'cut' : 'corrupted'
}
