import type { Result } from '../../verdict/result.ts'
import { formatMs } from '../text/milliseconds.ts'

/** One-way delays: the queueing delay, which needs no symmetric path, then the split of the round trip with its error. */
export function oneWayPieces({ oneWay: delays }: Result, verbose: boolean): string[] {
  if (delays === undefined) return []
  const { forward, return: back, forwardP50Ms, returnP50Ms, errorMs, errorAnyClockMs } = delays
  // Earlier releases used one offset for the whole run.
  if (forwardP50Ms < 0 || returnP50Ms < 0) return ['unknown: a clock was unsteady, so the split gave a negative delay']
  const { queueForwardP99Ms, queueReturnP99Ms, queueErrorMs, skewPpm, skewPpmLow, skewPpmHigh } = delays
  const { errorMedianMs, offsetMs, sampled } = delays
  const error = errorMs ?? errorAnyClockMs
  const within =
    error === undefined ? '' : `, each ±${formatMs(error)}${errorMs === undefined ? ' with any clock' : ''}`
  return [
    ...(queueForwardP99Ms === undefined || queueReturnP99Ms === undefined
      ? []
      : [`queueing p99: ${both(queueForwardP99Ms, queueReturnP99Ms)}`]),
    ...(verbose && queueErrorMs !== undefined ? [`queueing known to ±${formatMs(queueErrorMs)}`] : []),
    `p50: ${both(forwardP50Ms, returnP50Ms)}${within}`,
    ...(verbose && forward !== undefined && back !== undefined
      ? [`least: ${both(forward.minMs, back.minMs)}`, `p99: ${both(forward.p99Ms, back.p99Ms)}`]
      : []),
    ...(verbose && errorMedianMs !== undefined ? [`half of the exchanges ±${formatMs(errorMedianMs)}`] : []),
    ...(verbose && offsetMs !== undefined
      ? [`server’s clock ${offsetMs < 0 ? 'behind' : 'ahead'} by ${formatMs(Math.abs(offsetMs))}`]
      : []),
    ...(verbose && skewPpm !== undefined && skewPpmLow !== undefined && skewPpmHigh !== undefined
      ? [`server’s clock ${signed(skewPpm)} ppm (${signed(skewPpmLow)} to ${signed(skewPpmHigh)})`]
      : []),
    ...(verbose && sampled === true ? ['percentiles of a sample of the exchanges'] : []),
    ...(verbose ? ['the round trip is split by comparing both clocks during the run'] : []),
  ]
}

function signed(ppm: number): string {
  return `${ppm < 0 ? '−' : '+'}${Math.abs(ppm).toFixed(2)}`
}

function both(there: number, returned: number): string {
  return `forward ${formatMs(there)}, return ${formatMs(returned)}`
}
