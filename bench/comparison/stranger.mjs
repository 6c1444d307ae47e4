// The effect on a server of a few datagrams from a host without a key: does it still run, and does it still answer its own client?
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { ECHO_SERVERS, echoOnce } from './echo-server.mjs'
import { irtt } from './irtt.mjs'
import { startProgram, stopProgram, runProgram } from './program.mjs'
import { sockperf } from './sockperf.mjs'
import { freePort, untilBound } from './port.mjs'

const RANDOM_DATAGRAMS = 1000
const LARGEST = 1472
const SETTLE_MS = 500
const BOUND_SECONDS = 10

/** irtt's open request: version 1, 60 s, 20 ms, both counts of the server, both time stamps, and no clock. */
const OPEN_WITHOUT_CLOCK = Buffer.from('14a75b01010202809c9c390380b4891305060606', 'hex')
/** irtt's echo request: magic and flags, then the token of the open reply, the sequence number 0, and empty fields. */
const ECHO = { head: Buffer.from('14a75b00', 'hex'), token: [4, 12], rest: Buffer.alloc(52) }

/** Servers with their own client, which must still be answered. An echo server gets one plain datagram instead. */
const SERVERS = [
  ...ECHO_SERVERS.filter(({ cuts }) => cuts === undefined).map(({ name, askVersion, at }) => ({
    name,
    askVersion,
    server: port => at('127.0.0.1', port),
    answers: async port => (await echoOnce('127.0.0.1', port, 100)) !== undefined,
  })),
  ...[irtt, sockperf].map(({ name, askVersion, server, client }) => ({
    name: `${name} server`,
    askVersion,
    server,
    answers: async port => (await runProgram(client(port), BOUND_SECONDS)).status === 0,
  })),
]

export const STRANGER_HEADER = ['server', 'two datagrams of irtt', `${RANDOM_DATAGRAMS} random datagrams`]

export async function strangerRows(installed) {
  const rows = []
  for (const one of SERVERS.filter(({ askVersion }) => installed(askVersion)))
    rows.push([one.name, await after(one, openWithoutClock), await after(one, randomDatagrams)])
  return rows
}

/** Starts the server, sends the datagrams, and checks whether it still runs and answers. */
async function after({ server, answers }, send) {
  const port = await freePort()
  const program = startProgram(server(port))
  try {
    await untilBound(program, 'udp', port)
    await send(port)
    await pause(SETTLE_MS)
    if (program.child.exitCode !== null || program.child.signalCode !== null) {
      const { stdout, stderr } = program.printed
      const cause = /^panic: .*/m.exec(stdout + stderr)?.[0]
      return `it ended: exit ${await program.exited}${cause === undefined ? '' : `, ${cause}`}; **wrong**`
    }
    return (await answers(port)) ? 'it runs and answers; **right**' : 'it runs and answers no more; **wrong**'
  } finally {
    await stopProgram(program)
  }
}

async function openWithoutClock(port) {
  const socket = createSocket('udp4')
  const opened = once(socket, 'message', { signal: AbortSignal.timeout(SETTLE_MS) }).catch(() => [Buffer.alloc(12)])
  socket.send(OPEN_WITHOUT_CLOCK, port, '127.0.0.1')
  const [reply] = await opened
  await sent(socket, port, Buffer.concat([ECHO.head, reply.subarray(...ECHO.token), ECHO.rest]))
  socket.close()
}

/** Sizes from 0 to the maximum in turn, with bytes from a multiplicative congruential generator, so that each run sends the same. */
async function randomDatagrams(port) {
  const socket = createSocket('udp4')
  let state = 1
  for (let i = 0; i < RANDOM_DATAGRAMS; i++) {
    const bytes = Buffer.alloc((i * 7) % (LARGEST + 1))
    for (let at = 0; at < bytes.length; at++) bytes[at] = (state = (state * 48271) % 0x7fffffff) & 0xff
    await sent(socket, port, bytes)
  }
  socket.close()
}

function sent(socket, port, bytes) {
  return new Promise((resolve, reject) =>
    socket.send(bytes, port, '127.0.0.1', error => (error === null || error === undefined ? resolve() : reject(error))),
  )
}
