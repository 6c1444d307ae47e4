import { threeDigits } from '../../base/digits.ts'
import { formatRate } from '../../base/rate.ts'
import { formatRatio } from '../../base/ratio.ts'
import type { Result } from '../../verdict/result.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { formatMs } from '../text/milliseconds.ts'
import { irttPieces } from './irtt-pieces.ts'
import { oneWayPieces } from './one-way-pieces.ts'
import { outageText } from './outages.ts'
import { replyDscpPieces, stampPieces, tlvPieces } from './stamp-pieces.ts'

/** Least rate that the report shows, datagrams per second. */
const FAST = 100
/** Least number of samples for which the report shows jitter. */
const ENOUGH = 10

/** Datagrams other than first replies, the pattern of loss, reordering, and what a peer of another protocol showed. */
export const ARRIVALS: Topics = [
  ['besides', besides],
  ['loss', loss],
  ['reordering', reordering],
  ['STAMP', stampPieces],
  ['TLVs', tlvPieces],
  ['DSCP', replyDscpPieces],
  ['irtt', irttPieces],
]
/** Jitter, one-way delay, throughput and pacing. With `verbose` also the evidence. */
export const PACE: Topics = [
  ['jitter', jitter],
  ['one way', oneWayPieces],
  ['throughput', throughput],
  ['pacing', pacing],
  ['evidence', evidence],
  ['counters', hostCounters],
  ['host', host],
]

type Describe = (result: Result, verbose: boolean) => readonly string[]
type Topics = readonly (readonly [string, Describe])[]

export type Observation = readonly [name: string, pieces: readonly string[]]

/** Every observation of the Result, with its name. */
export function observed(result: Result): readonly Observation[] {
  return observations([...ARRIVALS, ...PACE], result, true)
}

/** The observations that are not empty. */
export function observations(topics: Topics, result: Result, verbose: boolean): readonly Observation[] {
  return topics
    .map(([name, describe]) => [name, describe(result, verbose)] as const)
    .filter(([, pieces]) => pieces.length > 0)
}

/** Datagrams other than first replies. They are not part of the sum of fates. */
function besides({ ledger, duplication: { fraction, replicated } }: Result, verbose: boolean): string[] {
  const { duplicates, foreign, unidentified } = ledger
  return [
    ...(duplicates > 0 ? [counted(duplicates, 'duplicate')] : []),
    ...(verbose && duplicates > 0 && fraction !== undefined && replicated !== undefined
      ? [`${threeDigits(fraction)} copies per reply, of ${formatRatio(replicated)} of the replies (RFC 5560)`]
      : []),
    ...(foreign > 0 ? [`${formatCount(foreign)} foreign (of another run)`] : []),
    ...(unidentified > 0 ? [`${formatCount(unidentified)} unidentified`] : []),
  ]
}

function loss(result: Result, verbose: boolean): string[] {
  const { loss: lost, lossPattern } = result
  const { count, ratio, ci95, longestRun } = lost
  if (count === 0 || ratio === undefined) return []
  const outages = outageText(result)
  return [
    formatRatio(ratio) +
      (ci95 === undefined ? '' : ` (95% confidence interval ${formatRatio(ci95[0])} to ${formatRatio(ci95[1])})`),
    ...(longestRun > 1 ? [`${formatCount(longestRun)} in a row at most`] : []),
    ...(outages === undefined ? [] : [outages]),
    ...(verbose && lossPattern?.meanBurst !== undefined
      ? [`bursts of ${lossPattern.meanBurst.toFixed(1)} on average`]
      : []),
    ...(verbose && lossPattern?.gilbertP !== undefined && lossPattern.gilbertR !== undefined
      ? [`Gilbert p ${formatRatio(lossPattern.gilbertP)}, r ${formatRatio(lossPattern.gilbertR)}`]
      : []),
  ]
}

function reordering({ ledger, reordering: figures }: Result, verbose: boolean): string[] {
  const { ratio, maxExtent, maxLateMs, nReordering, atLeast } = figures
  if (ledger.reordered === 0) return []
  const bound = atLeast === true ? 'at least' : 'up to'
  return [
    `${formatCount(ledger.reordered)} of ${formatCount(ledger.replies)} replies` +
      (ratio === undefined ? '' : ` (${formatRatio(ratio)})`),
    `by ${bound} ${counted(maxExtent, 'place')}`,
    ...(maxLateMs === undefined ? [] : [`${bound} ${formatMs(maxLateMs)} late`]),
    ...(verbose && nReordering !== undefined ? [`n-reordering ${bound} ${nReordering} (RFC 4737)`] : []),
  ]
}

