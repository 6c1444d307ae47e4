import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/error.ts'
import { isLoopback } from '../../base/ip.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { Target } from '../../base/target.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { ProberSockets } from '../../engine/port.ts'
import type { EngineChoice } from '../../options/engine.ts'
import type { ParsedOptions } from '../../options/option.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { parseOneHost } from '../../options/target.ts'
import type { Expectation } from '../../verdict/expect/expectation.ts'
import { IDENTIFIED_SIZE } from '../../wire/probe.ts'
import type { Tolerance } from '../../verdict/compare/diff.ts'
import type { ComparedRun } from '../../verdict/compare/run-figures.ts'
import { readIrttKey } from '../key-file.ts'
import { IRTT_PORT, leastIrttSize, planIrtt } from './irtt-plan.ts'
import { planFlows, type FlowPlan } from './flow-plan.ts'
import { FLOOD, SEND_OPTIONS, type SendOptions } from './options.ts'
import type { PayloadSource } from './payload-source.ts'

export type { SendOptions }

/** The default host with -6. */
const LOOPBACK_6 = '::1'

/** Off loopback, more datagrams per second than this need an explicit rate. */
const QUIET_RATE = 1000

/**
 * The plan of a run of probes, with checked values in base units. It lacks what is known only at run time (addresses, run numbers, the
 * content of a file).
 */
export interface SendPlan {
  /** The command that the Result names; absent: `send`. */
  readonly command?: 'ping' | 'stamp send'
  readonly target: Target
  readonly family?: 4 | 6
  readonly engine: EngineChoice
  readonly self: boolean
  readonly waitFor: Nanos
  readonly seed?: number
  /** Absent: the sockets of the clients have any ports. */
  readonly flows?: FlowPlan
  readonly payload: PayloadSource
  readonly probe: Omit<ProbePlan, 'runs' | 'payload'>
  readonly sockets: Omit<ProberSockets, 'target'>
  readonly expectations: readonly Expectation[]
  /** The saved run to compare with. */
  readonly baseline?: { readonly run: ComparedRun; readonly tolerance: Tolerance }
}

type Parsed = ParsedOptions<typeof SEND_OPTIONS>

/** Parses options to a plan. Throws a `usage` error. */
export function planSend(raw: SendOptions): SendPlan {
  const options = parseOptions(SEND_OPTIONS, raw)
  const { family, baseline } = raw
  const target = planTarget(raw, options)
  if (options.self && raw.to !== undefined)
    throw usage('--self starts its own server, so it excludes --to', 'leave one of them out')
  const { burst, tolerance, lossTolerance } = options
  const flows = planFlows({ ...options, hasProtocol: options.protocol !== undefined }, raw.clients !== undefined)
  const clients = flows?.count ?? options.clients
  const pace = planPace(raw, options)
  if (!options.self)
    checkQuiet(
      raw,
      target,
      `${clients} ${flows === undefined ? 'clients' : 'flows'} × ${burst}`,
      (clients * burst * SECOND) / pace.interval,
    )
  const key = options.irttKeyFile === undefined ? undefined : readIrttKey(options.irttKeyFile)
  const flooding = options.flood && raw.count === undefined && raw.duration === undefined
  const duration = flooding ? parseDuration(FLOOD.duration, '--duration') : options.duration
  const schedule = {
    clients,
    sizes: raw.size === undefined && options.protocol !== undefined ? [leastIrttSize(key !== undefined)] : options.size,
    interval: pace.interval,
    burst,
    ...present({
      count: raw.count === undefined && duration !== undefined ? undefined : options.count,
      duration,
      bitRate: pace.bitRate,
      window: planWindow(options, pace),
    }),
  }
  const sockets = planSockets(raw, options)
  const protocol = options.protocol === undefined ? undefined : planIrtt(schedule, key !== undefined, sockets.tos)
  return {
    target,
    ...present({ family, seed: options.seed, flows: flows?.plan }),
    engine: options.engine,
    self: options.self,
    waitFor: options.waitFor ?? 0,
    payload: options.payload,
    probe: {
      ...schedule,
      timeout: options.timeout,
      // Servers of irtt know no receipts, and answer nothing outside of a session.
      receipts: protocol === undefined && options.receipts,
      strayCheck: protocol === undefined,
      summary: options.summary,
      ...present({ linger: options.linger, protocol }),
    },
    sockets: { ...sockets, ...present({ key }) },
    expectations: options.expect ?? [],
    ...(baseline === undefined
      ? {}
      : { baseline: { run: baseline, tolerance: { ratio: tolerance, loss: lossTolerance } } }),
  }
}

/** With -6 the default host has its IPv6 address. A target without a port has the one of the protocol. */
function planTarget({ to, family }: SendOptions, { to: parsed, protocol }: Parsed): Target {
  const target = family === 6 && to === undefined ? { ...parsed, host: LOOPBACK_6 } : parsed
  if (protocol === undefined) return target
  return to === undefined ? { ...target, port: IRTT_PORT } : parseOneHost(to, '--to', { defaultPort: IRTT_PORT })
}

interface Pace {
  readonly interval: Nanos
  readonly bitRate?: number
}

/** The pause between two bursts, so that the rate does not depend on the burst. A rate in bits becomes a pause when sizes are known. */
function planPace(raw: SendOptions, { interval, rate, flood, burst }: Parsed): Pace {
  if (raw.interval !== undefined && rate !== undefined)
    throw usage('--interval and --rate both set the pace', 'leave one of them out')
  if (flood && (raw.interval !== undefined || rate !== undefined))
    throw usage(
      '--flood sends as fast as it can, so it takes no --interval and no --rate',
      'leave --flood out to keep a pace',
    )
  if (flood) return { interval: 0 }
  if (rate === undefined) return { interval }
  return rate.unit === 'packets'
    ? { interval: (burst * SECOND) / rate.perSecond }
    : { interval: 0, bitRate: rate.perSecond }
}

function planWindow({ size, window }: Parsed, pace: Pace): number | undefined {
  // Too small for a sequence number, so only one can be in flight.
  if (size.some(bytes => bytes < IDENTIFIED_SIZE)) return 1
  if (window !== undefined) return window
  return pace.interval === 0 && pace.bitRate === undefined ? FLOOD.window : undefined
}

/** RFC 8085 section 3.1.2: a rate above the quiet one must be requested explicitly. */
function checkQuiet(raw: SendOptions, { host }: Target, sockets: string, perSecond: number): void {
  if (raw.flood === true || raw.rate !== undefined || raw.interval !== undefined) return
  if (isLoopback(host) || host === 'localhost') return
  if (perSecond <= QUIET_RATE) return
  throw usage(
    `${sockets} every ${SEND_OPTIONS.interval.default} are ${Math.round(perSecond)} datagrams a second off loopback`,
    'say --rate, --interval or --flood if that is meant',
  )
}

function planSockets(raw: SendOptions, options: Parsed): Omit<ProberSockets, 'target'> {
  const { recvBuffer, bind, df, tos, dscp, ttl, clients } = options
  if (tos !== undefined && dscp !== undefined)
    throw usage('--tos and --dscp both set the TOS byte', 'leave one of them out')
  if (bind !== undefined && bind.port !== 0 && clients > 1)
    throw usage(`--bind ${raw.bind ?? ''} names one port, but ${clients} clients need one each`, 'leave the port out')
  return { recvBuffer, ...present({ bind, ttl, df, tos: tos ?? dscp }) }
}
