// The impairing path between a client and a server: `udptool relay`, which records what it did, and a TCP forwarder on the same port for
// tools that control the test over TCP.
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProgram, stopProgram, untilPrinted } from './program.mjs'
import { UDPTOOL } from './udptool.mjs'

const FOLDER = mkdtempSync(join(tmpdir(), 'udptool-comparison-'))
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }))

/** Puts a relay in front of the server at `to`. `stop` returns its record. */
export async function startPath({ to, up, down, seed, tcp }) {
  const truth = join(FOLDER, `${to}.json`)
  const relay = startProgram([
    ...UDPTOOL,
    ...`relay --listen 127.0.0.1:0 --to 127.0.0.1:${to} --seed ${seed}`.split(' '),
    '--truth',
    truth,
    ...(up === undefined ? [] : ['--up', up]),
    ...(down === undefined ? [] : ['--down', down]),
  ])
  const port = Number((await untilPrinted(relay, /^listening udp4 127\.0\.0\.1:(\d+)/))[1])
  const control = tcp ? await forwardTcp(port, '127.0.0.1', to) : undefined
  return {
    port,
    async stop() {
      control?.close()
      await stopProgram(relay)
      return JSON.parse(readFileSync(truth, 'utf8'))
    },
  }
}

/** Forwards TCP connections from a port of 127.0.0.1 to a server, unchanged. */
export async function forwardTcp(port, host, to) {
  const server = createServer(near => {
    const far = connect(to, host)
    near.pipe(far).pipe(near)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
