import { usage } from '../../base/error.ts'
import {
  listeningEvent,
  listeningLine,
  statsEvent,
  statsLine,
  summaryEvent,
  summaryText,
} from '../../runs/echo/lines.ts'
import { ECHO_OPTIONS } from '../../runs/echo/options.ts'
import { PeerLines } from '../../runs/echo/peer-lines.ts'
import { planEcho } from '../../runs/echo/plan.ts'
import { startEcho, type EchoRun } from '../../runs/echo/run.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { rawOptions, type Options } from '../../options/raw-options.ts'
import { COMMON_OPTIONS } from '../flags.ts'
import { prepareServer } from './server-run.ts'
import type { showServer } from '../screen/show-server.ts'
import type { Prepared } from '../subcommand.ts'

/** `--stats-interval` of `--live` without a terminal. */
const PLAIN_INTERVAL = '10s'

/** `udptool serve` */
export async function prepareEcho(options: Options): Promise<Prepared> {
  const plan = planEcho(rawOptions(ECHO_OPTIONS, options))
  const { live: wantsLive, workers } = parseOptions(ECHO_OPTIONS, rawOptions(ECHO_OPTIONS, options))
  const { json, quiet, verbose: logs } = parseOptions(COMMON_OPTIONS, options)
  if (wantsLive && (json || quiet))
    throw usage(`--live and ${json ? '--json' : '--quiet'} exclude each other`, 'leave one of them out')
  const show = wantsLive ? await screenOfServer() : undefined
  const live = show !== undefined
  const warn = warnOnce()
  const lines = new PeerLines(json)
  const { statsInterval = wantsLive && !live ? PLAIN_INTERVAL : undefined } = options
  return prepareServer<EchoRun>(
    { ...options, statsInterval },
    {
      start() {
        if (wantsLive && !live) process.stderr.write(noScreen(String(statsInterval)))
        const extras = { ...(logs ? { logs } : {}), ...(live ? { live } : {}) }
        return startEcho({ ...plan, respond: { ...plan.respond, ...extras } }, false)
      },
      ready: server => (json ? listeningEvent(server) : listeningLine(server)),
      stats: ({ facts }, time) => (json ? statsEvent(facts, time) : statsLine(facts, time)),
      end(server) {
        warn(server)
        return `${lines.last(server.facts, Date.now())}${json ? summaryEvent(server.facts) : quiet ? '' : summaryText(server.facts)}`
      },
      ...(show === undefined
        ? {
            tick(server) {
              warn(server)
              if (logs) process.stdout.write(lines.next(server.facts, Date.now()))
            },
          }
        : { show: (server, session) => show(server, session, { workers, lines: logs ? lines : undefined }) }),
    },
  )
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
function warnOnce(): (server: Pick<EchoRun, 'facts'>) => void {
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
