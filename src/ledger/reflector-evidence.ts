/**
 * What a STAMP reflector proved to be: `stateful` counts the packets of each session; `stateless` copies the sender's number; `direct` copies
 * it too, but its Direct Measurement TLVs count; `unproved`: too few replies to its copies.
 */
export type ReflectorKind = 'stateful' | 'stateless' | 'direct' | 'unproved'

/** What the counts of a STAMP reflector showed, over all sessions of a run. */
export interface ReflectorEvidence {
  readonly kind: ReflectorKind
  /** Segments between two anchors that have a loss (docs/stamp.md). */
  readonly segments: number
  /** Those in which the counts do not give a direction. */
  readonly unknownSegments: number
  /** How often a session's count began again: the reflector was restarted, or it evicted the session. */
  readonly restarts: number
}
