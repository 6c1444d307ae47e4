/** What the buffers of a host are measured by. Texts are read as on the command line (`10000pps`, `50ms`, `1200`). */
export interface DoctorOptions {
  /** Datagrams a second that a program here is to receive. */
  readonly rate?: string
  /** The longest that it does not read: a garbage collection, a busy processor. */
  readonly pause?: string
  /** Bytes of a datagram. */
  readonly size?: number | string
}

export const DOCTOR_DEFAULTS = {
  /** What an ordinary service or a stream of 100 Mbit/s has. */
  rate: '10000pps',
  /** A major garbage collection of Node, or a few turns of a scheduler under load. */
  pause: '50ms',
  /** What fits one packet on any path (RFC 8085 section 3.2 counts on 1280 for IPv6). */
  size: 1200,
} as const
