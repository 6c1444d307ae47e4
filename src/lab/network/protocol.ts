/** The number of datagrams of one size that were sent, and the lengths of those received. */
export interface Crossing {
  readonly sent: number
  readonly received: readonly number[]
}

/** The findings of each experiment. Counters are from /proc/net/snmp (RFC 4293, RFC 4022) of the respective end. */
export interface Findings {
  readonly segments: {
    readonly tcp: { readonly segments: number; readonly received: number }
    readonly udp: Torn & { readonly created: number; readonly joined: number }
    /** One fragment was dropped. Absent without nftables. */
    readonly torn?: Torn & { readonly dropped: number }
  }
  readonly fragments: { readonly small: Crossing; readonly large: Crossing; readonly dropped: number }
  /** Two datagrams were sent with DF: the size that passed, the error of the other. */
  readonly df: { readonly passed: number; readonly refused?: string; readonly received: readonly number[] }
}

interface Torn {
  /** Fragments that arrived. */
  readonly arrived: number
  readonly received: readonly number[]
}

export type Experiment = keyof Findings

/** The message of an experiment to its parent. */
export type Outcome<Name extends Experiment = Experiment> =
  { readonly found: Findings[Name] } | { readonly error: string }

/** The message of the far end when it is ready, and on request. */
export interface FarReport {
  readonly udpPort: number
  readonly tcpPort: number
  /** Lengths of all received datagrams. */
  readonly datagrams: readonly number[]
  /** Bytes received over TCP. */
  readonly streamed: number
  readonly snmp: string
}

/** The addresses of the two ends of the wire. */
export const NEAR = '10.9.0.1'
export const FAR = '10.9.0.2'
export const MTU = 1500
/** The name of the far namespace for ip(8). It is known inside the near one only. */
export const FAR_NAME = 'far'
