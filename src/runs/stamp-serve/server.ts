import { checkOptions } from '../../base/options.ts'
import type { ServerFacts } from '../../facts/server.ts'
import { libraryOptions } from '../../options/library-options.ts'
import { serverHandle, type ServerHandle } from '../server-handle.ts'
import { STAMP_SERVE_OPTIONS, type StampServeOptions } from './options.ts'
import { planStampServe } from './plan.ts'
import { startStampServe } from './run.ts'

export interface StampServerOptions extends StampServeOptions {
  /**
   * Run in a worker thread (default), so that the server neither waits for the caller's event loop nor blocks it. Otherwise every datagram
   * is counted in `facts` at once.
   */
  readonly worker?: boolean
}

/** A STAMP reflector in this process. */
export interface StampServer extends ServerHandle {
  readonly engine: 'kernel' | 'dgram'
  /** Whether it numbers the replies of each session by itself. */
  readonly mode: 'stateful' | 'stateless'
  /** Its counters. For a worker they are at most a quarter of a second old, and exact after `close`. */
  readonly facts: Readonly<ServerFacts>
}

/** The options of `startStampServer`. */
export const STAMP_SERVER_OPTIONS = libraryOptions(STAMP_SERVE_OPTIONS, { worker: 'switch' })

/**
 * Starts a STAMP reflector (RFC 8762, RFC 8972) on this host; `port: 0` picks a free port. Keys are read from `keyFile` only, never from the
 * environment. Rejects with a UdptoolError: `usage`, `addressInUse`, `addressUnavailable`, `permission`, `resolve`, `engine`.
 */
export async function startStampServer(options: StampServerOptions = {}): Promise<StampServer> {
  checkOptions(options, STAMP_SERVER_OPTIONS, 'startStampServer')
  const { worker = true, ...rest } = options
  const run = await startStampServe(planStampServe(rest, {}), worker)
  return { ...serverHandle(run), engine: run.engine, mode: run.mode, facts: run.facts }
}
