import type { Nanos } from '../../base/nanos.ts'
import type { ConnectPlan } from '../../stream/connect.ts'
import { planConnect } from '../tcp-target.ts'
import { parseTimerDuration } from '../../options/timer-duration.ts'
import { TCP_SEND_DEFAULTS as DEFAULTS, type TcpSendOptions } from './options.ts'

export type { TcpSendOptions }

/** A conversation, checked and in units. */
export interface TcpSendPlan {
  readonly connect: ConnectPlan
  readonly timeout: Nanos
}

/** Reads options into a plan; throws a `usage` error. */
export function planTcpSend({ timeout, ...target }: TcpSendOptions): TcpSendPlan {
  return {
    connect: planConnect(target),
    timeout: parseTimerDuration(timeout ?? DEFAULTS.timeout, '--timeout'),
  }
}
