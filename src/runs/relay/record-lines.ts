import { formatCount } from '../../base/counted.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import { wayText } from './lines.ts'

/** Limit for the terminal. `--truth` writes all lines. */
const MOST_LINES = 1000

/** The record of a relay as JSON: the content of `--truth FILE`. */
export function recordJson(record: RelayTruth): string {
  return `${JSON.stringify(record, undefined, 2)}\n`
}

/** The record of a relay as text: receipts traffic, then each datagram that was impaired. */
export function recordText({ receipts, runs, others }: RelayTruth): string {
  const lines = [...listed('run ', runs), ...listed('', others)]
  const more = lines.length - MOST_LINES
  return [
    `receipts up ${wayText(receipts.up)} · down ${wayText(receipts.down)}`,
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`… ${formatCount(more)} more, not shown: --truth FILE has all`] : []),
  ]
    .map(line => `${line}\n`)
    .join('')
}

function listed(what: string, record: RelayTruth['runs']): readonly string[] {
  return Object.entries(record).flatMap(([whose, datagrams]) =>
    Object.entries(datagrams).map(([which, actions]) => `${what}${whose} ${which}: ${actions.join(', ')}`),
  )
}
