import { usage } from '../../base/error.ts'
import { isLoopback } from '../../base/ip.ts'
import { toMs, type Nanos } from '../../base/nanos.ts'
import type { Rate } from '../../base/rate.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { SEND_OPTIONS } from '../../runs/send/options.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { RATE_OPTIONS, type RateOptions } from './options.ts'

/** The plan of a search for the highest rate, with checked values in base units. */
export interface RatePlan {
  /** The plan of every trial, except size, rate and duration. */
  readonly send: SendPlan
  /** Distinct payload sizes, in the order given. */
  readonly sizes: readonly number[]
  readonly duration: Nanos
  readonly fromRate: Rate
  /** Undefined: no bound. */
  readonly toRate: Rate | undefined
  /** 0 to 1. */
  readonly maxLoss: number
  /** The largest burst to try; undefined: none. */
  readonly burst: number | undefined
}

/** Options of the search itself, which are none of a run. */
const OWN = ['size', 'duration', 'fromRate', 'toRate', 'maxLoss', 'burst', 'yes'] as const

/** Parses options to a plan. Throws a `usage` error. */
export function planRate(raw: RateOptions): RatePlan {
  const { size: sizes, duration, fromRate, toRate, maxLoss, burst, yes } = parseOptions(RATE_OPTIONS, raw)
  const own: ReadonlySet<string> = new Set(OWN)
  const rest = Object.fromEntries(Object.entries(raw).filter(([name]) => !own.has(name)))
  // Any rate that a user asked for: every trial has its own.
  const send = planSend({ ...rest, rate: '100pps', duration: SEND_OPTIONS.timeout.default, size: sizes })
  const { host } = send.target
  if (!send.self && !isLoopback(host) && host !== 'localhost' && toRate === undefined && !yes)
    throw usage(
      `a search for the highest rate loads the path to ${host} until it loses datagrams`,
      'set a bound with --to-rate 50Mbit, or allow any rate with --yes',
    )
  // Below the default lower bound, the search begins with the upper one.
  for (const size of raw.fromRate === undefined ? [] : sizes)
    if (toRate !== undefined && ratePps(toRate, size) < ratePps(fromRate, size))
      throw usage(`--to-rate is below --from-rate for datagrams of ${size} bytes`, 'lower --from-rate, or leave it out')
  return { send, sizes, duration, fromRate, toRate, maxLoss, burst }
}

/** Usual trials of one size: some of the ramp, and four that count with their rests and timeouts. */
const RAMP_MS = 5000
const COUNTED = 4
const REST_MS = 1500
/** A burst with its rest, and often a timeout. */
const BURST_MS = 1800

/** About how long a search takes, ms, in whole seconds: a wait that a user should know before. */
export function expectedMs({ sizes, duration, burst }: Pick<RatePlan, 'sizes' | 'duration' | 'burst'>): number {
  const bursts = burst === undefined ? 0 : 2 * Math.ceil(Math.log2(burst + 1)) * BURST_MS
  const each = RAMP_MS + COUNTED * (toMs(duration) + REST_MS) + bursts
  return Math.round((sizes.length * each) / 1000) * 1000
}

/** The largest payload that fits every path unfragmented: the least MTU of IPv6 (RFC 8200 section 5) less its headers. */
const WHOLE = 1232
/** The least payload with room for the server's evidence, which gives losses and delays a direction. */
const WITH_EVIDENCE = 117

/**
 * A second size, half as large or twice: whether a limit follows its bytes or its packets shows what it counts. Both must not be fragmented,
 * because fragments are packets too.
 */
export function otherSize(size: number): number {
  const half = Math.floor(size / 2)
  return half >= WITH_EVIDENCE ? Math.min(half, WHOLE) : Math.max(2 * size, WITH_EVIDENCE)
}

/** A rate in datagrams a second of this payload size. */
export function ratePps({ unit, perSecond }: Rate, size: number): number {
  return unit === 'packets' ? perSecond : perSecond / (8 * size)
}
