import { SECOND, toMs, type Nanos } from '../../base/nanos.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { DirectionDelay } from '../../ledger/one-way-delay.ts'
import type { Tally } from '../../ledger/tally.ts'
import type { Result } from '../result.ts'

type OneWay = NonNullable<Result['oneWay']>

/** Parts per billion in a whole. */
const PPB = 1e9

/** One-way delays in the Result's words; undefined without evidence of the server's clock. */
export function oneWayFigures(facts: RunFacts, tally: Tally): OneWay | undefined {
  const { delays } = tally.oneWay
  if (delays === undefined) return undefined
  const offset = wallClockOffset(facts, tally, delays.offset)
  const { forward, return: back, skew } = delays
  const isSteady = runsSteadily(facts, tally)
  return {
    ...(offset === undefined ? {} : { offsetMs: offset }),
    ...(isSteady ? { errorMs: atMost(delays.error), errorMedianMs: atMost(delays.errorMedian) } : {}),
    errorAnyClockMs: atMost(delays.errorAnyClock),
    ...(skew === undefined || !isSteady
      ? {}
      : {
          skewPpm: Math.round(skew.value * PPB) / 1000,
          skewPpmLow: Math.floor(skew.lowest * PPB) / 1000,
          skewPpmHigh: Math.ceil(skew.highest * PPB) / 1000,
        }),
    forwardP50Ms: about(forward.p50),
    returnP50Ms: about(back.p50),
    forward: direction(forward),
    return: direction(back),
    queueForwardP99Ms: about(forward.queueP99),
    queueReturnP99Ms: about(back.queueP99),
    queueErrorMs: atMost(delays.queueError),
    ...(delays.isSampled ? { sampled: true } : {}),
  }
}

/** Whether nothing shows that a clock was set, or that its rate changed. */
function runsSteadily({ clockStep }: RunFacts, { oneWay }: Tally): boolean {
  return clockStep === undefined && oneWay.changeCount === 0
}

/** The server's wall clock less ours, ms. Undefined: ours is not in the journal, or it was set during the run. */
function wallClockOffset({ epoch, clockStep }: RunFacts, tally: Tally, offset: Nanos): number | undefined {
  if (epoch === undefined || clockStep !== undefined || tally.serverSeconds === undefined) return undefined
  return about((tally.serverSeconds - epoch.seconds) * SECOND + (offset - epoch.nanos))
}

function direction({ min, p50, p99 }: DirectionDelay): { minMs: number; p50Ms: number; p99Ms: number } {
  return { minMs: about(min), p50Ms: about(p50), p99Ms: about(p99) }
}

/** Readings are whole ns, and nothing made of them is finer. */
function about(nanos: Nanos): number {
  return toMs(Math.round(nanos))
}

/** An upper bound stays one. */
function atMost(nanos: Nanos): number {
  return toMs(Math.ceil(nanos))
}
