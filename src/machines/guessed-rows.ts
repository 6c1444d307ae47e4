import type { Nanos } from '../base/nanos.ts'

/** Rows whose reply was guessed, kept as long as the real reply may arrive. */
export class GuessedRows {
  /** Row → time of the guess, in time order. */
  readonly #rows = new Map<number, Nanos>()

  /** Adds a row, and removes those guessed by `closed`. */
  add(row: number, closed: Nanos, now: Nanos): void {
    for (const [old, guessed] of this.#rows) {
      if (guessed > closed) break
      this.#rows.delete(old)
    }
    this.#rows.set(row, now)
  }

  /** Removes a row; returns whether it was guessed. */
  take(row: number): boolean {
    return this.#rows.delete(row)
  }
}
