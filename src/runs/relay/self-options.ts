import type { RelayOptions } from './options.ts'

/** What a user asks of the demonstration: the relay's rules, and what is sent through it. */
export interface SelfOptions extends Pick<RelayOptions, 'up' | 'down' | 'seed' | 'queue'> {
  readonly size?: number | string
  readonly count?: number | string
  readonly interval?: string
  readonly clients?: number | string
  readonly timeout?: string
}

export const SELF_DEFAULTS = {
  /** Room for the whole header of a probe. */
  size: 128,
  /** With 5 % loss this shows about ten lost ones, … */
  count: 200,
  /** … and takes a second. */
  interval: '5ms',
  clients: 1,
  /** Far more than any delay on loopback, and short enough to wait for. */
  timeout: '1s',
} as const
