import type { TcpEvent } from '../../runs/tcp-serve/facts.ts'
import {
  tcpEventJson,
  tcpEventLine,
  listeningEvent,
  listeningLine,
  removedLine,
  statsEvent,
  statsLine,
  summaryEvent,
  summaryText,
} from '../../runs/tcp-serve/lines.ts'
import { TCP_SERVE_OPTIONS } from '../../runs/tcp-serve/options.ts'
import { planTcpServe } from '../../runs/tcp-serve/plan.ts'
import { startTcpServe } from '../../runs/tcp-serve/run.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { rawOptions, type Options } from '../../options/raw-options.ts'
import { COMMON_OPTIONS } from '../flags.ts'
import { prepareServer } from './server-run.ts'
import { write } from '../output/streams.ts'
import type { Prepared } from '../subcommand.ts'

/** There may be many of these, and clients can cause them. */
const ONLY_VERBOSE: ReadonlySet<TcpEvent['event']> = new Set(['opened', 'closed', 'turnedAway'])

/** `udptool tcp serve` */
export function prepareTcpServer(options: Options): Prepared {
  const plan = planTcpServe(rawOptions(TCP_SERVE_OPTIONS, options))
  const { json, quiet, verbose } = parseOptions(COMMON_OPTIONS, options)
  const show = (event: TcpEvent): void => {
    if (!verbose && ONLY_VERBOSE.has(event.event)) return
    if (json) process.stdout.write(tcpEventJson(event))
    else if (!quiet) process.stdout.write(tcpEventLine(event))
    // An error that the operator must fix.
    else if (event.event === 'refused' && event.kind === 'storage')
      process.stderr.write(`udptool: ${tcpEventLine(event)}`)
  }
  return prepareServer(options, {
    async start() {
      const server = await startTcpServe(plan, show)
      const removed = removedLine(server.removed)
      if (removed !== undefined && !quiet) await write(process.stderr, removed)
      return server
    },
    ready: server => (json ? listeningEvent(server) : listeningLine(server)),
    stats: ({ facts }, time) => (json ? statsEvent(facts, time) : statsLine(facts, time)),
    end: ({ facts }) => (json ? summaryEvent(facts) : quiet ? '' : summaryText(facts)),
  })
}
