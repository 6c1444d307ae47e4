import type { Command } from 'commander'
import { TCP_SERVE_FLAGS } from '../jobs/tcp-serve/flags.ts'
import {
  deedEvent,
  deedLine,
  listeningEvent,
  listeningLine,
  statsEvent,
  statsLine,
  summaryEvent,
  summaryText,
} from '../jobs/tcp-serve/lines.ts'
import { EXIT } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { runServer } from './run-server.ts'

const EXAMPLES = `
Examples:
  udptool tcp serve                            uppercase echo on port 9000
  udptool tcp serve --inbox uploads            files of tcp put
  udptool tcp serve --commands commands.json   commands for tcp run
  echo '{ "disk": ["df", "-h"], "up": ["uptime"] }' > commands.json`

/** `udptool tcp serve` */
export function addTcpServeCommand(group: Command, done: (status: number) => void): void {
  const command = group.command('serve').description('answer streams, take files, run commands')
  addFlags(command, TCP_SERVE_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await serve(options)))
}

async function serve(options: Options): Promise<number> {
  const { planTcpServe } = await import('../jobs/tcp-serve/plan.ts')
  const plan = planTcpServe({
    ...pick(options, ['host', 'port', 'mode', 'inbox', 'maxSize', 'commands', 'maxTime', 'maxOutput']),
    ...pick(options, ['maxConnections', 'idle', 'duration']),
    replace: options['replace'] !== false,
    allow: listOf(options, 'allow'),
    deny: listOf(options, 'deny'),
    public: options['public'] === true,
  })
  const json = options['json'] === true
  const quiet = options['quiet'] === true
  const { startTcpServe } = await import('../jobs/tcp-serve/run.ts')
  await runServer(
    options,
    () =>
      startTcpServe(plan, deed => {
        if (json || !quiet) process.stdout.write(json ? deedEvent(deed) : deedLine(deed))
      }),
    {
      ready: server => (json ? listeningEvent(server) : listeningLine(server)),
      stats: ({ facts }) => (json ? statsEvent(facts) : statsLine(facts)),
      end: ({ facts }) => (json ? summaryEvent(facts) : quiet ? '' : summaryText(facts)),
    },
  )
  return EXIT.done
}
