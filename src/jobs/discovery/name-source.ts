import { UdptoolError } from '../../base/error.ts'
import { SECOND, type Nanos } from '../../base/nanos.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import type { LongTimer } from '../../engine/long-timer.ts'
import { resolveHost, type Lookup } from '../../engine/resolve.ts'
import { parseOneHost } from '../../options/target.ts'
import type { Log } from '../log.ts'
import type { DnsPlan } from '../monitor/config-plan.ts'
import { FaultLog } from '../fault-log.ts'
import type { Source, SourceTarget } from './source.ts'

/** What a DNS name needs from its surroundings. */
export interface NameSurroundings {
  readonly lookup: Lookup
  /** The hosts and ports of the SRV records of a name. Rejects with `resolve`. */
  readonly lookupServices: (name: string) => Promise<readonly Target[]>
  readonly startTimer: (callback: () => void, duration: Nanos) => LongTimer
  readonly log: Log
  /** After each change of targets, and after the first answer or failure. */
  readonly onChange: () => void
}

/** Time until a name that never had an answer is asked again: a Service begins without addresses. */
const FIRST_RETRY: Nanos = 5 * SECOND

/** The addresses or services of a DNS name, asked again and again. Without an answer, and after one without addresses, the last ones stay. */
export class NameSource implements Source {
  readonly #plan: Omit<DnsPlan, 'refresh'>
  readonly #surroundings: NameSurroundings
  readonly #faults: FaultLog
  #refresh: Nanos
  #timer: LongTimer | undefined
  #isClosed = false
  #hasAnswer = false
  isRead = false
  targets: readonly SourceTarget[] = []

  constructor({ refresh, ...plan }: DnsPlan, surroundings: NameSurroundings) {
    this.#plan = plan
    this.#refresh = refresh
    this.#surroundings = surroundings
    this.#faults = new FaultLog(surroundings.log)
    void this.#ask()
  }

  /** Counts from the next question on. */
  setRefresh(refresh: Nanos): void {
    this.#refresh = refresh
  }

  close(): void {
    this.#isClosed = true
    this.#timer?.cancel()
  }

  async #ask(): Promise<void> {
    const { name, type } = this.#plan
    const found = await this.#answer()
    if (this.#isClosed) return
    const before = this.targets
    if (found instanceof UdptoolError)
      this.#faults.set(name, 'cannot resolve the name of targets: the last targets stay', {
        name,
        type,
        error: found.message,
        targets: before.length,
      })
    else {
      this.#hasAnswer = true
      this.targets = found
      this.#faults.clear(name, 'the name of targets is resolved again', { name, type, targets: found.length })
    }
    const wait = this.#hasAnswer ? this.#refresh : Math.min(this.#refresh, FIRST_RETRY)
    this.#timer = this.#surroundings.startTimer(() => void this.#ask(), wait)
    if (this.isRead && JSON.stringify(before) === JSON.stringify(this.targets)) return
    this.isRead = true
    this.#surroundings.onChange()
  }

  /** The targets of an answer, each once, in an order that does not depend on that of the answer: name servers rotate it. */
  async #answer(): Promise<readonly SourceTarget[] | UdptoolError> {
    try {
      const found = (await this.#found()).map(formatTarget)
      const targets = [...new Set(found)].toSorted().flatMap(text => usable(text) ?? [])
      if (targets.length > 0) return targets.map(target => ({ target, labels: {} }))
      const reason = found.length === 0 ? 'it has no records' : `${found[0]} cannot be a target`
      return new UdptoolError('resolve', `cannot resolve ${this.#plan.name}: ${reason}`)
    } catch (error) {
      if (error instanceof UdptoolError) return error
      throw error
    }
  }

  async #found(): Promise<readonly Target[]> {
    const { name, type, port } = this.#plan
    const { lookup, lookupServices } = this.#surroundings
    if (type === 'SRV') return lookupServices(name)
    const addresses = await resolveHost(name, type === 'A' ? 4 : 6, lookup)
    return addresses.map(({ address }) => ({ host: address, port }))
  }
}

/** Undefined for what a user could not write either: a multicast address, port 0, characters that no host name has. */
function usable(text: string): Target | undefined {
  try {
    return parseOneHost(text, 'the target')
  } catch (error) {
    if (error instanceof UdptoolError) return undefined
    throw error
  }
}
