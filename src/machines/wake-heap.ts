import type { Nanos } from '../base/nanos.ts'

/** Members ordered by the time at which each wants to be called. A binary heap: a change costs log n. */
export class WakeHeap<Member> {
  readonly #heap: Member[] = []
  readonly #entries = new Map<Member, { at: Nanos; place: number }>()

  /** The earliest time; Infinity: there is none. */
  get next(): Nanos {
    const [first] = this.#heap
    return first === undefined ? Infinity : this.#at(first)
  }

  /** The member with the earliest time. */
  get first(): Member | undefined {
    return this.#heap[0]
  }

  /** Adds a member, or changes its time. */
  set(member: Member, at: Nanos): void {
    const entry = this.#entries.get(member)
    if (entry === undefined) {
      const place = this.#heap.push(member) - 1
      this.#entries.set(member, { at, place })
      this.#rise(place)
      return
    }
    const before = entry.at
    entry.at = at
    if (at < before) this.#rise(entry.place)
    else this.#sink(entry.place)
  }

  delete(member: Member): void {
    const entry = this.#entries.get(member)
    if (entry === undefined) return
    const last = this.#heap.pop()
    this.#entries.delete(member)
    if (last === undefined || last === member) return
    this.#put(last, entry.place)
    this.#rise(entry.place)
    this.#sink(entry.place)
  }

  #rise(from: number): void {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.#isBefore(place, parent)) return
      this.#swap(place, parent)
      place = parent
    }
  }

  #sink(from: number): void {
    let place = from
    for (;;) {
      let least = place
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child
      if (least === place) return
      this.#swap(place, least)
      place = least
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    return a !== undefined && b !== undefined && this.#at(a) < this.#at(b)
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (a === undefined || b === undefined) return
    this.#put(a, other)
    this.#put(b, one)
  }

  #put(member: Member, place: number): void {
    this.#heap[place] = member
    const entry = this.#entries.get(member)
    if (entry !== undefined) entry.place = place
  }

  #at(member: Member): Nanos {
    return this.#entries.get(member)?.at ?? Infinity
  }
}
