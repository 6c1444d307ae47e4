import { parseCount } from '../../base/count.ts'
import { parseDscp } from '../../base/dscp.ts'
import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/error.ts'
import { isAddress, isLoopback, isMulticast } from '../../base/ip.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { parseRate } from '../../base/rate.ts'
import { LARGEST_BUFFER, parseSize } from '../../base/size.ts'
import { parseSizes } from '../../base/sizes.ts'
import { addressWithPort, parseTarget, type Target } from '../../base/target.ts'
import { parseTos } from '../../base/tos.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { ProberSockets } from '../../engine/port.ts'
import { parseExpectation, type Expectation } from '../../verdict/expect/expectation.ts'
import { IDENTIFIED_SIZE } from '../../wire/probe.ts'
import type { Tolerance } from '../../verdict/compare/diff.ts'
import type { ComparedRun } from '../../verdict/compare/run-figures.ts'
import { parseEngine, type EngineChoice } from '../engine-choice.ts'
import { parseTolerance } from '../../options/tolerance.ts'
import { SEND_DEFAULTS as DEFAULTS, type SendOptions } from './options.ts'
import { parsePayload, type PayloadSource } from './payload-source.ts'

export type { SendOptions }

/** What a run of probes is to do, checked and in units: all but what only running finds out (addresses, run numbers, a file's content). */
export interface SendPlan {
  readonly target: Target
  readonly family?: 4 | 6
  readonly engine: EngineChoice
  readonly self: boolean
  readonly waitFor: Nanos
  readonly seed?: number
  readonly payload: PayloadSource
  readonly probe: Omit<ProbePlan, 'runs' | 'payload'>
  readonly sockets: Omit<ProberSockets, 'target'>
  readonly expectations: readonly Expectation[]
  /** The saved run that this one is held against. */
  readonly baseline?: { readonly run: ComparedRun; readonly tolerance: Tolerance }
}

/** Reads options into a plan; throws a `usage` error that says what is wrong and what would be right. */
export function planSend(options: SendOptions): SendPlan {
  const target = parseTarget(options.to ?? (options.family === 6 ? DEFAULTS.to6 : DEFAULTS.to), '--to')
  checkOneHost(target)
  const sizes = parseSizes(options.size ?? DEFAULTS.size, '--size')
  const clients = parseCount(options.clients ?? DEFAULTS.clients, '--clients', { min: 1, max: 60_000 })
  const burst = parseCount(options.burst ?? DEFAULTS.burst, '--burst', { min: 1 })
  const pace = planPace(options, burst)
  const tolerance = parseTolerance(options)
  const window = planWindow(options, sizes, pace)
  const { duration, linger, seed, waitFor } = options
  if (!isSelf(options)) checkQuiet(options, target, clients, burst, pace.interval)
  const flooding = options.flood === true && options.count === undefined && duration === undefined
  const lasts = flooding ? DEFAULTS.floodDuration : duration
  const count = options.count ?? (lasts === undefined ? DEFAULTS.count : undefined)
  return {
    target,
    ...(options.family === undefined ? {} : { family: options.family }),
    engine: parseEngine(options.engine ?? DEFAULTS.engine),
    self: isSelf(options),
    waitFor: waitFor === undefined ? 0 : parseDuration(waitFor, '--wait-for'),
    ...(seed === undefined ? {} : { seed: parseCount(seed, '--seed') }),
    payload: parsePayload(options.payload ?? DEFAULTS.payload),
    probe: {
      clients,
      sizes,
      ...(count === undefined ? {} : { count: parseCount(count, '--count', { min: 1 }) }),
      ...(lasts === undefined ? {} : { duration: positive(parseDuration(lasts, '--duration'), '--duration') }),
      interval: pace.interval,
      ...(pace.bitRate === undefined ? {} : { bitRate: pace.bitRate }),
      burst,
      ...(window === undefined ? {} : { window }),
      timeout: positive(parseDuration(options.timeout ?? DEFAULTS.timeout, '--timeout'), '--timeout'),
      ...(linger === undefined ? {} : { linger: parseDuration(linger, '--linger') }),
      receipts: options.receipts ?? true,
      strayCheck: true,
      summary: options.summary ?? false,
    },
    sockets: planSockets(options, clients),
    expectations: [options.expect ?? []].flat().map(text => parseExpectation(text)),
    ...(options.baseline === undefined ? {} : { baseline: { run: options.baseline, tolerance } }),
  }
}

