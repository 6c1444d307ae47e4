import { readVersion } from '../runs/version.ts'
import { EXIT } from './exit.ts'
import { StandardStreams, write } from './output/streams.ts'

/** Runs the command line and sets `process.exitCode`. Modules are loaded on first use. */
export async function main(argv: readonly string[]): Promise<void> {
  const streams = new StandardStreams()
  const status = await (isVersion(argv) ? showVersion() : run(argv))
  process.exitCode = streams.finish(status)
  await leaveLookups(status)
}

/**
 * After a signal during a lookup: at exit Node waits for the thread in getaddrinfo(3), possibly for many seconds, so the process kills
 * itself with the signal. A shell shows the same status for both.
 */
async function leaveLookups(status: number): Promise<void> {
  const signal = status === EXIT.interrupted ? 'SIGINT' : status === EXIT.terminated ? 'SIGTERM' : undefined
  if (signal === undefined) return
  const { isResolving } = await import('../engine/resolve.ts')
  if (isResolving()) process.kill(process.pid, signal)
}

function isVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')
}

async function showVersion(): Promise<number> {
  await write(process.stdout, `${readVersion()}\n`)
  return EXIT.done
}

async function run(argv: readonly string[]): Promise<number> {
  const { runProgram } = await import('./program.ts')
  return runProgram(argv)
}
