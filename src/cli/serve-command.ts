import { closeSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parseDuration } from '../base/duration.ts'
import { MILLISECOND } from '../base/nanos.ts'
import { ECHO_FLAGS } from '../jobs/echo/flags.ts'
import { listeningEvent, listeningLine, statsEvent, statsLine, summaryEvent, summaryText } from '../jobs/echo/lines.ts'
import { EXIT } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { openFile } from './outputs.ts'
import { Signals } from './signals.ts'
import { write } from './streams.ts'

const EXAMPLES = `
Examples:
  udptool serve                          uppercase echo on 127.0.0.1:9000
  udptool serve --mode echo --port 0     verbatim echo on a free port
  udptool serve --recv-size 1024         cut every datagram at 1024 bytes
  udptool serve --delay 200ms            a slow handler that holds nobody else up
  udptool serve --host 0.0.0.0 --public  reachable from other hosts`

/** `udptool serve` */
export function addServeCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('serve')
    .description('answer datagrams: upper case, verbatim, a fixed text, or not at all')
  addFlags(command, ECHO_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await serve(options)))
}

async function serve(options: Options): Promise<number> {
  const { planEcho } = await import('../jobs/echo/plan.ts')
  const plan = planEcho({
    ...pick(options, ['host', 'port', 'mode', 'reply', 'recvSize', 'delay', 'engine', 'workers', 'recvBuffer']),
    ...pick(options, ['maxRate', 'maxRatePerSource', 'maxPeers', 'duration', 'maxIdle', 'maxDatagrams']),
    allow: listOf(options, 'allow'),
    deny: listOf(options, 'deny'),
    public: options['public'] === true,
  })
  const { portFile, statsInterval } = pick(options, ['portFile', 'statsInterval'])
  const every = statsInterval === undefined ? undefined : parseDuration(statsInterval, '--stats-interval')
  // Tried before the bind: a folder that is not there must not cost a server.
  if (portFile !== undefined) closeSync(openFile(`${portFile}.new`, '--port-file').fd)
  const json = options['json'] === true
  const { startEcho } = await import('../jobs/echo/run.ts')
  const signals = new Signals()
  try {
    const server = await startEcho(plan, false)
    if (portFile !== undefined) publishPort(portFile, server.address.port)
    await write(process.stdout, json ? listeningEvent(server) : listeningLine(server))
    signals.signal.addEventListener('abort', () => server.stop())
    if (signals.signal.aborted) server.stop()
    if (options['exitWithParent'] === true) endWithStdin(() => server.stop())
    const tell = (): void => void process.stdout.write(json ? statsEvent(server.facts) : statsLine(server.facts))
    const timer = every === undefined ? undefined : setInterval(tell, every / MILLISECOND)
    await server.done
    clearInterval(timer)
    await write(
      process.stdout,
      json ? summaryEvent(server.facts) : options['quiet'] === true ? '' : summaryText(server.facts),
    )
    return EXIT.done
  } finally {
    signals.close()
    if (portFile !== undefined) rmSync(`${portFile}.new`, { force: true })
    if (options['exitWithParent'] === true) process.stdin.destroy()
  }
}

/** A reader sees the whole number or no file. */
function publishPort(file: string, port: number): void {
  writeFileSync(`${file}.new`, `${port}\n`)
  renameSync(`${file}.new`, file)
}

function endWithStdin(stop: () => void): void {
  process.stdin.on('end', stop)
  process.stdin.on('error', stop)
  process.stdin.resume()
}