/** A connected socket takes replies from the address that it sends to, and no reply comes from one that many hosts have. */
function checkOneHost({ host }: Target): void {
  if (!isMulticast(host) && host !== BROADCAST) return
  throw usage(
    `--to ${host} is a ${host === BROADCAST ? 'broadcast' : 'multicast'} address: replies would come from other addresses, and be none`,
    'name one host',
  )
}

/** RFC 919 section 7. */
const BROADCAST = '255.255.255.255'

function isSelf(options: SendOptions): boolean {
  if (options.self !== true) return false
  if (options.to !== undefined)
    throw usage('--self starts a server of its own, so --to says nothing', 'leave one of them out')
  return true
}

interface Pace {
  readonly interval: Nanos
  readonly bitRate?: number
}

/** The pause between two bursts, so that a rate is the rate whatever the burst. A rate in bits becomes a pause where sizes are known. */
function planPace(options: SendOptions, burst: number): Pace {
  const { interval, rate, flood } = options
  if (interval !== undefined && rate !== undefined)
    throw usage('--interval and --rate both set the pace', 'leave one of them out')
  if (flood === true && (interval !== undefined || rate !== undefined))
    throw usage(
      '--flood sends as fast as it can, so it takes no --interval and no --rate',
      'leave --flood out to keep a pace',
    )
  if (flood === true) return { interval: 0 }
  if (rate === undefined) return { interval: parseDuration(interval ?? DEFAULTS.interval, '--interval') }
  const { unit, perSecond } = parseRate(rate, '--rate')
  return unit === 'packets' ? { interval: (burst * SECOND) / perSecond } : { interval: 0, bitRate: perSecond }
}

function planWindow(options: SendOptions, sizes: readonly number[], pace: Pace): number | undefined {
  // Too small to carry a sequence: only one in flight can be told from the next.
  if (sizes.some(size => size < IDENTIFIED_SIZE)) return 1
  if (options.window !== undefined) return parseCount(options.window, '--window', { min: 1 })
  return pace.interval === 0 && pace.bitRate === undefined ? DEFAULTS.floodWindow : undefined
}

/** RFC 8085 section 3.1.2: what goes beyond a quiet rate into a network must be asked for. */
function checkQuiet(options: SendOptions, target: Target, clients: number, burst: number, interval: Nanos): void {
  const { flood, rate, interval: said } = options
  if (
    flood === true ||
    rate !== undefined ||
    said !== undefined ||
    isLoopback(target.host) ||
    target.host === 'localhost'
  )
    return
  const perSecond = (clients * burst * SECOND) / interval
  if (perSecond <= DEFAULTS.quietRate) return
  throw usage(
    `${clients} clients × ${burst} every ${DEFAULTS.interval} are ${Math.round(perSecond)} datagrams a second off loopback`,
    'say --rate, --interval or --flood if that is meant',
  )
}

function planSockets(options: SendOptions, clients: number): Omit<ProberSockets, 'target'> {
  const { bind, df, tos, dscp, ttl } = options
  if (tos !== undefined && dscp !== undefined)
    throw usage('--tos and --dscp both set the TOS byte', 'leave one of them out')
  const local = bind === undefined ? undefined : parseBind(bind)
  if (local !== undefined && local.port !== 0 && clients > 1)
    throw usage(`--bind ${bind ?? ''} names one port, but ${clients} clients need one each`, 'leave the port out')
  return {
    recvBuffer: parseSize(options.recvBuffer ?? DEFAULTS.recvBuffer, '--recv-buffer', { max: LARGEST_BUFFER }),
    ...(local === undefined ? {} : { bind: local }),
    ...(ttl === undefined ? {} : { ttl: parseCount(ttl, '--ttl', { min: 1, max: 255 }) }),
    ...(df === undefined || df === false ? {} : { df: parseDf(df) }),
    ...(tos === undefined ? {} : { tos: parseTos(tos, '--tos') }),
    ...(dscp === undefined ? {} : { tos: parseDscp(dscp, '--dscp') }),
  }
}

/** An address alone lets the kernel choose the port. */
function parseBind(text: string): Target {
  if (isAddress(text) && addressWithPort(text) === undefined) return { host: text, port: 0 }
  return parseTarget(text, '--bind', { minPort: 0 })
}

function parseDf(mode: boolean | string): 'do' | 'probe' {
  if (mode === true || mode === 'probe') return 'probe'
  if (mode === 'do') return 'do'
  throw usage(`--df cannot be "${String(mode)}": it is do or probe`, 'write --df or --df=do')
}

function positive(duration: Nanos, flag: string): Nanos {
  if (duration > 0) return duration
  throw usage(`${flag} must be longer than nothing`, `write ${flag} 1s`)
}
