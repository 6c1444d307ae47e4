import { checkOptions } from '../../base/options.ts'
import { libraryOptions } from '../../options/library-options.ts'
import type { StreamFamily } from '../../base/address.ts'
import { serverHandle, type ServerHandle } from '../server-handle.ts'
import type { TcpEvent, TcpFacts } from './facts.ts'
import { TCP_SERVE_OPTIONS, type TcpServeOptions } from './options.ts'
import { planTcpServe } from './plan.ts'
import { startTcpServe } from './run.ts'

export interface TcpServerOptions extends TcpServeOptions {
  /** Called with each event. */
  readonly onEvent?: (event: TcpEvent) => void
}

/** A TCP server in this process, on the caller's event loop. */
export interface TcpServer extends ServerHandle<StreamFamily> {
  /** Its counters. The bytes of a connection are added when it ends. */
  readonly facts: Readonly<TcpFacts>
}

/** The options of `startTcpServer`. */
export const TCP_SERVER_OPTIONS = libraryOptions(TCP_SERVE_OPTIONS, {
  // A file, or commands by name. `readCommandList` validates them.
  commands: 'textOrObject',
  onEvent: 'function',
})

/**
 * Starts a TCP server on this host, for plain streams (`mode`) or for frames (`inbox`, `commands`). Rejects with a UdptoolError: `usage`,
 * `addressInUse`, `addressUnavailable`, `permission`, `resolve`.
 *
 * ```ts
 * await using server = await startTcpServer({ port: 0, commands: { date: ['date', '-u'] } })
 * const { exitCode, output } = await runCommand({ to: server.target, name: 'date' })
 * ```
 */
export async function startTcpServer(request: TcpServerOptions = {}): Promise<TcpServer> {
  checkOptions(request, TCP_SERVER_OPTIONS, 'startTcpServer')
  const { onEvent, ...options } = request
  const run = await startTcpServe(planTcpServe(options), onEvent)
  return { ...serverHandle(run), facts: run.facts }
}
