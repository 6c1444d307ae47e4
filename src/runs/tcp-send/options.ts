import type { TcpTargetOptions } from '../tcp-target.ts'

/** What a user asks of a conversation over one connection. */
export interface TcpSendOptions extends TcpTargetOptions {
  /** A reply that is not whole after so much silence is taken as it is. */
  readonly timeout?: string
}

export const TCP_SEND_DEFAULTS = {
  /** As for datagrams: a reply that takes longer is one to be told about. */
  timeout: '1s',
} as const
