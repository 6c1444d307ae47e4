// Round trips and pacing at 5000 probes per second for 2 s. Programs that wait are not pinned to a core, as in normal use.
import { freePort, result, run, startServer, UDPTOOL } from '../programs.mjs'

const RATE = 5000
const SIZE = 64
const SECONDS = 2
const ANYWHERE = { core: 'any' }

export function timingRows() {
  let server
  const ours = async () => {
    server ??= await startServer(process.execPath, [UDPTOOL, 'serve', '--port', '0'], ANYWHERE)
    const flags = `send --interval 200us --count ${RATE * SECONDS} --size ${SIZE} --to 127.0.0.1:${server.port}`
    return result(flags.split(' '), ANYWHERE)
  }
  return [
    {
      name: `round trip at ${RATE}/s, median`,
      against: 'sockperf ping-pong',
      unit: 's',
      target: { most: 1.2 },
      needs: ['sockperf'],
      async measure() {
        const { rtt } = await ours()
        return { ours: rtt.p50Ms / 1e3, theirs: await sockperf() }
      },
    },
    {
      name: `timers missed at ${RATE}/s`,
      against: 'irtt',
      unit: '%',
      target: { most: 0.05 },
      needs: ['irtt'],
      async measure() {
        const { pacing, ledger } = await ours()
        return { ours: (100 * pacing.missed) / ledger.scheduled, theirs: await irtt() }
      },
    },
  ]
}

/** Its median round trip, s. */
async function sockperf() {
  const port = await freePort()
  const server = await startServer('sockperf', ['server', '-i', '127.0.0.1', '-p', String(port)], { port, ...ANYWHERE })
  try {
    const flags = `ping-pong -i 127.0.0.1 -p ${port} --mps ${RATE} -t ${SECONDS} -m ${SIZE} --full-rtt`
    const match = /percentile 50\.000\s*=\s*([\d.]+)/.exec(await run('sockperf', flags.split(' '), ANYWHERE))
    if (match === null) throw new Error('sockperf printed no median')
    return Number(match[1]) / 1e6
  } finally {
    server.stop()
  }
}

/** The share of its timers that it missed, %. */
async function irtt() {
  const port = await freePort()
  const server = await startServer('irtt', ['server', '-b', `127.0.0.1:${port}`, '-i', '0'], { port, ...ANYWHERE })
  try {
    const flags = `client -q -i ${1e6 / RATE}us -d ${SECONDS}s -l ${SIZE} 127.0.0.1:${port}`
    const match = /timer stats: \d+\/\d+ \(([\d.]+)%\) missed/.exec(await run('irtt', flags.split(' '), ANYWHERE))
    if (match === null) throw new Error('irtt printed no timer misses')
    return Number(match[1])
  } finally {
    server.stop()
  }
}
