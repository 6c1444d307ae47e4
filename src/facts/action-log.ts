import type { Impairment } from './impairment-rule.ts'

/** An action of a relay on a datagram, by the name of its count. */
export type RelayAction = Exclude<Impairment, 'tooBig'> | 'refused' | 'abandoned'

/** An action with its direction: `up:dropped`. */
export type DirectedAction = `${'up' | 'down'}:${RelayAction}`

/** A probe by run and sequence; other traffic by client, direction and arrival, counted from 0. */
export type DatagramKey =
  { readonly run: number; readonly sequence: number } | { readonly client: string; readonly arrival: number }

/** Maximum number of actions kept, about 200 MB. A relay is a test bench; a relay that runs for days needs the counts only. */
const MAX_ACTIONS = 2_000_000

/**
 * The actions on each datagram, in order. A datagram without actions has no entry. Bounded: when it is full the counts go on, and `omitted` is
 * the number of missing actions.
 */
export class ActionLog {
  /** Run → sequence → actions. A run has an entry as soon as one of its probes arrived, with actions or without. */
  readonly runs = new Map<number, Map<number, DirectedAction[]>>()
  /** Client address → direction and arrival (`up 17`) → actions. */
  readonly others = new Map<string, Map<string, DirectedAction[]>>()
  omitted = 0
  readonly #most: number
  #kept = 0

  constructor(most: number = MAX_ACTIONS) {
    this.#most = most
  }

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
