import { createInbox, createOutbox } from '../../../src/engine/batch.ts'
import type { Nanos } from '../../../src/base/nanos.ts'
import type { IcmpError } from '../../../src/facts/icmp.ts'
import type { EpochFacts, PathPlan } from '../../../src/facts/path.ts'
import { createProbePage, FULL_PAGE, OUTCOME, ProbeTable, type ProbePage } from '../../../src/facts/probe-table.ts'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { Monitor } from '../../../src/machines/monitor.ts'

/** A datagram that left. */
export interface Departed {
  readonly path: number
  readonly bytes: Uint8Array
  readonly token: number
  readonly at: Nanos
}

interface Arrival {
  readonly path: number
  readonly bytes: Uint8Array
  readonly at: Nanos
}

/** When replies to a datagram arrive: none, one, or copies too. Undefined: our own kernel refuses it. */
export type Answer = (departed: Departed) => readonly Nanos[] | undefined

const ENOBUFS = 105

/** The plan of a path with a probe a second, unless changed. */
export function pathPlan(plan: Partial<PathPlan> = {}): PathPlan {
  return {
    path: 1,
    sizes: [128],
    interval: SECOND,
    timeout: SECOND,
    payload: { kind: 'text', seed: 1 },
    receipts: false,
    phase: 0,
    ...plan,
  }
}

/** A monitor on a manual clock, and a network that returns datagrams unchanged. */
export class MonitorHarness {
  now: Nanos = 0
  readonly machine: Monitor
  readonly departed: Departed[] = []
  readonly began: EpochFacts[] = []
  readonly closed: EpochFacts[] = []
  readonly removed: number[] = []
  readonly #answer: Answer
  readonly #outbox = createOutbox(16, 4 * 65_536)
  readonly #arrivals: Arrival[] = []
  #run = 0

  constructor(answer: Answer = ({ at }) => [at + MILLISECOND]) {
    this.#answer = answer
    this.machine = new Monitor(
      {
        engine: { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' },
        peer: () => ({ address: '192.0.2.1', port: 9000, family: 'udp4' }),
        drops: () => 0,
        epoch: () => ({ seconds: 1_700_000_000, nanos: 0 }),
        random32: () => (this.#run = (this.#run + 0x1000_0001) >>> 0),
        createTable: rows => new ProbeTable(1, () => createProbePage(FULL_PAGE, rows)),
      },
      {
        began: epoch => void this.began.push(epoch),
        closed: epoch => void this.closed.push(epoch),
        removed: path => void this.removed.push(path),
      },
    )
  }

  /** Advances time until then, or until the monitor has closed, event by event. */
  pass(until: Nanos): void {
    for (;;) {
      const wake = this.#send()
      if (this.machine.closed) return
      const arrival = this.#earliest()
      const next = Math.min(wake, arrival?.at ?? Infinity)
      if (next > until) break
      this.now = Math.max(this.now, next)
      if (arrival !== undefined && arrival.at <= this.now) {
        this.#arrivals.splice(this.#arrivals.indexOf(arrival), 1)
        this.receive(arrival.path, arrival.bytes)
      }
    }
    this.now = Math.max(this.now, until)
  }

  /** Time passes, but this process does not run. Then an engine reads what has arrived before it calls `send`. */
  suspend(time: Nanos): void {
    this.now += time
    for (let next = this.#earliest(); next !== undefined && next.at <= this.now; next = this.#earliest()) {
      this.#arrivals.splice(this.#arrivals.indexOf(next), 1)
      this.receive(next.path, next.bytes)
    }
  }

  receive(path: number, bytes: Uint8Array): void {
    const inbox = createInbox(1, bytes.slice())
    inbox.count = 1
    inbox.size[0] = inbox.stride[0] = inbox.whole[0] = bytes.length
    inbox.socket[0] = path
    inbox.arrived[0] = this.now
    this.machine.receive(inbox, this.now)
  }

  unreachable(path: number, error: IcmpError, quoted = new Uint8Array(0)): void {
    this.machine.unreachable(path, error, quoted, this.now)
  }

  /** Writes everything that is due. Each turn must make progress. */
  #send(): Nanos {
    for (let turns = 0; turns < 10_000; turns++) {
      const wake = this.machine.send(this.#outbox, this.now)
      const { count, bytes, at, size, socket, token } = this.#outbox
      for (let m = 0; m < count; m++) {
        const begin = at[m] ?? 0
        this.#depart({
          path: socket[m] ?? 0,
          bytes: bytes.slice(begin, begin + (size[m] ?? 0)),
          token: token[m] ?? 0,
          at: this.now,
        })
      }
      if (this.machine.closed || (count === 0 && wake > this.now)) return wake
    }
    throw new Error('the monitor requests immediate calls without end')
  }

  #depart(departed: Departed): void {
    this.departed.push(departed)
    const { path, bytes, token } = departed
    const arrivals = this.#answer(departed)
    if (arrivals === undefined) this.machine.refused(path, token, 1, ENOBUFS, this.now)
    for (const at of arrivals ?? []) this.#arrivals.push({ path, bytes, at })
  }

  #earliest(): Arrival | undefined {
    let earliest: Arrival | undefined
    for (const arrival of this.#arrivals) if (arrival.at < (earliest?.at ?? Infinity)) earliest = arrival
    return earliest
  }
}

/** The only page of an epoch; undefined: it has no probe. */
export function pageOf({ facts }: EpochFacts): ProbePage | undefined {
  return facts.probes.pages[0]
}

/** Outcomes of the probes of epochs, in order. */
export function outcomesOf(epochs: readonly EpochFacts[]): number[] {
  return epochs.flatMap(epoch => [...(pageOf(epoch)?.outcome ?? [])].filter(outcome => outcome !== OUTCOME.unscheduled))
}
