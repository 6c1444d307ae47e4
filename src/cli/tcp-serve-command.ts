import type { Command } from 'commander'
import { TCP_SERVE_FLAGS } from '../runs/tcp-serve/flags.ts'
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
} from '../runs/tcp-serve/lines.ts'
import type { TcpEvent } from '../runs/tcp-serve/facts.ts'
import type { TcpServeRun } from '../runs/tcp-serve/run.ts'
import { EXIT } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { runServer } from './run-server.ts'
import { write } from './streams.ts'

const EXAMPLES = `
Examples:
  udptool tcp serve                            uppercase echo on port 9000
  udptool tcp serve --inbox uploads            files of tcp put
  udptool tcp serve --commands commands.json   commands for tcp run
  echo '{ "disk": ["df", "-h"], "up": ["uptime"] }' > commands.json`

/** Of these there may be many, and strangers can cause them. */
const ONLY_VERBOSE: ReadonlySet<TcpEvent['event']> = new Set(['opened', 'closed', 'turnedAway'])

/** `udptool tcp serve` */
export function addTcpServeCommand(group: Command, done: (status: number) => void): void {
  const command = group.command('serve').description('answer streams, take files, run commands')
  addFlags(command, TCP_SERVE_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await serve(options)))
}

async function serve(options: Options): Promise<number> {
  const { planTcpServe } = await import('../runs/tcp-serve/plan.ts')
  const plan = planTcpServe({
    ...pick(options, ['host', 'port', 'mode', 'inbox', 'maxSize', 'maxInbox', 'maxFiles']),
    ...pick(options, ['commands', 'maxTime', 'maxOutput', 'maxConnections', 'maxConnectionsPerSource']),
    ...pick(options, ['headerTime', 'minRate', 'maxAge', 'idle', 'duration']),
    replace: options['replace'] !== false,
    allow: listOf(options, 'allow'),
    deny: listOf(options, 'deny'),
    public: options['public'] === true,
  })
  const json = options['json'] === true
  const quiet = options['quiet'] === true
  const verbose = options['verbose'] === true
  const show = (event: TcpEvent): void => {
    if (!verbose && ONLY_VERBOSE.has(event.event)) return
    if (json) process.stdout.write(tcpEventJson(event))
    else if (!quiet) process.stdout.write(tcpEventLine(event))
    // What the operator must mend.
    else if (event.event === 'refused' && event.kind === 'storage')
      process.stderr.write(`udptool: ${tcpEventLine(event)}`)
  }
  const { startTcpServe } = await import('../runs/tcp-serve/run.ts')
  const start = async (): Promise<TcpServeRun> => {
    const server = await startTcpServe(plan, show)
    const removed = removedLine(server.removed)
    if (removed !== undefined && !quiet) await write(process.stderr, removed)
    return server
  }
  await runServer(options, start, {
    ready: server => (json ? listeningEvent(server) : listeningLine(server)),
    stats: ({ facts }, time) => (json ? statsEvent(facts, time) : statsLine(facts, time)),
    end: ({ facts }) => (json ? summaryEvent(facts) : quiet ? '' : summaryText(facts)),
  })
  return EXIT.done
}
