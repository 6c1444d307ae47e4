import { counted, formatCount } from '../base/counted.ts'
import { threeDigits } from '../base/digits.ts'
import { formatDuration } from '../base/duration.ts'
import { MILLISECOND } from '../base/nanos.ts'
import { formatRate } from '../base/rate.ts'
import { formatRatio } from '../base/ratio.ts'
import { formatSize } from '../base/size.ts'
import { DIRECTION_WORDS } from './direction-words.ts'
import type { ResultRate } from './result.ts'

export type RateLimit = ResultRate['limit']
/** What a search found for one size. */
export type SizeRate = ResultRate['sizes'][number]

/** The highest rate that held and what stops more, in a sentence. Undefined rates and limits are said to be so. */
export function rateAnswer(rate: ResultRate, to: string): string {
  const { pps, bitsPerSecond, size, limit, sizes, state } = rate
  const others = sizes.length > 1 ? `; ${sizes.length} sizes tested` : ''
  if (pps === undefined) return `${noRate(rate, to)}${others}`
  const held = `${formatRate({ unit: 'bits', perSecond: bitsPerSecond ?? pps * size * 8 })} (${formatPps(pps)} of ${counted(size, 'byte')})`
  const isBound = limit.kind === 'none' || state === 'interrupted'
  const stop = state === 'interrupted' && limit.kind === 'unknown' ? '' : `: ${stopWords(limit)}`
  return `rate ${isBound ? 'at least ' : ''}${held}${to}${stop}${others}`
}

/** Why no rate held, as far as it is known. */
function noRate({ trials, maxLoss, limit, state, size }: ResultRate, to: string): string {
  const intact = trials.reduce((sum, { fates }) => sum + fates.intact, 0)
  if (trials.length === 0) return `no rate${to}: no trial was completed`
  if (intact === 0) return `no rate${to}: nothing came back`
  const unproved = trials.filter(trial => trial.size === size && trial.held)
  if (unproved.length > 0) {
    const most = unproved.reduce((greatest, { pps }) => Math.max(greatest, pps), 0)
    return `no rate${to} was confirmed: ${formatPps(most)} held in a first trial`
  }
  const least = lowestRate(trials.filter(trial => trial.size === size))
  const tested = least === undefined ? '' : ` (lowest tested rate: ${formatPps(least)})`
  const what = `no tested rate${to} has at most ${formatRatio(maxLoss)} loss${tested}`
  if (state === 'interrupted') return `${what}; the search was interrupted`
  return limit.kind === 'unknown' ? what : `${what}: ${stopWords(limit)}`
}

/** The lowest offered rate; undefined: there is no trial. */
export function lowestRate(trials: ResultRate['trials']): number | undefined {
  return trials.reduce<number | undefined>((least, { pps }) => Math.min(least ?? pps, pps), undefined)
}

/** `a shaper with 50 ms of queue from client to server stops more` */
function stopWords(limit: RateLimit): string {
  switch (limit.kind) {
    case 'none':
      return 'no limit found up to the highest tested rate'
    case 'unknown':
      return 'what stops more is unknown'
    default:
      return `${limitName(limit)} stops more`
  }
}

/** The limit with its article and direction: `a policer from server to client`. */
export function limitName({ kind, direction, queueMs, evidence }: RateLimit): string {
  const way = direction === undefined ? '' : ` ${DIRECTION_WORDS[direction]}`
  switch (kind) {
    case 'shaper': {
      const queue = queueMs === undefined ? '' : ` with ${formatDuration(queueMs * MILLISECOND)} of queue`
      return `a shaper${queue}${evidence['ownQueue'] === true ? ' in this host' : way}`
    }
    case 'policer':
      return `a policer${way}`
    case 'receiver':
      return evidence['cap'] === true ? 'the rate cap of the server' : 'the server'
    case 'sender':
      return 'this host'
    case 'none':
      return 'no limit'
    default:
      return 'the cause is unknown'
  }
}

/** The figures of a limit, in pieces: the rates that pass, and the burst. */
export function limitPieces({ bitsPerSecond, pps, burstBytes, burstPackets }: RateLimit): string[] {
  const burst = [
    ...(burstBytes === undefined ? [] : [formatSize(burstBytes)]),
    ...(burstPackets === undefined ? [] : [`${formatCount(burstPackets)} datagrams`]),
  ]
  const [first, ...more] = burst
  return [
    ...passing(bitsPerSecond, pps),
    ...(first === undefined
      ? []
      : [`${first}${more.length === 0 ? '' : ` (${more.join(', ')})`} above the rate pass after a pause`]),
  ]
}

/** `10.5 Mbit/s of IP packets (1066 pps) pass` */
function passing(bitsPerSecond: number | undefined, pps: number | undefined): string[] {
  if (bitsPerSecond === undefined) return pps === undefined ? [] : [`${formatPps(pps)} pass`]
  const bits = `${formatRate({ unit: 'bits', perSecond: bitsPerSecond })} of IP packets`
  return [`${bits}${pps === undefined ? '' : ` (${formatPps(pps)})`} pass`]
}

/** A rate in whole datagrams per second: `1060 pps`, `20,500 pps`; below 100 with three digits. */
export function formatPps(pps: number): string {
  return `${pps < 100 ? threeDigits(pps) : formatCount(pps)} pps`
}
