// Compares what a search found with what was built.
import { HEADERS } from './network.mjs'
import { passesPps } from './topologies.mjs'

/** Kinds that blame a part of the path or a host. */
const CULPRITS = new Set(['policer', 'shaper', 'receiver', 'sender'])
const RATE_ERROR = 0.05

/** A row of the table. `result` is undefined if the search gave none. */
export function rowOf(topology, stdout, { status, seconds }) {
  const { number, name, size, expected } = topology
  const built = builtText(topology)
  let result
  try {
    result = JSON.parse(stdout)
  } catch {
    const text = line([number, name, built, `no result, exit status ${status}`, '', '', seconds.toFixed(0), 'WRONG'])
    return { name, kindRight: false, text }
  }
  const { rate } = result
  const { limit } = rate
  const directionRight = limit.direction === undefined || limit.direction === expected.direction
  const directionShown = expected.direction === undefined || limit.direction !== undefined
  const kindRight = expected.kinds.includes(limit.kind) && directionRight && directionShown
  const isCulprit =
    (CULPRITS.has(limit.kind) && !expected.kinds.includes(limit.kind) && !expected.allowed?.includes(limit.kind)) ||
    !directionRight
  const truth = expected.limit && passesPps(expected.limit, size)
  // Only a limit that was named has a rate; `rate.pps` is what held below it.
  const named = expected.limit?.kind === 'packets' ? limit.pps : limit.bitsPerSecond / 8 / (size + HEADERS)
  const limitError = truth && named && named / truth - 1
  const heldError = truth && (rate.pps ?? 0) / truth - 1
  const ratesRight =
    truth === undefined ? undefined : Math.abs(limitError ?? 1) <= RATE_ERROR && Math.abs(heldError) <= RATE_ERROR
  const found = [limit.kind, limit.direction, limit.unit, limit.queueMs && `${limit.queueMs.toFixed(1)} ms`]
  const verdict = isCulprit ? 'CULPRIT' : kindRight ? (ratesRight === false ? 'RATE' : 'right') : 'KIND'
  const text = line([
    number,
    name,
    built,
    found.filter(Boolean).join(' '),
    truth === undefined ? '' : percent(limitError),
    truth === undefined ? `${Math.round(rate.pps ?? 0)} pps` : percent(heldError),
    `${seconds.toFixed(0)} s`,
    verdict,
  ])
  return { name, kindRight, isCulprit, ratesRight, text, result }
}

export function totalsOf(rows) {
  const right = rows.filter(row => row.kindRight).length
  const rated = rows.filter(row => row.ratesRight !== undefined)
  const close = rated.filter(row => row.ratesRight).length
  const culprits = rows.filter(row => row.isCulprit).length
  return {
    isGood: right >= 0.95 * rows.length && close >= 0.9 * rated.length && culprits === 0,
    text:
      `${rows.length} searches: kind right ${right} (${percentOf(right, rows.length)}), ` +
      `rates within 5 % ${close} of ${rated.length} (${percentOf(close, rated.length)}), wrong culprits ${culprits}`,
  }
}

function builtText({ limits, server = {}, size, mtu }) {
  const words = limits.map(({ kind, place, rate, burst, queueMs, share, every }) => {
    if (kind === 'tbf') return `tbf ${place} ${rate / 1e6} Mbit burst ${burst} queue ${queueMs} ms`
    if (kind === 'packets') return `nft ${place} ${rate} packets/s burst ${burst}`
    if (kind === 'bytes') return `nft ${place} ${rate} bytes/s burst ${burst}`
    return share === undefined ? `each ${every}th lost ${place}` : `${share * 100} % lost ${place}`
  })
  const facts = [server.kind ?? server.engine ?? 'kernel', server.cap && `cap ${server.cap}`]
  if (server.recvBuffer !== undefined) facts.push(`buffer ${server.recvBuffer}`)
  if (server.stop !== undefined) facts.push(`stopped ${server.stop.off} of ${server.stop.on + server.stop.off} ms`)
  return `${[...words, facts.filter(Boolean).join(' ')].join(', ')}, ${size} B, MTU ${mtu}`
}

function line(cells) {
  return cells.map(String).join(' | ')
}

function percent(error) {
  return error === undefined || Number.isNaN(error) ? '–' : `${error < 0 ? '' : '+'}${(100 * error).toFixed(1)} %`
}

function percentOf(part, whole) {
  return `${whole === 0 ? 100 : ((100 * part) / whole).toFixed(1)} %`
}
