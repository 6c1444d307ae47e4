import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import { serverHandle, type ServerHandle } from '../server-handle.ts'
import { RELAY_OPTIONS, type RelayOptions } from './options.ts'
import { planRelay } from './plan.ts'
import { runRelayInWorker } from './run.ts'

/** A relay in this process, in a worker thread. */
export interface Relay extends ServerHandle {
  /** Repeats the same impairments. Random if none was given. */
  readonly seed: string
  /** The record so far. Final after `close`. */
  truth(): RelayTruth
}

/** A free port, so that several relays of one test suite do not collide. */
const ANYWHERE = '127.0.0.1:0'

/** The options of `startRelay`. */
export const RELAY_REQUEST = libraryOptions(RELAY_OPTIONS, {})

/**
 * Starts a relay in front of a server. It impairs traffic by seeded rules and records what it did. Rejects with a UdptoolError: `usage`
 * (with the mistake in the rules shown), `addressInUse`, `addressUnavailable`, `permission`, `resolve`.
 *
 * ```ts
 * await using relay = await startRelay({ to: server.target, up: 'drop=10%', down: 'delay=20ms~5ms', seed: 1 })
 * const result = await send({ to: relay.target, count: 100, interval: '2ms' })
 * console.log(relay.truth().up.dropped, result.ledger.fates.lostForward)
 * ```
 */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  checkOptions(options, RELAY_REQUEST, 'startRelay')
  const run = await runRelayInWorker(planRelay({ listen: ANYWHERE, ...options }))
  return { ...serverHandle(run), seed: run.seed, truth: () => run.truth() }
}
