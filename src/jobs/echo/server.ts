import { formatAddress } from '../../base/address.ts'
import type { ServerFacts } from '../../facts/server.ts'
import type { EchoOptions } from './options.ts'
import { planEcho } from './plan.ts'
import { startEcho } from './run.ts'

export interface EchoServerOptions extends EchoOptions {
  /**
   * On a thread of its own (default), so that it neither waits for the caller's event loop nor holds it up. Without, every datagram is
   * counted in `facts` at once.
   */
  readonly worker?: boolean
}

/** An echo server of this process. `await using` closes it. */
export interface EchoServer extends AsyncDisposable {
  readonly address: string
  readonly port: number
  readonly family: 'udp4' | 'udp6'
  readonly engine: 'kernel' | 'dgram' | 'memory'
  /** `127.0.0.1:9000`, `[::1]:9000`: what `send` takes as `to`. */
  readonly target: string
  /** What it has counted; on a worker at most a quarter of a second old, and exact after `close`. */
  readonly facts: Readonly<ServerFacts>
  /** Answers what is under way, then closes. */
  close(): Promise<void>
}

/**
 * Starts an echo server on this host; `port: 0` picks a free port. Rejects with a UdptoolError: `usage`, `addressInUse`,
 * `addressUnavailable`, `permission`, `resolve`, `engine`.
 */
export async function startEchoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  const { worker = true, ...rest } = options
  const run = await startEcho(planEcho(rest), worker)
  const close = async (): Promise<void> => {
    run.stop()
    await run.done
  }
  return {
    address: run.address.address,
    port: run.address.port,
    family: run.address.family,
    engine: run.engine,
    target: formatAddress(run.address),
    facts: run.facts,
    close,
    [Symbol.asyncDispose]: close,
  }
}
