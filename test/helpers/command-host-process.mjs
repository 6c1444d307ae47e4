import { setImmediate as turn } from 'node:timers/promises'
import { start } from '../../dist/cli/start.js'

// Runs one command line after the other, as bin/udptool.js runs one: each message has the arguments. When a command is done and has left
// nothing that would keep its process alive, both output streams get a line with its exit status.

process.on('message', args => void run(args))
const idle = new Set(process.getActiveResourcesInfo())

async function run(args) {
  process.exitCode = undefined
  await start(args)
  await released()
  for (const stream of [process.stdout, process.stderr]) {
    // What the command put around this stream.
    stream.removeAllListeners('error')
    delete stream.write
    stream.write(`\0${process.exitCode ?? 0}\0`)
  }
}

/** A process ends when nothing is open; one that does not end is found by the patience of whoever waits for it. */
async function released() {
  do {
    await turn()
    await new Promise(resolve => setTimeout(resolve, 1).unref())
  } while (process.getActiveResourcesInfo().some(name => !idle.has(name)))
}
