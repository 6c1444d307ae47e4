/** Count, extremes, mean and standard deviation of a stream in constant memory, numerically stable for large values (Welford 1962). */
export class Moments {
  #count = 0
  #mean = 0
  #sum = 0
  #squares = 0
  #min = Infinity
  #max = -Infinity

  push(x: number): void {
    this.#count++
    this.#sum += x
    const away = x - this.#mean
    this.#mean += away / this.#count
    this.#squares += away * (x - this.#mean)
    if (x < this.#min) this.#min = x
    if (x > this.#max) this.#max = x
  }

  get count(): number {
    return this.#count
  }

  /** 0 for no samples. */
  get mean(): number {
    // Sums of whole ns are exact up to 104 days of delay, and so is the mean; beyond that Welford's is more precise.
    return Math.abs(this.#sum) < Number.MAX_SAFE_INTEGER ? this.#sum / Math.max(1, this.#count) : this.#mean
  }

  /** Infinity for no samples. */
  get min(): number {
    return this.#min
  }

  /** -Infinity for no samples. */
  get max(): number {
    return this.#max
  }

  /** The sample's standard deviation (n−1); undefined for fewer than two samples. */
  get stddev(): number | undefined {
    return this.#count < 2 ? undefined : Math.sqrt(this.#squares / (this.#count - 1))
  }
}
