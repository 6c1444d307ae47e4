import { formatCount } from '../../base/counted.ts'
import { formatRatio } from '../../base/ratio.ts'
import type { ResultTrial } from '../../verdict/result.ts'
import { payloadRate, queueOf } from '../result/trial-figures.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Palette } from '../text/palette.ts'
import { padded } from '../text/width.ts'

/** Datagrams a second as a whole number, so that neighboring rates differ. */
function formatPps(pps: number): string {
  return `${formatCount(pps)} pps`
}

/** Queues below this, ms, are the jitter of two hosts. */
const VISIBLE_QUEUE = 1

/** What a trial does, while it runs. */
export type RunningTrial = Pick<ResultTrial, 'purpose' | 'size' | 'burst'> & { readonly pps?: number }

/** A trial that runs: `3200 pps: how much passes  `. */
export function trialLabel({ purpose, size, pps = 0, burst }: RunningTrial): string {
  const name = purpose === 'burst' ? `burst of ${burst ?? 0}` : formatPps(pps)
  return `${name}, ${purpose === 'otherSize' ? `${size} B` : WHY[purpose]}  `
}

const WHY: Readonly<Record<ResultTrial['purpose'], string>> = {
  ramp: 'rising',
  overload: 'how much passes',
  otherSize: 'bits or packets counted',
  narrow: 'does it hold',
  burst: 'back to back',
}

/**
 * A finished trial of a search for the highest rate, in one line: what was offered, what was lost, how long datagrams waited in queues, and
 * whether the rate held: `3200 pps  30.7 Mbit/s  lost 67.6%  queue 48.6 ms  overload: how much passes`.
 */
export function trialLine(trial: ResultTrial, { dim, red, green }: Palette): string {
  const { purpose, size, pps, loss, held, burst } = trial
  const lost = loss === 0 ? 'no loss' : `lost ${formatRatio(loss)}`
  const offered =
    purpose === 'burst'
      ? [padded(`burst of ${burst ?? 0}`, 25, 'right')]
      : [padded(formatPps(pps), 11, 'right'), padded(payloadRate(pps, size), 12, 'right')]
  const paint = held ? green : red
  return [...offered, padded(paint(lost), 11), padded(queueText(trial), 15), dim(purposeText(trial))].join('  ')
}

function queueText(trial: ResultTrial): string {
  const queue = queueOf(trial)
  if (queue === undefined) return trial.rttP50Ms === undefined ? 'no reply' : `rtt ${formatMs(trial.rttP50Ms)}`
  return queue < VISIBLE_QUEUE ? 'no queue' : `queue ${formatMs(queue)}`
}

function purposeText({ purpose, size, held }: ResultTrial): string {
  const [passed, failed] = OUTCOMES[purpose]
  return purpose === 'otherSize' ? `${size} B: ${passed}` : held ? passed : failed
}

/** What a trial showed that held, and one that did not. */
const OUTCOMES: Readonly<Record<ResultTrial['purpose'], readonly [held: string, failed: string]>> = {
  ramp: ['rising', 'too much'],
  overload: ['overload: all of it passes', 'overload: how much passes'],
  otherSize: ['are bits or packets counted?', ''],
  narrow: ['holds', 'does not hold'],
  burst: ['passes', 'loses datagrams'],
}
