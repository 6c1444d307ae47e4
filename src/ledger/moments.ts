/**
 * Count, extremes, mean and standard deviation of a stream in constant memory, stable for large values (Welford 1962).
 */
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

  /** 0 while nothing was pushed. */
  get mean(): number {
    // Whole ns add up exactly to 104 days of delay, and give the mean as one would by hand; beyond, Welford's is better.
    return Math.abs(this.#sum) < Number.MAX_SAFE_INTEGER ? this.#sum / Math.max(1, this.#count) : this.#mean
  }

  /** Infinity while nothing was pushed. */
  get min(): number {
    return this.#min
  }

  /** -Infinity while nothing was pushed. */
  get max(): number {
    return this.#max
  }

  /** The sample's standard deviation (n−1); undefined below two samples. */
  get stddev(): number | undefined {
    return this.#count < 2 ? undefined : Math.sqrt(this.#squares / (this.#count - 1))
  }
}
