import { formatRate } from '../../base/rate.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import type { Result } from '../../verdict/result.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { formatPps } from '../../verdict/rate-words.ts'
import { groupCount } from '../result/fates.ts'
import { payloadRate } from '../result/trial-figures.ts'
import { formatMs } from '../text/milliseconds.ts'
import { formatShare } from '../text/share.ts'
import { element, type Markup } from './markup.ts'

export interface Figure {
  readonly name: string
  readonly value: string
  readonly note: string
}

/** The figures that most readers look for. Those that were not observed are left out. */
export function keyFigures(result: Result): Markup | undefined {
  // A search for the highest rate loses probes on purpose.
  const ofProbes = result.rate === undefined ? [lossFigures, delayFigures, flowFigures] : [rateFigures]
  const figures = [...searchFigures(result), ...ofProbes.flatMap(figuresOf => figuresOf(result))]
  return figures.length === 0 ? undefined : figureList(figures)
}

/** Figures with names and notes, side by side. */
export function figureList(figures: readonly Figure[]): Markup {
  return element(
    'dl',
    { class: 'figures' },
    figures.map(({ name, value, note }) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        element('dd', {}, element('b', {}, value), element('small', {}, note)),
      ),
    ),
  )
}

function searchFigures({ sweep, mtu }: Result): Figure[] {
  const largest = sweep?.maxIntactSize
  return [
    ...(largest === undefined ? [] : [{ name: 'largest that came whole', value: formatSize(largest), note: '' }]),
    ...(mtu?.path === undefined ? [] : [{ name: 'path MTU', value: formatSize(mtu.path), note: 'of an IP packet' }]),
    ...(mtu?.payload === undefined
      ? []
      : [{ name: 'largest datagram', value: formatSize(mtu.payload), note: 'of payload' }]),
  ]
}

function rateFigures({ rate }: Result): Figure[] {
  if (rate === undefined) return []
  const { pps, size, limit, burst } = rate
  const { bitsPerSecond, queueMs, burstBytes } = limit
  const passed = bitsPerSecond === undefined ? '' : formatRate({ unit: 'bits', perSecond: bitsPerSecond })
  return [
    {
      name: 'highest rate that held',
      value: pps === undefined ? 'none' : payloadRate(pps, size),
      note: pps === undefined ? '' : `${formatPps(pps)} of ${formatSize(size)}`,
    },
    { name: 'limit', value: limit.kind, note: passed === '' ? '' : `${passed} of IP packets pass` },
    ...(queueMs === undefined ? [] : [{ name: 'full queue', value: formatMs(queueMs), note: '' }]),
    ...(burstBytes === undefined || limit.kind !== 'policer'
      ? []
      : [{ name: 'burst', value: formatSize(burstBytes), note: 'above the rate after a pause' }]),
    ...(burst?.intact === undefined
      ? []
      : [{ name: 'burst without loss', value: formatCount(burst.intact), note: 'datagrams' }]),
  ]
}

function lossFigures({ ledger, loss }: Result): Figure[] {
  const { scheduled, fates, replies, reordered, duplicates } = ledger
  if (scheduled === 0) return []
  const of = (count: number): string => `${formatCount(count)} of ${formatCount(scheduled)}`
  const damaged = groupCount(ledger, 'damaged')
  const late = groupCount(ledger, 'late')
  const sure =
    loss.ci95 === undefined
      ? ''
      : `95% confidence interval ${formatRatio(loss.ci95[0])} to ${formatRatio(loss.ci95[1])}`
  return [
    { name: 'came back whole', value: formatShare(fates.intact, scheduled), note: of(fates.intact) },
    { name: 'loss', value: loss.ratio === undefined ? 'n/a' : formatRatio(loss.ratio), note: sure },
    ...(damaged > 0 ? [{ name: 'damaged', value: formatShare(damaged, scheduled), note: of(damaged) }] : []),
    ...(late > 0 ? [{ name: 'late', value: formatShare(late, scheduled), note: of(late) }] : []),
    ...(reordered > 0
      ? [
          {
            name: 'out of order',
            value: formatShare(reordered, replies),
            note: `of ${counted(replies, 'reply', 'replies')}`,
          },
        ]
      : []),
    ...(duplicates > 0
      ? [{ name: 'duplicates', value: formatCount(duplicates), note: 'further copies of replies' }]
      : []),
  ]
}

function delayFigures({ rtt, jitter }: Result): Figure[] {
  if (rtt === undefined) return []
  return [
    { name: 'round trip, median', value: formatMs(rtt.p50Ms), note: `${formatMs(rtt.minMs)} at best` },
    { name: 'round trip, p99', value: formatMs(rtt.p99Ms), note: `${formatMs(rtt.maxMs)} at worst` },
    ...(jitter === undefined ? [] : [{ name: 'jitter', value: formatMs(jitter.rfc3550Ms), note: 'RFC 3550' }]),
  ]
}

function flowFigures({ throughput, messages }: Result): Figure[] {
  if (throughput === undefined || messages !== undefined || throughput.sentPerSecond <= 0) return []
  const rate = formatRate({ unit: 'packets', perSecond: throughput.sentPerSecond })
  const bits = formatRate({ unit: 'bits', perSecond: throughput.bitsPerSecond })
  return [{ name: 'sent', value: rate, note: `${bits} of payload came back` }]
}
