import type { Family } from '../../base/address.ts'
import type { ForeignSource } from '../../facts/query.ts'
import type { Reading } from '../../wire/services/service.ts'
import type { Source } from './request-window.ts'

/** Limit for the addresses that are remembered. Anyone can send to the port, from any address. */
const MAX_SOURCES = 8

type Misfit = Extract<Reading, { readonly what: 'unmatched' | 'malformed' }>

/** Counts of the datagrams that are no answers. Its memory does not grow with their number. */
export class Arrivals {
  duplicates = 0
  unmatched = 0
  malformed = 0
  foreign = 0
  /** Why the last unmatched or malformed one is so. */
  why: string | undefined
  readonly #sources: ForeignSource[] = []

  get sources(): readonly ForeignSource[] {
    return this.#sources
  }

  misfit({ what, why }: Misfit): void {
    this[what] += 1
    this.why = why
  }

  /** A datagram from another address than the target. `isAnswer`: it would be an answer if the target had sent it. */
  stranger({ address, port }: Source, family: Family, isAnswer: boolean): void {
    this.foreign += 1
    const known = this.#sources.find(one => one.address === address && one.port === port)
    if (known !== undefined) {
      known.count += 1
      if (isAnswer) known.answers += 1
    } else if (this.#hasRoom(isAnswer)) {
      this.#sources.push({ address, port, family, count: 1, answers: isAnswer ? 1 : 0 })
    }
  }

  /** An answer from elsewhere matters more than noise, so its source takes the place of another. */
  #hasRoom(isAnswer: boolean): boolean {
    if (this.#sources.length < MAX_SOURCES) return true
    const noise = isAnswer ? this.#sources.findLastIndex(({ answers }) => answers === 0) : -1
    if (noise >= 0) this.#sources.splice(noise, 1)
    return noise >= 0
  }
}
