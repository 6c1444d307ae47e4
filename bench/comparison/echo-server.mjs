// Echo servers that serve any client, judged by a client in this file: what comes back, from which address, and what the server printed
// about it.
import { createSocket } from 'node:dgram'
import { freePort, untilBound } from './port.mjs'
import { runProgram, startProgram, stopProgram } from './program.mjs'
import { UDPTOOL } from './udptool.mjs'

const TIMEOUT_MS = 2000

/** `at(host, port)` is the command of an echo server. `cuts` marks one that is configured to read too little. */
export const ECHO_SERVERS = [
  {
    name: 'udptool serve',
    askVersion: [...UDPTOOL, '--version'],
    at: (host, port) => [
      ...UDPTOOL,
      ...`serve --mode echo --host ${host} --port ${port}`.split(' '),
      ...(host === '0.0.0.0' ? ['--public', '--max-rate-per-source', '1Gpps'] : []),
    ],
  },
  {
    name: 'udptool serve --engine dgram',
    askVersion: [...UDPTOOL, '--version'],
    at: (host, port) => [
      ...UDPTOOL,
      ...`serve --mode echo --engine dgram --host ${host} --port ${port}`.split(' '),
      ...(host === '0.0.0.0' ? ['--public', '--max-rate-per-source', '1Gpps'] : []),
    ],
  },
  {
    name: 'udptool serve --recv-size 1024',
    cuts: 1024,
    askVersion: [...UDPTOOL, '--version'],
    at: (host, port) => [...UDPTOOL, ...`serve --mode echo --host ${host} --port ${port} --recv-size 1024`.split(' ')],
  },
  {
    name: 'socat UDP4-RECVFROM … EXEC:cat',
    askVersion: ['socat', '-V'],
    at: (host, port) => ['socat', `UDP4-RECVFROM:${port},bind=${host},fork`, 'EXEC:cat'],
  },
  {
    name: 'socat -b 65507, the same',
    askVersion: ['socat', '-V'],
    at: (host, port) => ['socat', '-b', '65507', `UDP4-RECVFROM:${port},bind=${host},fork`, 'EXEC:cat'],
  },
  {
    name: 'ncat -u -l -k -e cat',
    askVersion: ['ncat', '--version'],
    at: (host, port) => ['ncat', '-u', '-l', '-k', '-e', '/bin/cat', host, String(port)],
  },
]

/**
 * Starts a server on a free port of a host, does the work, and ends the server. Returns the result of the work and the output of the
 * server.
 */
export async function withServer(command, kind, work) {
  const port = await freePort()
  const server = startProgram(command(port))
  try {
    await untilBound(server, kind, port)
    return { result: await work(port), output: server.printed }
  } finally {
    await stopProgram(server)
  }
}

/** Sends one datagram from an unconnected socket and returns what comes back, from any address. Undefined if nothing does. */
export function echoOnce(host, port, size) {
  const socket = createSocket('udp4')
  return new Promise((resolve, reject) => {
    const settle = answer => {
      clearTimeout(timer)
      socket.close()
      resolve(answer)
    }
    const timer = setTimeout(settle, TIMEOUT_MS)
    socket.on('error', reject)
    socket.on('message', (message, from) => settle({ length: message.length, from: from.address }))
    socket.send(Buffer.alloc(size, 'x'), port, host)
  })
}

/** The Result of `udptool send` to a server. */
export async function probe(port, size) {
  const flags = `send --to 127.0.0.1:${port} --size ${size} --count 5 --interval 20ms --json`.split(' ')
  const { stdout, status } = await runProgram([...UDPTOOL, ...flags], 20)
  return { ...JSON.parse(stdout), status }
}
