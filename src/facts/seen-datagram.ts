/** The kind of a datagram by its first bytes. `damaged`: a probe returned by a server. */
export type SeenKind = 'plain' | 'probe' | 'reply' | 'question' | 'answer' | 'damaged'

/** One datagram that a server received, or a train of datagrams of one peer (docs/engines.md), and its outcome. */
export interface SeenDatagram {
  /** Milliseconds since 1970 (UTC). */
  readonly time: number
  readonly address: string
  readonly port: number
  /** Sum of their lengths as read by the program. */
  readonly length: number
  /** Number of datagrams; more than one in a train. */
  readonly count: number
  /** Kind of the first. */
  readonly kind: SeenKind
  /** Answered datagrams and the bytes of these answers; datagrams whose answer waits for `--delay`; unanswered datagrams by reason. */
  readonly answered: number
  readonly answeredBytes: number
  readonly delayed: number
  readonly dropped: Readonly<Record<string, number>>
}

/** Maximum number recorded in a second: more than anybody reads, and few enough for a server in a flood. */
export const MAX_SEEN_A_SECOND = 100

/** Maximum number kept until somebody reads them; then the oldest are discarded. */
export const MAX_SEEN = 1000
