import type { Command } from 'commander'
import { ECHO_FLAGS } from '../runs/echo/flags.ts'
import { listeningEvent, listeningLine, statsEvent, statsLine, summaryEvent, summaryText } from '../runs/echo/lines.ts'
import { datagramEvent, datagramLine, unseenEvent, unseenLine } from '../runs/echo/datagram-lines.ts'
import type { EchoRun } from '../runs/echo/run.ts'
import { readEchoOptions } from '../runs/echo/written.ts'
import { EXIT } from './exit.ts'
import { addFlags, type Options } from './flags.ts'
import { runServer } from './run-server.ts'

const EXAMPLES = `
Examples:
  udptool serve                          uppercase echo on 127.0.0.1:9000
  udptool serve --mode echo --port 0     verbatim echo on a free port
  udptool serve --recv-size 1024         cut every datagram at 1024 bytes
  udptool serve --delay 200ms            a slow handler; nobody else waits
  udptool serve --host 0.0.0.0 --public  reachable from other hosts`

/** `udptool serve` */
export function addServeCommand(program: Command, done: (status: number) => void): void {
  const command = program.command('serve').description('answer datagrams, in upper case or as they came')
  addFlags(command, ECHO_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await serve(options)))
}

async function serve(options: Options): Promise<number> {
  const { planEcho } = await import('../runs/echo/plan.ts')
  const plan = planEcho(readEchoOptions(options))
  const json = options['json'] === true
  const logs = options['verbose'] === true
  const { startEcho } = await import('../runs/echo/run.ts')
  const warn = warnOnce()
  let omitted = 0
  /** What was seen since the last time. */
  const seen = ({ facts }: EchoRun): string => {
    const lines = (facts.seen?.splice(0) ?? []).map(one => (json ? datagramEvent(one) : datagramLine(one)))
    const more = (facts.unseen ?? 0) - omitted
    omitted += more
    if (more > 0) lines.push(json ? unseenEvent(more) : unseenLine(more))
    return lines.join('')
  }
  await runServer(
    options,
    () => startEcho({ ...plan, respond: { ...plan.respond, ...(logs ? { logs } : {}) } }, false),
    {
      ready: server => (json ? listeningEvent(server) : listeningLine(server)),
      stats: ({ facts }, time) => (json ? statsEvent(facts, time) : statsLine(facts, time)),
      end: server => {
        const end = json ? summaryEvent(server.facts) : options['quiet'] === true ? '' : summaryText(server.facts)
        return `${seen(server)}${end}`
      },
    },
    server => {
      warn(server)
      if (logs) process.stdout.write(seen(server))
    },
  )
  return EXIT.done
}

/** A server that cannot receive has to be noticed while it runs. */
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
