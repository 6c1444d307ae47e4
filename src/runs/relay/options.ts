/** What a user asks of a relay. Texts are read as on the command line (`drop=5%`, `20ms`, `64MiB`). */
export interface RelayOptions {
  /** Where clients send to: `host:port`; port 0 picks a free one. Any host but loopback needs `public`. */
  readonly listen?: string
  /** Instead of the port in `listen`. */
  readonly port?: number | string
  /** The server. */
  readonly to?: string
  /** Rules on the way to the server, and back: `drop=5% delay=20ms~5ms`. */
  readonly up?: string | readonly string[]
  readonly down?: string | readonly string[]
  /** Makes the fates repeatable; without one, each relay draws its own and names it. */
  readonly seed?: number | string
  /** A client unheard for so long is forgotten. */
  readonly idle?: string
  readonly maxClients?: number | string
  /** Bytes that may wait in the relay. */
  readonly queue?: number | string
  readonly recvBuffer?: number | string
  readonly public?: boolean
  /** Most datagrams (`1000pps`) or bits (`10Mbit`) a second, each way, for one source network, /24 or /56; on loopback too. */
  readonly maxRatePerSource?: string
  /** Take datagrams from ports below 1024 and of other UDP services too, which may answer an answer and so begin a loop. */
  readonly servicePorts?: boolean
  /** The relay ends after this time. */
  readonly duration?: string
}

export const RELAY_DEFAULTS = {
  /** Beside the server's own port. */
  listen: '127.0.0.1:9001',
  /** Where `udptool serve` listens. */
  to: '127.0.0.1:9000',
  /** RFC 4787 section 4.3 has a NAT keep a UDP mapping two minutes at least. */
  idle: '2m',
  /** A socket and a record each; Linux gives a process 1024 open files at least, Node asks for more. */
  maxClients: 4096,
  /** What 50 000 datagrams of a full frame take: half a second at 100 000 a second. */
  queue: '64MiB',
  /** As a server asks for: bursts are impaired by rules, not by chance. */
  recvBuffer: '4MiB',
} as const
