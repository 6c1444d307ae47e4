import { SECOND, toMs, type Nanos } from '../../base/nanos.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { DirectionDelay } from '../../ledger/one-way-delay.ts'
import type { Tally } from '../../ledger/tally.ts'
import type { Result } from '../result.ts'

type OneWay = NonNullable<Result['oneWay']>

/** Parts per billion in a whole. */
const PPB = 1e9

/** One-way delays as the Result has them; undefined without evidence of the server's clock. */
export function oneWayFigures(facts: RunFacts, tally: Tally): OneWay | undefined {
  const { delays } = tally.oneWay
  if (delays === undefined) return undefined
  const offset = wallClockOffset(facts, tally, delays.offset)
  const { forward, return: back, skew } = delays
  const isSteady = areClocksSteady(facts, tally)
  return {
    ...(offset === undefined ? {} : { offsetMs: offset }),
    ...(isSteady ? { errorMs: roundedUpMs(delays.error), errorMedianMs: roundedUpMs(delays.errorMedian) } : {}),
    errorAnyClockMs: roundedUpMs(delays.errorAnyClock),
    ...(skew === undefined || !isSteady
      ? {}
      : {
          skewPpm: Math.round(skew.value * PPB) / 1000,
          skewPpmLow: Math.floor(skew.lowest * PPB) / 1000,
          skewPpmHigh: Math.ceil(skew.highest * PPB) / 1000,
        }),
    forwardP50Ms: roundedMs(forward.p50),
    returnP50Ms: roundedMs(back.p50),
    forward: direction(forward),
    return: direction(back),
    queueForwardP99Ms: roundedMs(forward.queueP99),
    queueReturnP99Ms: roundedMs(back.queueP99),
    queueErrorMs: roundedUpMs(delays.queueError),
    ...(delays.isSampled ? { sampled: true } : {}),
  }
}

/** Whether no clock was set and no rate changed, as far as known. */
function areClocksSteady({ clockStep }: RunFacts, { oneWay }: Tally): boolean {
  return clockStep === undefined && oneWay.isSteady
}

/** The server's wall clock less ours, ms. Undefined: ours is not in the journal, or was set during the run. */
function wallClockOffset({ epoch, clockStep }: RunFacts, tally: Tally, offset: Nanos): number | undefined {
  if (epoch === undefined || clockStep !== undefined || tally.serverSeconds === undefined) return undefined
  return roundedMs((tally.serverSeconds - epoch.seconds) * SECOND + (offset - epoch.nanos))
}

function direction({ min, p50, p99 }: DirectionDelay): { minMs: number; p50Ms: number; p99Ms: number } {
  return { minMs: roundedMs(min), p50Ms: roundedMs(p50), p99Ms: roundedMs(p99) }
}

/** Rounded, because readings are whole ns. */
function roundedMs(nanos: Nanos): number {
  return toMs(Math.round(nanos))
}

/** Rounded up, because it is an upper bound. */
function roundedUpMs(nanos: Nanos): number {
  return toMs(Math.ceil(nanos))
}
