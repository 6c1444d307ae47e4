import { test } from 'vitest'

/**
 * A fault of an earlier version, as one row of a table: the situation, what that version did, and what is right. `shows` produces the
 * situation with real sockets, kernel counters or a made-up document, and expects the right outcome. Its oracle is never code of src.
 */
export interface Case {
  /** An identifier that the rows of one fault share, such as `A2`. */
  readonly fault: string
  readonly what: string
  readonly before: string
  readonly right: string
  /** Default: 120 000. */
  readonly timeoutMs?: number
  readonly shows: () => void | Promise<void>
}

/** Defines one test per row, whose title has all texts of the row. */
export function cases(rows: readonly Case[]): void {
  for (const { fault, what, before, right, timeoutMs, shows } of rows) {
    test(
      `${fault}: ${what} | before: ${before} | right: ${right}`,
      timeoutMs === undefined ? {} : { timeout: timeoutMs },
      shows,
    )
  }
}
