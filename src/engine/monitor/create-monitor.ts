import { randomInt } from 'node:crypto'
import type { EngineFacts } from '../../facts/run.ts'
import type { Environment } from '../../machines/machine.ts'
import { Monitor } from '../../machines/monitor.ts'
import type { UpdatePoster } from './update-poster.ts'

/** What the machine needs of an engine beside its updates. */
export interface MonitorSockets extends Pick<Environment, 'drops' | 'epoch'> {
  /** Closes the socket of a path without open epochs. */
  readonly close: (path: number) => void
}

/** The machine of a monitor, whose updates are posted to the thread that started this one. */
export function createMonitor(engine: EngineFacts, poster: UpdatePoster, sockets: MonitorSockets): Monitor {
  const { drops, epoch, close } = sockets
  const environment = {
    engine,
    drops,
    epoch,
    // Only unconnected sockets receive from other addresses.
    peer: () => ({ address: '0.0.0.0', port: 0, family: 'udp4' }) as const,
    random32: () => randomInt(2 ** 32),
    createTable: (rows: number) => poster.createTable(rows),
  }
  return new Monitor(environment, {
    began: facts => poster.began(facts),
    closed: facts => poster.closed(facts),
    removed: path => {
      close(path)
      poster.removed(path)
    },
  })
}
