import { usage } from '../../base/error.ts'
import { statsEvent, statsLine, summaryEvent, summaryText, type ServerBeside } from '../../runs/server-lines.ts'
import { PeerLines } from '../../runs/peer-lines.ts'
import type { ResponderRun } from '../../runs/responder-run.ts'
import type { ServerFacts } from '../../facts/server.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import { parseOptions } from '../../options/parse-options.ts'
import type { Options } from '../../options/raw-options.ts'
import { COMMON_OPTIONS } from '../flags.ts'
import { prepareServer } from './server-run.ts'
import type { showServer } from '../screen/show-server.ts'
import type { Prepared } from '../subcommand.ts'

/** `--stats-interval` of `--live` without a terminal. */
const PLAIN_INTERVAL = '10s'

/** A server that answers datagrams: how it starts, and its ready line. */
export interface ResponderServer<Server extends ResponderRun> {
  /** @param extras what the command line adds to the plan */
  readonly start: (extras: Pick<ResponderPlan, 'logs' | 'live'>) => Promise<Server>
  readonly line: (server: Server) => string
  readonly event: (server: Server) => string
  /** The server of another protocol beside it. */
  readonly beside?: (server: Server) => (ServerBeside & Pick<ResponderRun, 'address'>) | undefined
  /** The command and the mode that the live view shows. */
  readonly command: string
  readonly mode: string
  readonly workers: number
  readonly wantsLive: boolean
}

/** Prepares a server with the counters, the lines of `-v`, the events and the live view of `serve`. */
export async function prepareResponder<Server extends ResponderRun>(
  options: Options,
  { start, line, event, beside, command, mode, workers, wantsLive }: ResponderServer<Server>,
): Promise<Prepared> {
  const { json, quiet, verbose: logs } = parseOptions(COMMON_OPTIONS, options)
  if (wantsLive && (json || quiet))
    throw usage(`--live and ${json ? '--json' : '--quiet'} exclude each other`, 'leave one of them out')
  const show = wantsLive ? await screenOfServer() : undefined
  const live = show !== undefined
  const warn = warnOnce()
  const log = new ServerLog<Server>(json, beside)
  const { statsInterval = wantsLive && !live ? PLAIN_INTERVAL : undefined } = options
  return prepareServer<Server>(
    { ...options, statsInterval },
    {
      start() {
        if (wantsLive && !live) process.stderr.write(noScreen(String(statsInterval)))
        return start({ ...(logs ? { logs } : {}), ...(live ? { live } : {}) })
      },
      ready: server => (json ? event(server) : line(server)),
      stats: (server, time) => (json ? statsEvent : statsLine)(server.facts, time, beside?.(server)),
      end(server) {
        warn(server)
        const summary = json ? summaryEvent : summaryText
        return `${log.last(server)}${quiet && !json ? '' : summary(server.facts, beside?.(server))}`
      },
      ...(show === undefined
        ? {
            tick(server) {
              warn(server)
              if (logs) process.stdout.write(log.next(server))
            },
          }
        : {
            show: (server, session) =>
              show(server, session, {
                command,
                mode,
                workers,
                beside: beside?.(server),
                ...(logs ? { log: () => log.next(server) } : {}),
              }),
          }),
    },
  )
}

/** The lines of `-v` of a server and of the one beside it. */
class ServerLog<Server extends ResponderRun> {
  readonly #lines: PeerLines
  readonly #json: boolean
  readonly #beside: ResponderServer<Server>['beside']
  #others: PeerLines | undefined

  constructor(json: boolean, beside: ResponderServer<Server>['beside']) {
    this.#lines = new PeerLines(json)
    this.#json = json
    this.#beside = beside
  }

  next(server: Server): string {
    return this.#each(server, (lines, facts, now) => lines.next(facts, now))
  }

  last(server: Server): string {
    return this.#each(server, (lines, facts, now) => lines.last(facts, now))
  }

  #each(server: Server, text: (lines: PeerLines, facts: ServerFacts, now: number) => string): string {
    const now = Date.now()
    const own = text(this.#lines, server.facts, now)
    const beside = this.#beside?.(server)
    if (beside === undefined) return own
    this.#others ??= new PeerLines(this.#json, beside.protocol)
    return `${own}${text(this.#others, beside.facts, now)}`
  }
}

function noScreen(interval: string): string {
  const why = 'standard output is no terminal, TERM is dumb, or CI is set'
  return `udptool: no live view (${why}): printing counters every ${interval} (--stats-interval)\n`
}

/** Undefined if there is no terminal for it. */
async function screenOfServer(): Promise<typeof showServer | undefined> {
  const { canShowScreen } = await import('../screen/show-watch.ts')
  return canShowScreen() ? (await import('../screen/show-server.ts')).showServer : undefined
}

/** Warns once while the server runs if it cannot receive. */
function warnOnce(): (server: Pick<ResponderRun, 'facts'>) => void {
  let isWarned = false
  return ({ facts: { receiveErrors } }) => {
    const [name] = Object.keys(receiveErrors)
    if (isWarned || name === undefined) return
    isWarned = true
    process.stderr.write(
      `udptool: warning: our own kernel refuses to receive (${name}): datagrams that arrived are not read. The server tries again\n`,
    )
  }
}
