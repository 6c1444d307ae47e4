import type { Nanos } from '../../base/nanos.ts'
import type { ConnectPlan } from '../../stream/connect.ts'
import { planConnect } from '../tcp-target.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { TCP_SEND_OPTIONS, type TcpSendOptions } from './options.ts'

export type { TcpSendOptions }

/** The plan of a conversation, with checked values in base units. */
export interface TcpSendPlan {
  readonly connect: ConnectPlan
  readonly timeout: Nanos
}

/** Parses options to a plan. Throws a `usage` error. */
export function planTcpSend(raw: TcpSendOptions): TcpSendPlan {
  return { connect: planConnect(raw), timeout: parseOptions(TCP_SEND_OPTIONS, raw).timeout }
}
