import { formatAddress } from '../../base/address.ts'
import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { ServerFacts } from '../../facts/server.ts'
import { serverHandle, type ServerHandle } from '../server-handle.ts'
import { ECHO_OPTIONS, type EchoOptions } from './options.ts'
import { planEcho } from './plan.ts'
import { startEcho } from './run.ts'

export interface EchoServerOptions extends EchoOptions {
  /**
   * Run in a worker thread (default), so that the server neither waits for the caller's event loop nor blocks it. Otherwise every datagram
   * is counted in `facts` at once.
   */
  readonly worker?: boolean
}

/** An echo server in this process. */
export interface EchoServer extends ServerHandle {
  readonly engine: 'kernel' | 'dgram'
  /** Its counters. For a worker they are at most a quarter of a second old, and exact after `close`. */
  readonly facts: Readonly<ServerFacts>
  /** With the option `irtt`: the server for clients of irtt, which closes with this one. */
  readonly irtt?: Pick<EchoServer, 'address' | 'port' | 'family' | 'target' | 'facts'>
}

/** The options of `startEchoServer`. */
export const ECHO_SERVER_OPTIONS = libraryOptions(ECHO_OPTIONS, { worker: 'switch' })

/**
 * Starts an echo server on this host; `port: 0` picks a free port. Rejects with a UdptoolError: `usage`, `addressInUse`,
 * `addressUnavailable`, `permission`, `resolve`, `engine`.
 */
export async function startEchoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  checkOptions(options, ECHO_SERVER_OPTIONS, 'startEchoServer')
  const { worker = true, ...rest } = options
  const run = await startEcho(planEcho(rest), worker)
  const { irtt } = run
  return {
    ...serverHandle(run),
    engine: run.engine,
    facts: run.facts,
    ...(irtt === undefined
      ? {}
      : { irtt: { ...irtt.address, target: formatAddress(irtt.address), facts: irtt.facts } }),
  }
}
