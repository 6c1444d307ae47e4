import { readVersion } from '../jobs/version.ts'
import { heedWriteErrors } from './streams.ts'

/** Runs the command line. Sets `process.exitCode`; loads what a command needs only when it is asked for. */
export async function main(argv: readonly string[]): Promise<void> {
  heedWriteErrors(process.stdout, 'standard output')
  heedWriteErrors(process.stderr, 'standard error')
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${readVersion()}\n`)
    return
  }
  const { runProgram } = await import('./program.ts')
  process.exitCode = await runProgram(argv)
}
