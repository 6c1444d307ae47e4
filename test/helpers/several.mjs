// Runs the command line that was built once for each argument, whose words spaces separate, one after another in one process: starting Node
// costs more than most commands do. Prints what each printed, and then `status` with its exit status. Both output streams must be pipes.
import { start } from '../../dist/cli/start.js'

for (const line of process.argv.slice(2)) {
  process.exitCode = undefined
  await start(line.split(' '))
  for (const stream of [process.stdout, process.stderr]) {
    // What the command put around this stream.
    stream.removeAllListeners('error')
    delete stream.write
  }
  process.stdout.write(`status ${process.exitCode ?? 0}\n`)
}
process.exitCode = 0
