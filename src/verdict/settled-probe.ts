import type { IcmpError } from '../facts/icmp.ts'
import type { SettledRow } from '../ledger/settled-probes.ts'
import type { ProbeRow } from './probe-row.ts'

/** What became known about a probe while its run goes on. */
export interface SettledProbe {
  readonly kind: SettledRow['kind']
  readonly probe: ProbeRow
  /** When, in ms of real time since 1970. */
  readonly atMs: number
  /** TTL or hop limit with which the reply arrived. Absent if it was not observed. */
  readonly ttl?: number
  /** Of an `unreachable` probe. */
  readonly icmp?: IcmpError
  /** Of a loss whose direction the server told: how long after the probe was sent, in ms. */
  readonly toldMs?: number
  /** Of such a loss: replies of the run were late, so a probe that had not reached the server by then may still do so. */
  readonly mayArrive?: boolean
}
