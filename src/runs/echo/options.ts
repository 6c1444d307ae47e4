import { DEFAULT_CAP } from '../../base/answer-cap.ts'

/** What `--mode` takes. */
export const MODES = ['upper', 'echo', 'discard'] as const

/** What a user asks of a server. Texts are read as on the command line (`20ms`, `4KiB`, `1000pps`). */
export interface EchoOptions {
  /** Address to bind. Default 127.0.0.1; any other than loopback needs `public`. */
  readonly host?: string
  /** Port to bind; 0 picks a free one. Default 9000. */
  readonly port?: number | string
  /** What is answered: the datagram in upper case or as it came, or nothing. Default `upper`. */
  readonly mode?: 'upper' | 'echo' | 'discard' | (string & {})
  /** A fixed answer to every datagram. */
  readonly reply?: string
  /** The program reads at most so many bytes of each datagram. */
  readonly recvSize?: number | string
  /** Wait before each answer. */
  readonly delay?: string
  /** What moves the datagrams; `auto` takes the best that works here. Default `auto`. */
  readonly engine?: 'auto' | 'kernel' | 'dgram' | (string & {})
  /** Threads that share the port (kernel engine). Default 1. */
  readonly workers?: number | string
  /** Bytes to ask of SO_RCVBUF. Default 4MiB. */
  readonly recvBuffer?: number | string
  /** Allows a bind that others can reach. */
  readonly public?: boolean
  /** Most answers a second: `1000pps`. */
  readonly maxRate?: string
  /**
   * Most answers (`1000pps`) or bytes of answers (`10Mbit`) a second to one source network: a /24 of IPv4, a /56 of IPv6. Replaces the two
   * caps that hold off loopback, 1000 answers and 2 MiB a second, and holds on loopback too.
   */
  readonly maxRatePerSource?: string
  /** Peers remembered at once. Default 65536. */
  readonly maxPeers?: number | string
  /** Addresses and blocks (`10.0.0.0/8`) that are answered, and no other; empty: all. */
  readonly allow?: readonly string[]
  /** Addresses and blocks that are never answered. */
  readonly deny?: readonly string[]
  /** The server ends after this time. */
  readonly duration?: string
  /** The server ends after this time without a datagram. */
  readonly maxIdle?: string
  /** The server ends after so many datagrams. */
  readonly maxDatagrams?: number | string
}

export const ECHO_DEFAULTS = {
  /** Reachable from this host alone: an echo server that anyone can reach is a reflector. */
  host: '127.0.0.1',
  port: 9000,
  /** As the project's first server answered. */
  mode: 'upper',
  engine: 'auto',
  workers: 1,
  /** As much as Linux gives under a raised net.core.rmem_max; what it gives by default holds 256 small datagrams. */
  recvBuffer: '4MiB',
  answersPerSource: DEFAULT_CAP.answers,
  bytesPerSource: DEFAULT_CAP.bytes,
  /** About 20 MB of memory at most. */
  maxPeers: 65_536,
} as const
