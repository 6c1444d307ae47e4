import type { IcmpError } from '../facts/icmp.ts'
import type { ProbeRow } from './probe-row.ts'

/** What became known about a probe while its run goes on. */
export interface SettledProbe {
  /**
   * `settled`: its fate, once for each probe. `revised`: a reply came after the probe was settled without one. `duplicate`: further copies of
   * its reply.
   */
  readonly kind: 'settled' | 'revised' | 'duplicate'
  readonly probe: ProbeRow
  /** When, in ms of real time since 1970. */
  readonly atMs: number
  /** Of an `unreachable` probe. */
  readonly icmp?: IcmpError
}
