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
import type { Prepared } from '../subcommand.ts'

/** `udptool serve` */
export function prepareEcho(options: Options): Prepared {
  const plan = planEcho(rawOptions(ECHO_OPTIONS, options))
  const { json, quiet, verbose: logs } = parseOptions(COMMON_OPTIONS, options)
  const warn = warnOnce()
  const lines = new PeerLines(json)
  return prepareServer(options, {
    start: () => startEcho({ ...plan, respond: { ...plan.respond, ...(logs ? { logs } : {}) } }, false),
    ready: server => (json ? listeningEvent(server) : listeningLine(server)),
    stats: ({ facts }, time) => (json ? statsEvent(facts, time) : statsLine(facts, time)),
    end: server =>
      `${lines.last(server.facts, Date.now())}${json ? summaryEvent(server.facts) : quiet ? '' : summaryText(server.facts)}`,
    tick(server) {
      warn(server)
      if (logs) process.stdout.write(lines.next(server.facts, Date.now()))
    },
  })
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
