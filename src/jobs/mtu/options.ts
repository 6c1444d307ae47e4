import type { SendOptions } from '../../runs/send/plan.ts'

/** What a user asks of a search of the path MTU. Texts are read as on the command line. */
export interface MtuOptions extends Pick<
  SendOptions,
  | 'to'
  | 'family'
  | 'timeout'
  | 'linger'
  | 'interval'
  | 'waitFor'
  | 'receipts'
  | 'self'
  | 'bind'
  | 'tos'
  | 'dscp'
  | 'ttl'
  | 'recvBuffer'
  | 'engine'
  | 'seed'
  | 'expect'
> {
  /** Sizes of datagrams whose number of packets is asked: a list or a range. */
  readonly size?: number | string | readonly (number | string)[]
}

export const MTU_DEFAULTS = {
  to: '127.0.0.1:9000',
  /** A hundred a second: gentle (RFC 8085 section 3.1), and a round of some fifteen probes is sent at once, as one looks at it. */
  interval: '10ms',
  /** PROBE_TIMER: RFC 8899 section 5.1.1 asks for a second at least. */
  timeout: '1s',
  /** Rounds of a search: some ten are usual, thirty where routers lie and probes are lost; beyond that a path changes too fast. */
  rounds: 100,
} as const
