export type Family = 'udp4' | 'udp6'

/** One end of a UDP conversation: a numeric address, never a name. A link-local IPv6 address keeps its zone (`fe80::1%eth0`). */
export interface Address {
  readonly address: string
  readonly port: number
  readonly family: Family
}

export type StreamFamily = 'tcp4' | 'tcp6'

/** One end of a TCP connection; the counterpart of `Address` for UDP. */
export interface StreamAddress {
  readonly address: string
  readonly port: number
  readonly family: StreamFamily
}

/** An address in the form of a target: `127.0.0.1:9000`, `[::1]:9000`. */
export function formatAddress({ address, port, family }: Address | StreamAddress): string {
  return family === 'udp6' || family === 'tcp6' ? `[${address}]:${port}` : `${address}:${port}`
}
