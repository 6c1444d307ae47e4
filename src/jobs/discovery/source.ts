import type { Target } from '../../base/target.ts'

/** A target of a source, with the labels that the source gives it. */
export interface SourceTarget {
  readonly target: Target
  readonly labels: Readonly<Record<string, string>>
}

/** Something that names targets: the files of a pattern, or a DNS name. */
export interface Source {
  /** The present targets, in an order that depends only on them. */
  readonly targets: readonly SourceTarget[]
  /** Whether it was read once, or failed once. */
  readonly isRead: boolean
  /** Reads nothing more. */
  close(): void
}
