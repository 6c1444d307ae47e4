import type { Nanos } from '../../base/nanos.ts'

/** A moment of real time: seconds and nanoseconds since 1970 (UTC). */
export interface RealTime {
  readonly seconds: number
  readonly nanos: number
}

/** An answer of an NTP server (RFC 5905 section 7.3). */
export interface NtpAnswer {
  readonly service: 'ntp'
  readonly version: number
  /** The leap indicator. `unknown`: the clock is not synchronized. */
  readonly leap: 'none' | 'add' | 'delete' | 'unknown'
  /** 1 to 15; 0 is a kiss-o'-death, 16 not synchronized. */
  readonly stratum: number
  /** The kiss code of a packet with stratum 0: `RATE`, `DENY`, … */
  readonly kiss?: string
  /** The precision of the server's clock. */
  readonly precision: Nanos
  readonly rootDelay: Nanos
  readonly rootDispersion: Nanos
  /** `GPS` for stratum 1, an IPv4 address or 8 hex digits above. */
  readonly referenceId: string
  /** When the server received the request and sent the answer, by its clock. */
  readonly received: RealTime
  readonly sent: RealTime
}
