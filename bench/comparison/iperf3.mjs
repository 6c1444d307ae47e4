// iperf3 -u (https://github.com/esnet/iperf): one direction at a given rate. It runs in the impaired direction.
import { TRAFFIC } from './case.mjs'

const { size, intervalMs, seconds } = TRAFFIC
const BITS_PER_SECOND = (size * 8 * 1000) / intervalMs

export const iperf3 = {
  name: 'iperf3',
  command: 'iperf3 -u',
  askVersion: ['iperf3', '--version'],
  canCheck: false,
  controlOverTcp: true,
  server: port => `iperf3 -s -1 -B 127.0.0.1 -p ${port}`.split(' '),
  client: (port, { down } = {}) => [
    ...`iperf3 -c 127.0.0.1 -p ${port} -u -l ${size} -b ${BITS_PER_SECOND} -t ${seconds}`.split(' '),
    '--get-server-output',
    ...(down === undefined ? [] : ['-R']),
  ],
  read({ stdout, stderr }, { down } = {}) {
    const result = /(\S+ \S*Bytes).*?((-?\d+)\/\d+ \([^)]*\)) +receiver/.exec(stdout)
    if (result === null) return { reported: {}, output: stderr.trim() }
    const [, bytes, ratio, count] = result
    const disorder = /(\d+) datagrams received out-of-order/.exec(stdout)
    const lost = Number(count)
    const reported = {
      lost,
      ...(down === undefined ? { lostUp: lost } : { lostDown: lost }),
      reordered: Number(disorder?.[1] ?? 0),
    }
    const output = [`${ratio} lost, ${bytes} received`, ...(disorder === null ? [] : [disorder[0]])]
    return { reported, output: output.join(', ') }
  },
}