function jitter({ jitter: figures, rtt }: Result, verbose: boolean): string[] {
  if (figures === undefined || ((rtt?.count ?? 0) < ENOUGH && !verbose)) return []
  return [
    `${formatMs(figures.rfc3550Ms)} (RFC 3550)`,
    `${formatMs(figures.ipdvMeanMs)} between consecutive replies (IPDV)`,
    ...(verbose && figures.pdvP99Ms !== undefined ? [`PDV p99 ${formatMs(figures.pdvP99Ms)}`] : []),
  ]
}

function throughput({ throughput: rates, pacing: pace }: Result, verbose: boolean): string[] {
  if (rates === undefined) return []
  const unpaced = pace?.targetIntervalMs === undefined && rates.sentPerSecond > 0
  const silent = rates.repliesPerSecond === 0 || (rates.sentPerSecond < FAST && !unpaced)
  if (silent && !verbose) return []
  return [
    `${perSecond(rates.sentPerSecond)} sent`,
    `${perSecond(rates.repliesPerSecond)} back whole`,
    `${formatRate({ unit: 'bits', perSecond: rates.bitsPerSecond })} of payload`,
  ]
}

function pacing({ pacing: pace, warnings }: Result, verbose: boolean): string[] {
  if (pace === undefined || (pace.missed === 0 && !pace.senderLimited && !verbose)) return []
  // A warning already reports it, so only the figures follow.
  const warned = warnings.some(({ code }) => code.startsWith('sender'))
  return [
    ...(pace.senderLimited && !warned ? ['the sender was too slow'] : []),
    ...(pace.missed > 0 && !warned ? [`${formatCount(pace.missed)} left more than an interval late`] : []),
    `late by ${formatMs(pace.lateP50Ms)} (p50), ${formatMs(pace.lateP99Ms)} (p99), ${formatMs(pace.lateMaxMs)} (max)`,
  ]
}

function evidence({ evidence: seen, reply, protocol }: Result, verbose: boolean): string[] {
  if (!verbose) return []
  return [
    ...(protocol === undefined ? [`receipts ${seen.receipts}`, `replies ${reply.rule}`] : []),
    ...(seen.serverDrops === undefined
      ? []
      : [
          `server drops ${formatCount(seen.serverDrops)}${seen.serverDropUnit === undefined ? '' : ` (trains of up to ${seen.serverDropUnit})`}`,
        ]),
    ...(seen.clientDrops === undefined ? [] : [`our drops ${formatCount(seen.clientDrops)}`]),
    `ICMP by ${seen.icmp}`,
    `truncation by ${seen.truncation}`,
    `timestamps by ${seen.timestamps}`,
  ]
}

/** Growth of this host's own counters, which count all datagrams of the host. */
function hostCounters({ evidence: { host: grown = {} } }: Result, verbose: boolean): string[] {
  if (!verbose) return []
  return COUNTERS.flatMap(([name, text]) => {
    const count = grown[name] ?? 0
    return count > 0 ? [`${formatCount(count)} ${text}`] : []
  })
}

const COUNTERS: readonly (readonly [keyof NonNullable<Result['evidence']['host']>, string])[] = [
  ['reassemblyFailures', 'not reassembled'],
  ['incomplete', 'waiting for fragments'],
  ['badChecksums', 'with a wrong checksum'],
  ['otherDrops', 'dropped for another reason than a full buffer'],
  ['noSocket', 'without a receiving socket'],
  ['sendBufferErrors', 'dropped on sending'],
]

function host({ host: machine, tool, startedAt }: Result, verbose: boolean): string[] {
  if (!verbose) return []
  return [
    `${tool.name} ${tool.version}`,
    `node ${machine.node.replace(/^v/u, '')}`,
    `${machine.os} ${machine.kernel}`,
    counted(machine.cpus, 'CPU'),
    startedAt,
  ]
}

function perSecond(rate: number): string {
  return `${rate < 100 ? threeDigits(rate) : formatCount(rate)}/s`
}
