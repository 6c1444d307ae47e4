/** What a datagram is by its first bytes. `damaged`: a probe that came back from a server. */
export type SeenKind = 'plain' | 'probe' | 'reply' | 'question' | 'answer' | 'damaged'

/** One datagram that a server received, or a train of datagrams of one peer (docs/engines.md), and what was done with it. */
export interface SeenDatagram {
  /** Milliseconds since 1970 (UTC). */
  readonly time: number
  readonly address: string
  readonly port: number
  /** Bytes of all of them that the program read. */
  readonly length: number
  /** Datagrams; more than one in a train. */
  readonly count: number
  /** Of the first. */
  readonly kind: SeenKind
  /** Datagrams answered, and the bytes of these answers; those whose answer waits for `--delay`; and those not answered, by reason. */
  readonly answered: number
  readonly answeredBytes: number
  readonly delayed: number
  readonly dropped: Readonly<Record<string, number>>
}

/** So many are noted a second: more than anybody reads, and few enough for a server in a flood. */
export const MAX_SEEN_A_SECOND = 100

/** Noted ones that nobody has taken yet are kept up to this many; then the oldest go. */
export const MAX_SEEN = 1000
