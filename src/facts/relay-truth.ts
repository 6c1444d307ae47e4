import { IGNORED_REASONS, type IgnoredReason, type RelayCounts, type RelayFacts } from './relay.ts'
import { receiveErrorCount, type ReceiveErrors } from './receive-errors.ts'
import { formatRun } from './run.ts'
import type { DirectedAction } from './action-log.ts'

/** What a relay did in one direction, for a reader: the counts, and the loss before the relay. */
export interface DirectionTruth extends Readonly<RelayCounts> {
  /** Datagrams that the relay's own receive buffers lost; absent if the counters cannot be read. */
  readonly kernelDropped?: number
}

/** The relay's own record (`--truth`): what really happened, to compare with the report of any tool. */
export interface RelayTruth {
  readonly schema: 'udptool/relay/1'
  readonly seed: string
  /** Everything but receipts traffic. */
  readonly up: DirectionTruth
  readonly down: DirectionTruth
  /** Receipts traffic (kinds S and T), which is subject to the same rules with separate state. */
  readonly receipts: { readonly up: Readonly<RelayCounts>; readonly down: Readonly<RelayCounts> }
  readonly clients: number
  readonly clientsEvicted?: number
  readonly unreachable?: number
  /** Datagrams that the relay did not accept, by reason; no other count includes them. */
  readonly ignored?: Readonly<Partial<Record<IgnoredReason, number>>>
  /** How often the relay detected that the datagrams it sends to the server come back to it. */
  readonly loops?: number
  readonly receiveErrors?: Readonly<ReceiveErrors>
  /**
   * Run (8 hex digits, as in the Result) → sequence (decimal) → actions on it, in order. Sequences without actions are not listed. Actions
   * after a `duplicated` apply to that copy.
   */
  readonly runs: Readonly<Record<string, Readonly<Record<string, readonly DirectedAction[]>>>>
  /** Other traffic: client → direction and arrival, from 0 (`up 17`) → actions on it. */
  readonly others: Readonly<Record<string, Readonly<Record<string, readonly DirectedAction[]>>>>
  /** Actions that are counted above and not listed, because there were too many. */
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
