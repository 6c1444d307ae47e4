import { usage } from '../../base/error.ts'
import type { Nanos } from '../../base/nanos.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import type { IrttServerPlan } from '../../facts/protocol.ts'
import { readIrttKey } from '../key-file.ts'
import type { ResponderRunPlan } from '../responder-run.ts'

/** Sessions of all clients; the source networks share them (docs/irtt.md, Server). */
const MAX_SESSIONS = 65_536
/** Largest payload of a UDP datagram over IPv4. */
const MAX_LENGTH = 65_507

/** The plan of a server for clients of irtt. */
export interface IrttServePlan extends ResponderRunPlan {
  readonly respond: ResponderPlan & { readonly protocol: IrttServerPlan }
}

/** The parsed options of the server for clients of irtt. */
export interface IrttOptions {
  readonly irtt: number
  readonly irttKeyFile: string | undefined
  readonly irttMaxDuration: Nanos | undefined
  readonly irttMinInterval: Nanos
}

/**
 * The plan of the server for clients of irtt beside an echo server: on the same address, with the same guards and limits. Reads the file of its
 * key. Throws a `usage` error.
 */
export function planIrttServe({ engine, respond, sockets }: ResponderRunPlan, options: IrttOptions): IrttServePlan {
  const { irtt: port, irttKeyFile, irttMaxDuration = Infinity, irttMinInterval } = options
  const { host, recvBuffer, workers } = sockets
  if (port === sockets.port && port !== 0)
    throw usage(`--irtt and --port cannot both be ${port}: each has a socket of its own`, 'choose another port')
  const keys = irttKeyFile === undefined ? undefined : [readIrttKey(irttKeyFile)]
  // Both servers together have these limits.
  const { reply: _, maxDatagrams: __, maxIdle: ___, ...limits } = respond
  return {
    engine,
    respond: {
      ...limits,
      mode: 'echo',
      delay: 0,
      protocol: {
        name: 'irtt',
        isAuthenticated: keys !== undefined,
        maxSessions: MAX_SESSIONS,
        maxDuration: irttMaxDuration,
        minInterval: irttMinInterval,
        maxLength: MAX_LENGTH,
      },
    },
    sockets: { host, port, recvBuffer, workers, ...(keys === undefined ? {} : { keys }) },
  }
}
