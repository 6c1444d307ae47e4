import type { EpochFacts } from '../facts/path.ts'
import type { ProbeTable } from '../facts/probe-table.ts'
import type { EngineFacts } from '../facts/run.ts'
import type { Environment } from './machine.ts'

/** What a monitor requests from its engine. Sockets have the numbers of their paths. */
export interface MonitorEnvironment extends Environment {
  readonly engine: EngineFacts
  /** A random run number: 32 bits. */
  random32(): number
  /** A table for one client with one page of this many rows. */
  createTable(rows: number): ProbeTable
}

/** What a monitor calls, from within its own methods. */
export interface MonitorObserver {
  began(epoch: EpochFacts): void
  /** Its facts are final. */
  closed(epoch: EpochFacts): void
  /** All epochs of a path that was removed or stopped are closed: its socket can be closed. */
  removed(path: number): void
}
