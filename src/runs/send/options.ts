import type { ComparedRun } from '../../verdict/compare/run-figures.ts'
import type { ToleranceOptions } from '../../options/tolerance.ts'

/** What a user asks of a run of probes. Texts are read as on the command line (`20ms`, `4KiB`, `10Mbit`). */
export interface SendOptions extends ToleranceOptions {
  /** Where to: `host:port`, `[v6]:port`, `host`. Default 127.0.0.1:9000. */
  readonly to?: string
  /** Take only IPv4 or only IPv6 addresses of a name. */
  readonly family?: 4 | 6
  /** Bytes of a datagram, a list or a range (`64..9000/512`), cycled. Default 128. */
  readonly size?: number | string | readonly (number | string)[]
  /** Probes for each client. Default 10, unless `duration` is set. */
  readonly count?: number | string
  readonly interval?: string
  /** Instead of an interval: `10Mbit` (payload bits) or `100pps`, for each client. */
  readonly rate?: string
  readonly duration?: string
  /** Probes sent at once every interval. */
  readonly burst?: number | string
  /** Most probes in flight, for each client. */
  readonly window?: number | string
  readonly clients?: number | string
  /** `text`, `binary`, `zeros`, `random` or `file:PATH`. */
  readonly payload?: string
  readonly timeout?: string
  readonly linger?: string
  /** Local address, or address:port. */
  readonly bind?: string
  readonly df?: boolean | string
  readonly tos?: number | string
  readonly dscp?: string
  readonly ttl?: number | string
  readonly recvBuffer?: number | string
  readonly engine?: 'auto' | 'kernel' | 'dgram' | (string & {})
  /** Makes the random payload repeatable. */
  readonly seed?: number | string
  readonly receipts?: boolean
  /** Wait so long for a server that is coming up. */
  readonly waitFor?: string
  readonly summary?: boolean
  readonly flood?: boolean
  /** Start a server for this run, on a thread of its own. */
  readonly self?: boolean
  readonly expect?: string | readonly string[]
  /** A saved run: the verdict fails if this one is worse by more than `tolerance`. */
  readonly baseline?: ComparedRun
}

export const SEND_DEFAULTS = {
  to: '127.0.0.1:9000',
  /** With -6: the same host by its other address. */
  to6: '[::1]:9000',
  /** The header (117 bytes) and some payload, well inside any MTU. */
  size: 128,
  count: 10,
  /** Ten a second is gentle anywhere (RFC 8085 section 3.1 asks a tool to be). */
  interval: '100ms',
  burst: 1,
  clients: 1,
  payload: 'text',
  /** RFC 8085 section 3.1.1: the initial estimate of a round trip. */
  timeout: '1s',
  engine: 'auto',
  /** As much as Linux gives under a raised net.core.rmem_max: a measuring host must not lose replies itself. */
  recvBuffer: '4MiB',
  /** In flight with --flood: enough to fill a fast path, less than a default receive buffer drops. */
  floodWindow: 1024,
  /** How long a flood lasts where neither --count nor --duration says. */
  floodDuration: '5s',
  /** Off loopback, more datagrams a second than this must be asked for aloud. */
  quietRate: 1000,
} as const
