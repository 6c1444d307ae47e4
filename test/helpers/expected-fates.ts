import type { RelayRecord } from './relay-command.ts'

/** The expected fate of a probe, computed from the relay's list of what was done to it. */
export interface ExpectedProbe {
  readonly fate: 'intact' | 'late' | 'truncated' | 'corrupt' | 'lostForward' | 'lostReturn' | 'lostUnknown'
  /** Replies beyond the first. */
  readonly copies: number
  /** The length of a cut reply, and which direction cut it. */
  readonly cut?: { readonly length: number; readonly side: 'request' | 'reply' }
}

/** Properties of a relay's rules that its record does not have. */
export interface RuleMeaning {
  /** The length after `truncate`, by direction. */
  readonly cutTo?: { readonly up?: number; readonly down?: number }
  /** A packet that `reorder` holds back arrives after the timeout. */
  readonly heldIsLate?: boolean
}

const LOST = ['dropped', 'queueDropped', 'refused', 'abandoned']

/** By the sequences 0 … count−1 of one run. Throws if the list is ambiguous: a test must not use such rules. */
export function expectedFates(
  actions: RelayRecord['runs'][string],
  count: number,
  meaning: RuleMeaning = {},
): ExpectedProbe[] {
  return Array.from({ length: count }, (_, sequence) => expectedProbe(actions[sequence] ?? [], meaning))
}

function expectedProbe(actions: readonly string[], meaning: RuleMeaning): ExpectedProbe {
  const times = (direction: string, names: readonly string[]): number =>
    actions.filter(action => names.some(name => action === `${direction}:${name}`)).length
  const arrivals = 1 + times('up', ['duplicated']) - times('up', LOST)
  if (arrivals === 0) return { fate: 'lostForward', copies: 0 }
  const replies = arrivals + times('down', ['duplicated']) - times('down', LOST)
  if (replies === 0) return { fate: 'lostReturn', copies: 0 }
  const copies = replies - 1
  const flips = actions.filter(action => action.endsWith(':corrupted'))
  const cuts = actions.filter(action => action.endsWith(':truncated'))
  const copied = actions.some(action => action.endsWith(':duplicated'))
  const held = actions.some(action => action.endsWith(':reordered'))
  const cutOff = flips.length > 0 && actions.indexOf(flips[0] ?? '') < actions.lastIndexOf(cuts.at(-1) ?? '')
  if (flips.length > 1 || cutOff || ((flips.length > 0 || cuts.length > 0 || held) && copied)) {
    throw new Error(`more than one fate is possible: ${actions.join()}`)
  }
  if (flips.length > 0) return { fate: 'corrupt', copies }
  const [cut] = cuts.slice(-1)
  if (cut !== undefined) {
    const direction = cut === 'up:truncated' ? 'up' : 'down'
    const length = meaning.cutTo?.[direction] ?? NaN
    return { fate: 'truncated', copies, cut: { length, side: direction === 'up' ? 'request' : 'reply' } }
  }
  return { fate: held && meaning.heldIsLate === true ? 'late' : 'intact', copies }
}

/** The longest run of consecutive losses. */
export function longestRunOf(probes: readonly ExpectedProbe[]): number {
  let [longest, current] = [0, 0]
  for (const { fate } of probes) {
    current = fate.startsWith('lost') ? current + 1 : 0
    longest = Math.max(longest, current)
  }
  return longest
}

/** How often each name occurs. */
export function counted(names: Iterable<string | number>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
