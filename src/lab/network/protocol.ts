/** How many datagrams of one size were sent, and the lengths of those that were received. */
export interface Crossing {
  readonly sent: number
  readonly received: readonly number[]
}

/** What each experiment finds, by its name. Counters are those of /proc/net/snmp (RFC 4293, RFC 4022) of the end that they belong to. */
export interface Findings {
  readonly segments: {
    readonly tcp: { readonly segments: number; readonly received: number }
    readonly udp: Torn & { readonly created: number; readonly joined: number }
    /** One fragment was dropped; absent where there is no nftables. */
    readonly torn?: Torn & { readonly dropped: number }
  }
  readonly fragments: { readonly small: Crossing; readonly large: Crossing; readonly dropped: number }
  /** Two datagrams were sent with DF: the size of the one that left, the error of the other. */
  readonly df: { readonly passed: number; readonly refused?: string; readonly received: readonly number[] }
}

interface Torn {
  /** Fragments that arrived. */
  readonly arrived: number
  readonly received: readonly number[]
}

export type Experiment = keyof Findings

/** What an experiment sends to its parent. */
export type Outcome<Name extends Experiment = Experiment> =
  { readonly found: Findings[Name] } | { readonly error: string }

/** The report of the far end, when it is ready and on request. */
export interface FarReport {
  readonly udpPort: number
  readonly tcpPort: number
  /** Lengths of all the datagrams that came. */
  readonly datagrams: readonly number[]
  /** Bytes that came over TCP. */
  readonly streamed: number
  readonly snmp: string
}

/** The two ends of the wire. */
export const NEAR = '10.9.0.1'
export const FAR = '10.9.0.2'
export const MTU = 1500
/** The namespace of the far end, as ip(8) calls it. It is known inside the first one only. */
export const FAR_NAME = 'far'
