import { MILLISECOND, type Nanos } from '../../base/nanos.ts'
import { startInterval } from '../../engine/long-timer.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { SERVER_OPTIONS } from '../../options/server-options.ts'
import { EXIT } from '../exit.ts'
import type { Options } from '../../options/raw-options.ts'
import { write } from '../output/streams.ts'
import type { Prepared, Session } from '../subcommand.ts'

/** Properties of every server on the command line. */
interface RunningServer {
  readonly address: { readonly port: number }
  stop(): void
  readonly done: Promise<void>
}

/** How a server starts, and what it prints. */
export interface ServerRun<Server> {
  readonly start: () => Promise<Server>
  /** Printed when it is ready. */
  readonly ready: (server: Server) => string
  /** Printed every `--stats-interval`. `time` is in ISO 8601 (UTC). */
  readonly stats: (server: Server, time: string) => string
  /** Printed at the end, also if one of its threads failed. */
  readonly end: (server: Server) => string
  /** Called a few times per second while it runs. */
  readonly tick?: (server: Server, session: Session) => void
  /** Shows it on the whole screen, instead of `stats`. Returns the function that restores the screen. */
  readonly show?: (server: Server, session: Session) => () => void
}

/**
 * Runs a server until a signal or its own end. `--port-file`, `--stats-interval`, `--exit-with-parent` and signals work the same for all
 * servers. The first signal shuts it down, which is not a failure.
 */
export function prepareServer<Server extends RunningServer>(options: Options, run: ServerRun<Server>): Prepared {
  const { portFile, statsInterval, exitWithParent } = parseOptions(SERVER_OPTIONS, options)
  return {
    // Tried before the bind, so that a missing folder is found before the server runs.
    files: { '--port-file': portFile },
    async run(session) {
      const server = await run.start()
      try {
        await session.files['--port-file']?.write([`${server.address.port}\n`])
      } catch (error) {
        server.stop()
        await server.done
        throw error
      }
      await serve(server, run, session, statsInterval, exitWithParent)
      return EXIT.done
    },
  }
}

async function serve<Server extends RunningServer>(
  server: Server,
  { ready, stats, end, tick, show }: ServerRun<Server>,
  session: Session,
  every: Nanos | undefined,
  withParent: boolean,
): Promise<void> {
  await write(process.stdout, ready(server))
  session.signals.onFirst(() => server.stop())
  if (withParent) endWithStdin(() => server.stop())
  const print = (): void => void process.stdout.write(stats(server, new Date().toISOString()))
  const restore = show?.(server, session)
  const timers = [
    ...(every === undefined || restore !== undefined ? [] : [startInterval(print, every)]),
    ...(tick === undefined ? [] : [startInterval(() => tick(server, session), TICK)]),
  ]
  try {
    await server.done
  } finally {
    for (const timer of timers) timer.cancel()
    restore?.()
    session.line.clear()
    await write(process.stdout, end(server))
    if (withParent) process.stdin.destroy()
  }
}

const TICK = 250 * MILLISECOND

/** Calls `stop` when stdin closes, as it does when the parent process exits. */
export function endWithStdin(stop: () => void): void {
  process.stdin.on('end', stop)
  process.stdin.on('error', stop)
  process.stdin.resume()
}
