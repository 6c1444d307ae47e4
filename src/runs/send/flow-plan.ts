import { counted } from '../../base/counted.ts'
import { usage } from '../../base/error.ts'
import { formatPortRange, portCount, type PortRange } from '../../base/port-range.ts'
import type { Target } from '../../base/target.ts'
import { IDENTIFIED_SIZE } from '../../wire/probe.ts'

/** The flows of a run: clients whose source ports are consecutive, one socket each. */
export interface FlowPlan {
  /** Absent: as many free ports as there are clients, found when the run begins. */
  readonly sourcePorts?: PortRange
}

interface FlowOptions {
  readonly flows: number | undefined
  readonly sourcePorts: PortRange | undefined
  readonly size: readonly number[]
  readonly bind: Target | undefined
  readonly hasProtocol: boolean
}

/** The number of flows, and their plan. Throws a `usage` error if other options contradict. */
export function planFlows(
  { flows, sourcePorts, size, bind, hasProtocol }: FlowOptions,
  hasClients: boolean,
): { readonly count: number; readonly plan: FlowPlan } | undefined {
  if (flows === undefined && sourcePorts === undefined) return undefined
  const [flag, option] = flows === undefined ? ['--source-ports', 'sourcePorts'] : ['--flows', 'flows']
  if (hasClients)
    throw usage(`${flag} and --clients both set the number of sockets`, 'leave --clients out for fixed ports', option)
  const count = sourcePorts === undefined ? (flows ?? 1) : portCount(sourcePorts)
  if (flows !== undefined && sourcePorts !== undefined && flows !== count)
    throw usage(
      `--flows ${flows} and --source-ports ${formatPortRange(sourcePorts)} (${counted(count, 'port')}) contradict each other`,
      'leave --flows out: each port is a flow',
      option,
    )
  if (bind !== undefined && bind.port !== 0)
    throw usage(
      `${flag} sets the source ports, so --bind takes an address without a port`,
      `write --bind ${bind.host}`,
      'bind',
    )
  const tiny = hasProtocol ? undefined : size.find(bytes => bytes < IDENTIFIED_SIZE)
  if (tiny !== undefined)
    throw usage(
      `--size ${tiny} has no room for a sequence number, so a probe after a loss needs another source port than its flow has`,
      `send at least ${IDENTIFIED_SIZE} bytes, or use --clients instead of ${flag}`,
      'size',
    )
  return { count, plan: sourcePorts === undefined ? {} : { sourcePorts } }
}
