interface Waiting {
  readonly source: string
  readonly begin: () => void
}

/**
 * Runs a limited number of tasks at the same time. The next is one of the source with the fewest running tasks, else the one that has
 * waited longest.
 */
export class Semaphore {
  #free: number
  readonly #waiting: Waiting[] = []
  readonly #running = new Map<string, number>()

  constructor(atOnce: number) {
    this.#free = atOnce
  }

  async take<T>(source: string, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>(begin => this.#waiting.push({ source, begin }))
    this.#count(source, 1)
    try {
      return await work()
    } finally {
      this.#count(source, -1)
      const next = this.#next()
      if (next === undefined) this.#free += 1
      else next.begin()
    }
  }

  #next(): Waiting | undefined {
    const [first, ...others] = this.#waiting
    if (first === undefined) return undefined
    const next = others.reduce((best, one) => (this.#of(one) < this.#of(best) ? one : best), first)
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    return next
  }

  #of({ source }: Waiting): number {
    return this.#running.get(source) ?? 0
  }

  #count(source: string, change: 1 | -1): void {
    const count = (this.#running.get(source) ?? 0) + change
    if (count === 0) this.#running.delete(source)
    else this.#running.set(source, count)
  }
}
