import { usage } from '../../base/error.ts'
import { isIPv4, isIPv6 } from '../../base/ip.ts'
import type { Nanos } from '../../base/nanos.ts'
import { formatPortRange, portCount, type PortRange } from '../../base/port-range.ts'
import { present } from '../../base/present.ts'
import { quoted } from '../../base/quoted.ts'
import type { Target } from '../../base/target.ts'
import type { ProberSockets } from '../../engine/port.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { parseOneHost } from '../../options/target.ts'
import type { PayloadSource } from '../../runs/send/payload-source.ts'
import { IDENTIFIED_SIZE } from '../../wire/probe.ts'
import { MODULE_OPTIONS, MOST_FLOWS, type ModuleOptions } from './options.ts'

/** How targets are probed. */
export interface ModulePlan {
  readonly name: string
  /** Use only addresses of this IP version. */
  readonly family?: 4 | 6
  readonly sizes: readonly number[]
  readonly interval: Nanos
  readonly timeout: Nanos
  /** Sockets for each target. */
  readonly flows: number
  /** Ports of the sockets: each target has `flows` consecutive ones of them. Absent: free ones. */
  readonly sourcePorts?: PortRange
  readonly payload: PayloadSource
  readonly receipts: boolean
  /** Metrics have a series for each flow, instead of their sum. */
  readonly perFlow: boolean
  /** Metrics have one-way delays, by the estimated offset of the server's clock. */
  readonly oneWay: boolean
  readonly sockets: Omit<ProberSockets, 'target'>
}

/** Parses a target that a module probes. Throws a `usage` error. */
export function parseModuleTarget(written: string, { family }: Pick<ModulePlan, 'family'>): Target {
  const target = parseOneHost(written, 'the target')
  const { host } = target
  const version = isIPv4(host) ? 4 : isIPv6(host) ? 6 : undefined
  if (family === undefined || version === undefined || version === family) return target
  throw usage(`the target cannot be ${quoted(written)}: it is not an IPv${family} address`, `leave --ipv${family} out`)
}

/** Keys of a module that say which series its metrics have. */
export interface SeriesOptions {
  readonly perFlow?: boolean
  readonly oneWay?: boolean
}

/** The module of targets without one. */
export const DEFAULT_MODULE = 'default'

/** Parses the options of a module. Throws a `usage` error. */
export function planModule(
  name: string,
  raw: ModuleOptions,
  { perFlow = false, oneWay = false }: SeriesOptions = {},
): ModulePlan {
  const { size, interval, timeout, payload, receipts, sourcePorts, ...options } = parseOptions(MODULE_OPTIONS, raw)
  const flows = flowCount(options.flows, raw.flows !== undefined, sourcePorts)
  const least = Math.min(...size)
  if (least < IDENTIFIED_SIZE)
    throw usage(
      `--size cannot be ${least}: a reply of fewer than ${IDENTIFIED_SIZE} bytes does not say which probe it answers`,
      `write --size ${IDENTIFIED_SIZE} or more`,
      'size',
    )
  const { recvBuffer, bind, df, tos, dscp, ttl } = options
  if (tos !== undefined && dscp !== undefined)
    throw usage('--tos and --dscp both set the TOS byte', 'leave one of them out', 'dscp')
  return {
    name,
    sizes: size,
    interval,
    timeout,
    flows,
    payload,
    receipts,
    perFlow,
    oneWay,
    sockets: { recvBuffer, ...present({ bind, ttl, df, tos: tos ?? dscp }) },
    ...present({ family: raw.family, sourcePorts }),
  }
}

/** As many flows as there are ports, unless their number is given. */
function flowCount(flows: number, isGiven: boolean, ports: PortRange | undefined): number {
  if (ports === undefined) return flows
  const count = portCount(ports)
  if (isGiven && flows > count)
    throw usage(
      `--flows ${flows} needs ${flows} source ports, and ${formatPortRange(ports)} are ${count}`,
      `write --source-ports ${formatPortRange({ first: ports.first, last: ports.first + flows - 1 })}`,
      'sourcePorts',
    )
  if (!isGiven && count > MOST_FLOWS)
    throw usage(
      `--source-ports ${formatPortRange(ports)} are ${count} flows, and a target has at most ${MOST_FLOWS}`,
      'write --flows too: each target then has as many of the ports',
      'sourcePorts',
    )
  return isGiven ? flows : count
}
