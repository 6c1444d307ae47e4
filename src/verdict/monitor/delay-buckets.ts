import { SECOND, type Nanos } from '../../base/nanos.ts'

/** Default bounds in seconds: powers of two from 30.5 µs to 8 s, as in native histograms of Prometheus with schema 0. */
export const DELAY_BOUNDS: readonly number[] = Array.from({ length: 19 }, (_, n) => 2 ** (n - 15))

/** Delays since the start by bucket. */
export interface DelayBuckets {
  /** Upper bounds in seconds, ascending. */
  readonly bounds: readonly number[]
  /** Delays by the first bound that they do not exceed; the last number is that of delays above all bounds. */
  readonly counts: readonly number[]
  readonly sumSeconds: number
}

/** Counts delays by bucket. */
export class DelayBucketFold {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum: Nanos = 0

  /** @param bounds in seconds, ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  push(delay: Nanos): void {
    const seconds = delay / SECOND
    const bound = this.#bounds.findIndex(most => seconds <= most)
    const place = bound < 0 ? this.#bounds.length : bound
    this.#counts[place] = (this.#counts[place] ?? 0) + 1
    this.#sum += delay
  }

  result(): DelayBuckets {
    return { bounds: this.#bounds, counts: this.#counts.slice(), sumSeconds: this.#sum / SECOND }
  }
}

/** The sum of delays by the same bounds. */
export function sumBuckets(all: readonly DelayBuckets[]): DelayBuckets | undefined {
  const [first] = all
  if (first === undefined || all.length === 1) return first
  return {
    bounds: first.bounds,
    counts: first.counts.map((_, bucket) => all.reduce((sum, { counts }) => sum + (counts[bucket] ?? 0), 0)),
    sumSeconds: all.reduce((sum, { sumSeconds }) => sum + sumSeconds, 0),
  }
}
