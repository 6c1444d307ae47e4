import { IGNORED_REASONS, type IgnoredReason, type RelayCounts, type RelayFacts } from './relay.ts'
import { receiveErrorCount, type ReceiveErrors } from './receive-errors.ts'
import { formatRun } from './run.ts'
import type { DirectedAction } from './action-log.ts'

/** What a relay did on one way, for a reader: the counts, and what was lost before the relay saw it. */
export interface DirectionTruth extends Readonly<RelayCounts> {
  /** Datagrams that the relay's own receive buffers lost; absent where the counters cannot be read. */
  readonly kernelDropped?: number
}

/** The relay's own record (`--truth`): what really happened, to hold any tool's report against. */
export interface RelayTruth {
  readonly schema: 'udptool/relay/1'
  readonly seed: string
  /** Everything but receipts traffic. */
  readonly up: DirectionTruth
  readonly down: DirectionTruth
  /** Receipts traffic (kinds S and T), which meets the same rules with a memory of their own. */
  readonly receipts: { readonly up: Readonly<RelayCounts>; readonly down: Readonly<RelayCounts> }
  readonly clients: number
  readonly clientsEvicted?: number
  readonly unreachable?: number
  /** Datagrams that the relay did not take, by reason; they are in no other count. */
  readonly ignored?: Readonly<Partial<Record<IgnoredReason, number>>>
  /** How often the relay found that what it sends to the server comes back to it. */
  readonly loops?: number
  /** How often our own kernel refused to give the relay what had arrived. */
  readonly receiveErrors?: Readonly<ReceiveErrors>
  /**
   * Run (8 hex digits, as in the Result) → sequence (decimal) → what was done to it, act by act. Sequences to which nothing
   * was done are not listed. What stands after a `duplicated` was done to that copy.
   */
  readonly runs: Readonly<Record<string, Readonly<Record<string, readonly DirectedAction[]>>>>
  /** Traffic that is not udptool's: client → way and number of arrival, from 0 (`up 17`) → what was done to it. */
  readonly others: Readonly<Record<string, Readonly<Record<string, readonly DirectedAction[]>>>>
  /** Acts that are counted above and not listed, because there were too many. */
  readonly omitted?: number
}

/** The record of a relay so far, as a document. A copy: later datagrams do not change it. */
export function createRelayTruth(facts: RelayFacts, seed: string): RelayTruth {
  const { up, down, clients, clientsEvicted, unreachable, ignored, loops, receiveErrors, actions } = facts
  const reasons = IGNORED_REASONS.filter(reason => ignored[reason] > 0)
  return {
    schema: 'udptool/relay/1',
    seed,
    up: directionTruth(up.datagrams, up.kernelDrops),
    down: directionTruth(down.datagrams, down.kernelDrops),
    receipts: { up: { ...up.receipts }, down: { ...down.receipts } },
    clients,
    ...(clientsEvicted === 0 ? {} : { clientsEvicted }),
    ...(unreachable === 0 ? {} : { unreachable }),
    ...(reasons.length === 0 ? {} : { ignored: Object.fromEntries(reasons.map(reason => [reason, ignored[reason]])) }),
    ...(loops === 0 ? {} : { loops }),
    ...(receiveErrorCount(receiveErrors) === 0 ? {} : { receiveErrors: { ...receiveErrors } }),
    runs: documentOf(actions.runs, formatRun),
    others: documentOf(actions.others, client => client),
    ...(actions.omitted === 0 ? {} : { omitted: actions.omitted }),
  }
}

function directionTruth(counts: RelayCounts, kernelDropped: number | undefined): DirectionTruth {
  return { ...counts, ...(kernelDropped === undefined ? {} : { kernelDropped }) }
}

function documentOf<Group, Key extends string | number>(
  log: ReadonlyMap<Group, ReadonlyMap<Key, readonly DirectedAction[]>>,
  name: (group: Group) => string,
): Record<string, Record<string, readonly DirectedAction[]>> {
  const groups = [...log].map(([group, entries]) => {
    const actions = [...entries].map(([key, list]) => [String(key), [...list]] as const)
    return [name(group), Object.fromEntries(actions)] as const
  })
  return Object.fromEntries(groups)
}
