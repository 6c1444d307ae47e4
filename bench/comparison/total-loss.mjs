// Nothing gets through from the first datagram on: the output of each client, and its exit status for a script.
import { startPath } from './path.mjs'
import { withServer } from './echo-server.mjs'
import { iperf3 } from './iperf3.mjs'
import { irtt } from './irtt.mjs'
import { runProgram } from './program.mjs'
import { sockperf } from './sockperf.mjs'
import { describeEnd } from './table.mjs'
import { UDPTOOL, udptool } from './udptool.mjs'

/** Longer than iperf3 waits for its first datagram. */
const BOUND_SECONDS = 45

/** Clients, each with a server that would answer. socat and ncat send one line and wait two seconds for the reply. */
const CLIENTS = [
  {
    name: udptool.command,
    server: udptool.server,
    client: port => udptool.client(port).filter(one => one !== '--json'),
  },
  {
    name: 'udptool send hello',
    server: udptool.server,
    client: port => [...UDPTOOL, 'send', '--to', `127.0.0.1:${port}`, 'hello'],
  },
  { name: irtt.command, server: irtt.server, client: irtt.client },
  { name: iperf3.command, server: iperf3.server, client: iperf3.client, tcp: true },
  { name: sockperf.command, server: sockperf.server, client: sockperf.client },
  { name: 'sockperf ping-pong', server: sockperf.server, client: port => sockperf.client(port, { checked: true }) },
  {
    name: 'socat',
    server: udptool.server,
    client: port => ['socat', '-t2', '-', `UDP4:127.0.0.1:${port}`],
    input: 'hello\n',
  },
  {
    name: 'ncat -u',
    server: udptool.server,
    client: port => ['ncat', '-u', '-i', '2s', '127.0.0.1', String(port)],
    input: 'hello\n',
  },
]

export const TOTAL_LOSS_HEADER = ['client', 'output', 'ends with', 'verdict']

export async function totalLossRows(installed, seed) {
  return await Promise.all(CLIENTS.filter(({ client }) => installed(client(0))).map(one => totalLossRow(one, seed)))
}

async function totalLossRow({ name, server, client, tcp, input }, seed) {
  const { result } = await withServer(server, tcp ? 'tcp' : 'udp', async to => {
    const path = await startPath({ to, up: 'drop=100%', down: undefined, seed, tcp })
    const ended = await runProgram(client(path.port), BOUND_SECONDS, input)
    return { ended, record: await path.stop() }
  })
  const { ended, record } = result
  if (record.up.forwarded > 0) throw new Error(`${name}: the relay let ${record.up.forwarded} datagrams through`)
  const output = `${ended.stdout}\n${ended.stderr}`.trim().split('\n')
  return [name, summary(output), describeEnd(ended), ended.status === 0 ? '**wrong**' : '**right**']
}

/** The line with the result: an error, a loss, a verdict. Else the last line. */
function summary(lines) {
  return (lines.find(line => /error|fail|no reply|no messages|loss/i.test(line)) ?? lines.at(-1) ?? '') || 'nothing'
}
