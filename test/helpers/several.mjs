// Runs a command line for each argument, split at spaces, one after another in one process, because a start of Node takes longer than most
// commands. Prints the output of each command, then `status` with its exit status. Both output streams must be pipes.
import { start } from '../../dist/cli/start.js'

for (const line of process.argv.slice(2)) {
  process.exitCode = undefined
  await start(line.split(' '))
  for (const stream of [process.stdout, process.stderr]) {
    // Removes what the command has changed about this stream.
    stream.removeAllListeners('error')
    delete stream.write
  }
  process.stdout.write(`status ${process.exitCode ?? 0}\n`)
}
process.exitCode = 0
