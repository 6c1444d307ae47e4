import type { Impairment } from './impairment-rule.ts'

/** Something that a relay did to a datagram, by the name of its count. */
export type RelayAction = Exclude<Impairment, 'tooBig'> | 'refused' | 'abandoned'

/** The same with its way: `up:dropped`. */
export type DirectedAction = `${'up' | 'down'}:${RelayAction}`

/** A probe of a run; or, of other traffic, the n-th datagram of a client on this way, counted from 0. */
export type DatagramKey =
  { readonly run: number; readonly sequence: number } | { readonly client: string; readonly arrival: number }

/** Actions remembered: about 200 MB at most. A relay is a test bench; what runs for days needs the counts alone. */
const MAX_ACTIONS = 2_000_000

/**
 * What was done to which datagram, in the order in which it was done. To those that are not in it nothing was done. Bounded:
 * when it is full the counts go on, and `omitted` is the number of missing actions.
 */
export class ActionLog {
  /** Run → sequence → actions. A run whose probes came is in it, whether anything was done to them or not. */
  readonly runs = new Map<number, Map<number, DirectedAction[]>>()
  /** Client address → way and arrival (`up 17`) → actions. */
  readonly others = new Map<string, Map<string, DirectedAction[]>>()
  omitted = 0
  readonly #most: number
  #kept = 0

  constructor(most: number = MAX_ACTIONS) {
    this.#most = most
  }

  /** A datagram of this run came. */
  addRun(run: number): void {
    if (this.runs.has(run)) return
    if (this.#kept < this.#most) this.runs.set(run, new Map())
    this.#kept += 1
  }

  add(datagram: DatagramKey, direction: 'up' | 'down', action: RelayAction): void {
    if (this.#kept >= this.#most) {
      this.omitted += 1
      return
    }
    this.#kept += 1
    const entry: DirectedAction = `${direction}:${action}`
    if ('run' in datagram) append(this.runs, datagram.run, datagram.sequence, entry)
    else append(this.others, datagram.client, `${direction} ${datagram.arrival}`, entry)
  }
}

function append<Group, Key>(
  log: Map<Group, Map<Key, DirectedAction[]>>,
  group: Group,
  key: Key,
  entry: DirectedAction,
): void {
  let entries = log.get(group)
  if (entries === undefined) log.set(group, (entries = new Map()))
  const actions = entries.get(key)
  if (actions === undefined) entries.set(key, [entry])
  else actions.push(entry)
}
