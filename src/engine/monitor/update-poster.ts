import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import type { EpochFacts } from '../../facts/path.ts'
import type { ProbeTable } from '../../facts/probe-table.ts'
import type { ReceiveErrors } from '../../facts/receive-errors.ts'
import type { MonitorObserver } from '../../machines/monitor-environment.ts'
import { writeCounters } from '../client-counters.ts'
import { createUpdate } from '../run-update.ts'
import { post } from '../worker-thread.ts'
import { createEpochMemory, createTable, type EpochMemory } from './epoch-memory.ts'
import type { PathMessage, SlotCounts } from './monitor-messages.ts'

/** Minimum time between two messages, of which one has all that became known about a thousand paths. */
const EVERY: Nanos = 20 * MILLISECOND
/** The same if only counters have changed. Rows are in shared memory and never wait. */
const COUNTERS_EVERY: Nanos = 100 * MILLISECOND

interface OpenEpoch {
  readonly epoch: EpochFacts
  readonly memory: EpochMemory
  /** Number of ICMP errors that were posted. */
  icmp: number
}

/** Posts from the thread of a monitor what became known about its paths. */
export class UpdatePoster implements MonitorObserver {
  /** The next time to post. Infinity if nothing has changed. */
  due: Nanos = Infinity
  #postedAt: Nanos = -Infinity
  #messages: PathMessage[] = []
  /** Of epochs that have not begun. */
  readonly #memories = new Map<ProbeTable, EpochMemory>()
  /** By path, the oldest first. */
  readonly #open = new Map<number, OpenEpoch[]>()
  /** Paths with new counters. */
  readonly #changed = new Set<number>()

  createTable(rows: number): ProbeTable {
    const memory = createEpochMemory(rows)
    const table = createTable(memory)
    this.#memories.set(table, memory)
    return table
  }

  opened(path: number, port: number): void {
    this.#add({ kind: 'opened', path, port })
  }

  failed(path: number, message: string): void {
    this.#add({ kind: 'failed', path, message })
  }

  began(epoch: EpochFacts): void {
    const { path, number, start, facts } = epoch
    const memory = this.#memories.get(facts.probes)
    if (memory === undefined) throw new RangeError(`no memory of epoch ${number} of path ${path}`)
    this.#memories.delete(facts.probes)
    this.#open.set(path, [...(this.#open.get(path) ?? []), { epoch, memory, icmp: 0 }])
    writeCounters(memory.counters, facts.clients)
    const run = facts.clients[0]?.run ?? 0
    const { startedAt, epoch: realTime } = facts
    const counts = countsOf(epoch)
    this.#add({ kind: 'began', path, number, start, run, memory, startedAt, epoch: realTime, counts })
  }

  closed(epoch: EpochFacts): void {
    const { path, number, facts } = epoch
    const open = this.#open.get(path) ?? []
    const closed = open.find(one => one.epoch === epoch)
    if (closed !== undefined) writeCounters(closed.memory.counters, facts.clients)
    this.#open.set(
      path,
      open.filter(one => one !== closed),
    )
    const receipts = facts.clients.map((client, n) => ({ number: n, receipts: client.receipts }))
    this.#add({ kind: 'closed', path, number, counts: countsOf(epoch), run: createUpdate(facts, receipts, true) })
  }

  removed(path: number): void {
    this.#open.delete(path)
    this.#changed.delete(path)
    this.#add({ kind: 'removed', path })
  }

  /** Something was sent or arrived on this path, so its counters change. */
  count(path: number): void {
    this.#changed.add(path)
    this.due = Math.min(this.due, this.#postedAt + COUNTERS_EVERY)
  }

  /** Counts failed receives of a path: those of its latest epoch. Undefined if it has none. */
  receiveErrors(path: number): ReceiveErrors | undefined {
    return this.#open.get(path)?.at(-1)?.epoch.facts.receiveErrors
  }

  post(now: Nanos): void {
    this.due = Infinity
    this.#postedAt = now
    for (const path of this.#changed) for (const open of this.#open.get(path) ?? []) this.#postCounters(open)
    this.#changed.clear()
    const messages = this.#messages
    this.#messages = []
    if (messages.length > 0) post({ kind: 'facts', facts: messages })
  }

  #postCounters(open: OpenEpoch): void {
    const { epoch, memory } = open
    const { path, number, facts } = epoch
    writeCounters(memory.counters, facts.clients)
    const icmp = facts.icmp.slice(open.icmp)
    open.icmp = facts.icmp.length
    this.#messages.push({ kind: 'changed', path, number, counts: countsOf(epoch), icmp })
  }

  #add(message: PathMessage): void {
    this.#messages.push(message)
    this.due = Math.min(this.due, this.#postedAt + EVERY)
  }
}

function countsOf({ missed, paused, overdue }: EpochFacts): SlotCounts {
  return { missed, paused, overdue }
}
