import type { Nanos } from '../../base/nanos.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import type { Engine } from '../../engine/port.ts'
import type { Lookup } from '../../engine/resolve.ts'
import type { Log } from '../log.ts'
import type { FindPorts } from './path-opener.ts'

/** What a monitor needs from its surroundings. */
export interface MonitorSurroundings {
  readonly engine: Engine
  readonly lookup: Lookup
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  /** Finds consecutive free ports for the flows of a target. */
  readonly findPorts: FindPorts
  /** Real time at the start plus monotonic time since then, ms since 1970: no step of the system clock changes it. */
  readonly steadyNow: () => number
  /** Gets names and sockets that fail, and that they work again. */
  readonly log: Log
}
