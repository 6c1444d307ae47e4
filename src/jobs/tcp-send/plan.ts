import type { Nanos } from '../../base/nanos.ts'
import { parseTarget } from '../../base/target.ts'
import type { ConnectPlan } from '../../stream/connect.ts'
import { CONNECT_PATIENCE, TCP_TARGET } from '../tcp-target.ts'
import { parseTimerDuration } from '../timer-duration.ts'
import { TCP_SEND_DEFAULTS as DEFAULTS, type TcpSendOptions } from './options.ts'

export type { TcpSendOptions }

/** A conversation, checked and in units. */
export interface TcpSendPlan {
  readonly connect: ConnectPlan
  readonly timeout: Nanos
}

/** Reads options into a plan; throws a `usage` error. */
export function planTcpSend({ to, family, timeout }: TcpSendOptions): TcpSendPlan {
  return {
    connect: {
      target: parseTarget(to ?? TCP_TARGET, '--to'),
      patience: CONNECT_PATIENCE,
      ...(family === undefined ? {} : { family }),
    },
    timeout: parseTimerDuration(timeout ?? DEFAULTS.timeout, '--timeout'),
  }
}
