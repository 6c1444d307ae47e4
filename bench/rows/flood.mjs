// `send --flood` with a full ledger: datagrams per second that came back whole, each with its fate.
import { freePort, limit, result, run, startServer, UDPTOOL } from '../programs.mjs'

const TRAIN_WINDOW = 1024

/** Datagrams per second that iperf3 delivers, with its server and client on one core each. Only those that its server counted. */
async function iperf3(size, seconds) {
  const port = await freePort()
  const server = await startServer('iperf3', ['-s', '-1', '-B', '127.0.0.1', '-p', String(port)], { port })
  try {
    const text = await run('iperf3', ['-c', '127.0.0.1', '-p', port, '-u', '-b', 0, '-l', size, '-t', seconds, '-J'])
    const { sum } = JSON.parse(text).end
    return (sum.packets - sum.lost_packets) / sum.seconds
  } finally {
    server.stop()
  }
}

export function floodRows(seconds) {
  // Long enough that the warm-up of the program, about a second, does not dominate.
  const whole = Math.max(3, Math.round(seconds))
  let server
  let echo
  return [64, 1200].map(size => ({
    name: `send --flood, ${size} B, full ledger`,
    against: 'the less of 10 × iperf3 and C ÷ 4',
    unit: '/s',
    target: { least: 1 },
    needs: ['gcc', 'iperf3'],
    rounds: 3,
    async measure() {
      server ??= await startServer(process.execPath, [UDPTOOL, 'serve', '--port', '0'])
      echo ??= await startServer(await limit('echo'), ['2', 'trains'])
      const { ledger, throughput } = await result(
        `send --flood --duration ${whole}s --size ${size} --to 127.0.0.1:${server.port}`.split(' '),
      )
      const sum = Object.values(ledger.fates).reduce((total, count) => total + count, 0)
      if (sum !== ledger.scheduled) throw new Error(`the fates add up to ${sum}, scheduled were ${ledger.scheduled}`)
      const load = await run(await limit('load'), [echo.port, size, TRAIN_WINDOW, seconds, 'trains'])
      const [replies, took] = load.split(' ').map(Number)
      return {
        ours: throughput.repliesPerSecond,
        theirs: Math.min(10 * (await iperf3(size, whole)), replies / took / 4),
      }
    },
  }))
}
