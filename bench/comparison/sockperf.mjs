// sockperf (https://github.com/Mellanox/sockperf): a round trip under load. Its count of dropped messages excludes the beginning and the
// end of a run, and its totals include them. If either is right, the tool is right.
import { TRAFFIC } from './case.mjs'

const { size, intervalMs, seconds } = TRAFFIC

export const sockperf = {
  name: 'sockperf',
  command: 'sockperf under-load',
  askVersion: ['sockperf', '--version'],
  canCheck: true,
  server: port => `sockperf server -i 127.0.0.1 -p ${port}`.split(' '),
  // Only its ping-pong mode can check the payload.
  client: (port, { checked } = {}) => [
    'sockperf',
    ...(checked ? ['ping-pong', '--data-integrity'] : ['under-load', '--reply-every', '1']),
    ...`-i 127.0.0.1 -p ${port} -m ${size} --mps ${1000 / intervalMs} -t ${seconds} --dontwarmup --full-rtt`.split(' '),
  ],
  read({ stdout, stderr }) {
    const text = stdout + stderr
    const count = name => Number(new RegExp(`# ${name} messages = (\\d+)`).exec(text)?.[1])
    const [, sent, received] = /\[Total Run\].*SentMessages=(\d+); ReceivedMessages=(\d+)/.exec(text) ?? []
    const window = /\[Valid Duration\].*SentMessages=(\d+)/.exec(text)?.[1]
    if (sent === undefined || window === undefined) {
      const corrupt = /data integrity test failed/.test(text) ? 1 : undefined
      return { stopped: text.includes('ERROR'), reported: { corrupt }, output: errorText(text) }
    }
    const [dropped, duplicated, disorder] = ['dropped', 'duplicated', 'out-of-order'].map(count)
    const outside = sent - window
    const output = [
      `${sent} sent, ${received} received`,
      `${dropped} dropped of the ${window} looked at`,
      ...(duplicated > 0 ? [`${duplicated} duplicated`] : []),
      ...(disorder > 0 ? [`${disorder} out-of-order`] : []),
    ]
    const reported = { lost: dropped, lostInAll: sent - received, duplicates: duplicated, reordered: disorder }
    return { outside, reported, output: output.join(', ') }
  },
}

/** The error that it printed instead of a result. */
function errorText(text) {
  return /sockperf: ((?:ERROR|No messages).*)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1)
}
