// udptool as one of the compared tools: a round trip, from its Result.
import { fileURLToPath } from 'node:url'
import { TRAFFIC } from './case.mjs'

const { size, intervalMs, seconds } = TRAFFIC
const COUNT = (seconds * 1000) / intervalMs

/** The beginning of every udptool command. */
export const UDPTOOL = [process.execPath, fileURLToPath(new URL('../../bin/udptool.js', import.meta.url))]

export const udptool = {
  name: 'udptool',
  command: 'udptool send',
  askVersion: [...UDPTOOL, '--version'],
  canCheck: true,
  server: port => [...UDPTOOL, ...`serve --mode echo --port ${port}`.split(' ')],
  client: port => [
    ...UDPTOOL,
    ...`send --to 127.0.0.1:${port} --size ${size} --interval ${intervalMs}ms --count ${COUNT} --json`.split(' '),
  ],
  read({ stdout }) {
    const { ledger, loss, truncation } = JSON.parse(stdout)
    // A direction that could not be observed is absent. Without a loss, both are 0.
    const { forward, return: back } = loss.count === 0 ? { forward: 0, return: 0 } : loss
    const reported = {
      lost: loss.count,
      lostUp: forward,
      lostDown: back,
      duplicates: ledger.duplicates,
      reordered: ledger.reordered,
      cut: truncation.count,
      corrupt: ledger.fates.corrupt ?? 0,
    }
    return { reported, output: describe(reported, truncation.cutAt) }
  },
}

function describe({ lost, lostUp, lostDown, duplicates, reordered, cut, corrupt }, cutAt) {
  const lengths = cutAt.map(({ length, side }) => `at ${length}, ${side}`).join('; ')
  return [
    `${lost} lost${lost > 0 ? ` (${lostUp ?? '?'} up, ${lostDown ?? '?'} down)` : ''}`,
    ...(duplicates > 0 ? [`${duplicates} duplicates`] : []),
    ...(reordered > 0 ? [`${reordered} reordered`] : []),
    ...(cut > 0 ? [`${cut} cut (${lengths})`] : []),
    ...(corrupt > 0 ? [`${corrupt} corrupt`] : []),
  ].join(', ')
}
