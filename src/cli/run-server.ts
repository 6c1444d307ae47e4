import { parseDuration } from '../base/duration.ts'
import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { invalidValue } from '../base/invalid-value.ts'
import { startInterval } from '../engine/long-timer.ts'
import { pick, type Options } from './flags.ts'
import { OutputFiles } from './output-files.ts'
import { Signals } from './signals.ts'
import { write } from './streams.ts'

/** What every server of the command line is. */
interface RunningServer {
  readonly address: { readonly port: number }
  stop(): void
  readonly done: Promise<void>
}

/** What it says: once it is ready, every `--stats-interval`, and at the end. */
export interface ServerTexts<Server> {
  readonly ready: (server: Server) => string
  /** `time`: when, in ISO 8601 (UTC). */
  readonly stats: (server: Server, time: string) => string
  readonly end: (server: Server) => string
}

/**
 * Runs a server until a signal or its own end: `--port-file`, `--stats-interval`, `--exit-with-parent` and the signals
 * work alike in all of them. The first signal ends it in order; that is no failure.
 */
export async function runServer<Server extends RunningServer>(
  options: Options,
  start: () => Promise<Server>,
  words: ServerTexts<Server>,
  /** Called a few times a second while it runs. */
  onTick?: (server: Server) => void,
  /** What else the command writes. */
  files = new OutputFiles(),
): Promise<Server> {
  const { portFile, statsInterval } = pick(options, ['portFile', 'statsInterval'])
  const every = statsInterval === undefined ? undefined : parseInterval(statsInterval)
  // Tried before the bind: a folder that is not there must not cost a server.
  const port = portFile === undefined ? undefined : files.open(portFile, '--port-file')
  const signals = new Signals()
  try {
    const server = await start()
    try {
      await port?.write([`${server.address.port}\n`])
    } catch (error) {
      server.stop()
      await server.done
      throw error
    }
    await write(process.stdout, words.ready(server))
    signals.onFirst(() => server.stop())
    if (options['exitWithParent'] === true) endWithStdin(() => server.stop())
    const tell = (): void => void process.stdout.write(words.stats(server, new Date().toISOString()))
    const timers = [
      ...(every === undefined ? [] : [startInterval(tell, every)]),
      ...(onTick === undefined ? [] : [startInterval(() => onTick(server), TICK)]),
    ]
    try {
      await server.done
    } finally {
      for (const timer of timers) timer.cancel()
      // Also where a thread broke: what it has counted is told.
      await write(process.stdout, words.end(server))
    }
    return server
  } finally {
    signals.close()
    if (options['exitWithParent'] === true) process.stdin.destroy()
  }
}

const TICK = 250 * MILLISECOND
/** A line more often than this is no use to anybody. */
const LEAST_INTERVAL = 10 * MILLISECOND

function parseInterval(text: string): Nanos {
  const interval = parseDuration(text, '--stats-interval')
  if (interval < LEAST_INTERVAL) throw invalidValue('--stats-interval', text, 'the least is 10ms', ['1s', '1m'])
  return interval
}

function endWithStdin(stop: () => void): void {
  process.stdin.on('end', stop)
  process.stdin.on('error', stop)
  process.stdin.resume()
}
