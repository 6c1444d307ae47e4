// irtt (https://github.com/heistp/irtt): a round trip at a fixed pace, with the server's record of the latest 64 requests in each reply.
import { TRAFFIC } from './case.mjs'

const { size, intervalMs, seconds } = TRAFFIC
const KEY = '--hmac=comparison'

export const irtt = {
  name: 'irtt',
  command: 'irtt client',
  askVersion: ['irtt', 'version'],
  canCheck: true,
  // By default its server accepts no interval below 10 ms, and drops what comes faster, also from a client that catches up on a busy
  // machine.
  server: (port, { checked } = {}) => [
    ...`irtt server -b 127.0.0.1:${port} -i 0`.split(' '),
    ...(checked ? [KEY] : []),
  ],
  client: (port, { checked } = {}) => [
    ...`irtt client -q -i ${intervalMs}ms -d ${seconds}s -l ${size} 127.0.0.1:${port}`.split(' '),
    ...(checked ? [KEY] : []),
  ],
  read({ stdout }) {
    const totals = /packets sent\/received: (\d+)\/(\d+) \(([\d.]+)% loss\)/.exec(stdout)
    if (totals === null) return { reported: {}, output: lastLine(stdout) }
    const [, sent, received, loss] = totals
    const server = /server packets received: (\d+)\/\d+ \(([\d.]+)%\/([\d.]+)% loss up\/down\)/.exec(stdout)
    const duplicates = /DUPLICATES: (\d+)/.exec(stdout)?.[1]
    const late = /late \(out-of-order\) pkts: (\d+)/.exec(stdout)?.[1]
    const directions = server === null ? '' : `${server[2]}%/${server[3]}% loss up/down`
    const stopped = /Terminated due to .*/.exec(stdout)?.[0]
    const reported = {
      lost: part(loss, sent),
      ...(server === null ? {} : { lostUp: part(server[2], sent), lostDown: part(server[3], server[1]) }),
      duplicates: Number(duplicates ?? 0),
      reordered: Number(late ?? 0),
      cut: /received short reply/.test(stdout) ? 1 : undefined,
      corrupt: /invalid HMAC/.test(stdout) ? 1 : undefined,
    }
    const output = [
      `${sent}/${received} (${loss}% loss)`,
      ...(/[1-9]/.test(directions) ? [directions] : []),
      ...(duplicates === undefined ? [] : [`DUPLICATES: ${duplicates}`]),
      ...(late === undefined ? [] : [`late (out-of-order) pkts: ${late}`]),
      ...(stopped === undefined ? [] : [stopped]),
    ]
    return { stopped: stopped !== undefined, reported, output: output.join(', ') }
  },
}

/** Converts its percentages to datagrams. */
function part(percent, of) {
  return Math.round((Number(percent) / 100) * Number(of))
}

function lastLine(text) {
  return text.trim().split('\n').at(-1)
}
