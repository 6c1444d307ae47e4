import type { Deed } from '../facts/passage-log.ts'
import type { RelayTruth } from '../facts/relay-truth.ts'
import type { Result } from './result.ts'

/** One thing that a relay did, beside what the ledger says of it. */
export interface ComparedCount {
  readonly what: 'whole' | 'lostUp' | 'lostDown' | 'cut' | 'corrupted' | 'copies'
  /** Datagrams, by the relay's record; absent where the record does not say which copy was the first to arrive. */
  readonly relay?: number
  readonly ledger: number
  readonly equal?: boolean
}

/** What the relay's record says of one probe. */
interface Story {
  readonly lost?: 'up' | 'down'
  /** Replies beyond the first. */
  readonly copies: number
  /** `undecided`: several things were done, to several copies. */
  readonly damage: 'cut' | 'corrupted' | 'undecided' | undefined
}

/**
 * Holds a Result against the record of the relay that its probes went through, before a server that answers each datagram
 * once. What the ledger names the server's or our own host's loss is no loss of the relay.
 */
export function compareWithRelay(truth: RelayTruth, { ledger }: Result): readonly ComparedCount[] {
  const { fates, scheduled, duplicates } = ledger
  const stories = Object.values(truth.runs).flatMap(run => Object.values(run).map(storyOf))
  const count = (is: (story: Story) => boolean): number => stories.filter(is).length
  const [lostUp, lostDown] = [count(({ lost }) => lost === 'up'), count(({ lost }) => lost === 'down')]
  const damaged = count(({ damage }) => damage !== undefined)
  const decided = stories.every(({ damage }) => damage !== 'undecided')
  const told = (relay: number): number | undefined => (decided ? relay : undefined)
  return [
    compared('whole', told(scheduled - lostUp - lostDown - damaged), fates.intact + (fates.late ?? 0)),
    compared('lostUp', lostUp, fates.lostForward ?? 0),
    compared('lostDown', lostDown, fates.lostReturn ?? 0),
    compared('cut', told(count(({ damage }) => damage === 'cut')), fates.truncated ?? 0),
    compared('corrupted', told(count(({ damage }) => damage === 'corrupted')), fates.corrupt ?? 0),
    compared(
      'copies',
      stories.reduce((sum, { copies }) => sum + copies, 0),
      duplicates,
    ),
  ]
}

function compared(what: ComparedCount['what'], relay: number | undefined, ledger: number): ComparedCount {
  return relay === undefined ? { what, ledger } : { what, relay, ledger, equal: relay === ledger }
}

function storyOf(deeds: readonly Deed[]): Story {
  const [up, down] = [wayOf(deeds, 'up', 1), wayOf(deeds, 'down', undefined)]
  const answers = up.arrived
  const replies = answers + down.made - down.lost
  if (answers === 0) return { lost: 'up', copies: 0, damage: undefined }
  if (replies === 0) return { lost: 'down', copies: 0, damage: undefined }
  const isSingle = up.made + down.made === 0
  const kinds = [up.cut, down.cut, up.corrupted, down.corrupted].filter(Boolean).length
  const damage =
    kinds === 0 ? undefined : kinds > 1 || !isSingle ? 'undecided' : up.cut || down.cut ? 'cut' : 'corrupted'
  return { copies: replies - 1, damage }
}

interface WayStory {
  readonly made: number
  readonly lost: number
  readonly arrived: number
  readonly cut: boolean
  readonly corrupted: boolean
}

const LOSSES: readonly string[] = ['dropped', 'queueDropped', 'refused', 'abandoned']

function wayOf(deeds: readonly Deed[], way: 'up' | 'down', came: number | undefined): WayStory {
  const acts = deeds.filter(deed => deed.startsWith(`${way}:`)).map(deed => deed.slice(way.length + 1))
  const made = acts.filter(act => act === 'duplicated').length
  const lost = acts.filter(act => LOSSES.includes(act)).length
  return {
    made,
    lost,
    arrived: (came ?? 0) + made - lost,
    cut: acts.includes('truncated'),
    corrupted: acts.includes('corrupted'),
  }
}
