import type { Nanos } from '../base/nanos.ts'

/** Rows whose reply was guessed, kept as long as the real reply may come. */
export class GuessedRows {
  /** When each was guessed, in that order. */
  readonly #rows = new Map<number, Nanos>()

  /** Adds a row, and forgets those that were guessed by `closed`. */
  add(row: number, closed: Nanos, now: Nanos): void {
    for (const [old, guessed] of this.#rows) {
      if (guessed > closed) break
      this.#rows.delete(old)
    }
    this.#rows.set(row, now)
  }

  /** Whether a row was guessed; it is no longer. */
  take(row: number): boolean {
    return this.#rows.delete(row)
  }
}
