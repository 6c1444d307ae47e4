// A server that is bound to the wildcard address and gets a request to one of several addresses of its host: the answer must come from that
// address (RFC 1122, section 4.1.3.5), or a client that checks source addresses never gets it.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { ECHO_SERVERS, echoOnce, withServer } from './echo-server.mjs'
import { forwardTcp } from './path.mjs'
import { runProgram } from './program.mjs'
import { describeEnd } from './table.mjs'
import { UDPTOOL } from './udptool.mjs'

const CALLED = '127.0.0.2'
const BOUND_SECONDS = 10

/** Servers that answer only their own clients. */
const OWN_PROTOCOLS = [
  {
    name: 'irtt server',
    server: port => `irtt server -b :${port}`.split(' '),
    client: (host, port) => irttClient(host, port),
  },
  {
    name: 'irtt server --set-src-ip',
    server: port => `irtt server -b :${port} --set-src-ip`.split(' '),
    client: (host, port) => irttClient(host, port),
  },
  {
    name: 'iperf3 -s',
    tcp: true,
    server: port => `iperf3 -s -p ${port}`.split(' '),
    client: (host, port) => `iperf3 -c ${host} -p ${port} -u -t 1`.split(' '),
  },
  {
    name: 'sockperf server',
    server: port => `sockperf server -p ${port}`.split(' '),
    client: (host, port) => `sockperf ping-pong -i ${host} -p ${port} -t 1`.split(' '),
  },
]

export const WILDCARD_HEADER = [
  'server on the wildcard address',
  `called as ${CALLED} it answers from`,
  'a client there',
  'verdict',
]

export async function wildcardRows(installed) {
  const plain = ECHO_SERVERS.filter(({ askVersion, cuts }) => installed(askVersion) && cuts === undefined)
  const own = OWN_PROTOCOLS.filter(({ server }) => installed(server(0)))
  return await Promise.all([...plain.map(plainRow), ...own.map(ownRow)])
}

async function plainRow({ name, at }) {
  const { result } = await withServer(
    port => at('0.0.0.0', port),
    'udp',
    async port => {
      const answer = await echoOnce(CALLED, port, 100)
      return {
        from: answer?.from,
        ended: await runProgram([...UDPTOOL, 'send', '--to', `${CALLED}:${port}`, '--count', '5'], BOUND_SECONDS),
      }
    },
  )
  return row(name, result.from, 'udptool send', result.ended)
}

async function ownRow({ name, server, client, tcp }) {
  const { result } = await withServer(server, tcp ? 'tcp' : 'udp', async port => {
    const ended = await runProgram(client(CALLED, port), BOUND_SECONDS)
    return { from: await sourceOf(port, client, tcp), ended }
  })
  return row(name, result.from, client(CALLED, 0)[0], result.ended)
}

function row(name, from, client, ended) {
  const text = `${ended.stderr}\n${ended.stdout}`
  const cause =
    /the server answers from \S+, not from [\d.:]+\d/.exec(text) ??
    /^.*(?:error|no reply|did not answer).*$/im.exec(text)
  const outcome = `${client}: ${cause === null ? '' : `${cause[0].trim()}; `}${describeEnd(ended)}`
  return [name, from ?? 'no answer', outcome, from === CALLED ? '**right**' : '**wrong**']
}

function irttClient(host, port) {
  return `irtt client -Q -i 100ms -d 500ms --timeouts=1s,1s ${host}:${port}`.split(' ')
}

/** The source address of the first answer. The client runs through a forwarder that accepts answers from any address. */
async function sourceOf(port, client, tcp) {
  const [near, far] = [createSocket('udp4'), createSocket('udp4')]
  let [from, caller] = []
  near.on('message', (message, address) => {
    caller = address
    far.send(message, port, CALLED)
  })
  far.on('message', (message, { address }) => {
    from ??= address
    near.send(message, caller.port, caller.address)
  })
  near.bind(0, '127.0.0.1')
  await once(near, 'listening')
  const door = near.address().port
  const control = tcp ? await forwardTcp(door, CALLED, port) : undefined
  await runProgram(client('127.0.0.1', door), BOUND_SECONDS)
  control?.close()
  near.close()
  far.close()
  return from
}
