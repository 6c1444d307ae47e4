import { test } from 'vitest'

/**
 * A fault that was found from outside, as one row of a table: what happens, what the tool said, and what is right. `shows` makes the case
 * with real sockets, kernel counters or a made-up document, and expects the right answer; its oracle is never code of src.
 */
export interface Case {
  /** What the rows of one fault have in common, such as `A2`. */
  readonly fault: string
  readonly what: string
  readonly before: string
  readonly right: string
  /** Milliseconds that it may take, 60 000 unless told otherwise. */
  readonly timeoutMs?: number
  readonly shows: () => void | Promise<void>
}

/** Each row becomes a test that is named after the whole row. */
export function cases(rows: readonly Case[]): void {
  for (const { fault, what, before, right, timeoutMs, shows } of rows) {
    test(
      `${fault}: ${what} | before: ${before} | right: ${right}`,
      timeoutMs === undefined ? {} : { timeout: timeoutMs },
      shows,
    )
  }
}
