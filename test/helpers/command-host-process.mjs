import { setImmediate as turn } from 'node:timers/promises'
import { start } from '../../dist/cli/start.js'

// Runs command lines one after the other, each as bin/udptool.js does: a message contains the arguments. When a command has ended and no
// resource would keep its process alive, writes the exit status to both output streams.

process.on('message', args => void run(args))
const idle = new Set(process.getActiveResourcesInfo())

async function run(args) {
  process.exitCode = undefined
  await start(args)
  await released()
  for (const stream of [process.stdout, process.stderr]) {
    // Removes what the command has changed about this stream.
    stream.removeAllListeners('error')
    delete stream.write
    stream.write(`\0${process.exitCode ?? 0}\0`)
  }
}

/** Waits until no resource is open that would keep a process alive. If one stays open, the test fails by its time limit. */
async function released() {
  do {
    await turn()
    await new Promise(resolve => setTimeout(resolve, 1).unref())
  } while (process.getActiveResourcesInfo().some(name => !idle.has(name)))
}
