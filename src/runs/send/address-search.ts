import type { Address } from '../../base/address.ts'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import type { ReachabilityCheck, Reachability } from '../../engine/reachability.ts'
import { OUTCOME } from '../../facts/probe-table.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { SendPlan } from './plan.ts'
import { checkReachable } from './targets.ts'

/** A datagram that is too large proves nothing about the address. */
const EMSGSIZE = 90

/** The best result first. */
const RANK: Readonly<Record<Reachability, number>> = { answered: 0, silent: 1, refused: 2, unreachable: 3 }

/** An address of a name, and the result of a few probes to it. */
interface Tried {
  readonly address: Address
  readonly check: Pick<ReachabilityCheck, 'reachability'>
}

/** The other address with the best result, the first of equal ones. Undefined if none is better than the one used. */
function betterAddress(used: Reachability, others: readonly Tried[]): Address | undefined {
  let best: Address | undefined
  let rank = RANK[used]
  for (const { address, check } of others) {
    if (RANK[check.reachability] >= rank) continue
    rank = RANK[check.reachability]
    best = address
  }
  return best
}

/** Tries the other addresses of a name once, while a run uses one of them, and only if that gives no reply. */
export class AddressSearch {
  readonly #plan: SendPlan
  readonly #others: readonly Address[]
  readonly #signal: AbortSignal | undefined
  #began: number | undefined
  #found: Promise<Address | undefined> | undefined
  #isStopped = false
  #isFutile = false

  constructor(plan: SendPlan, others: readonly Address[], signal: AbortSignal | undefined) {
    this.#plan = plan
    this.#others = others
    this.#signal = signal
  }

  /** Called during the run. If replies are overdue, looks for a better address, and then ends the run. */
  look(facts: RunFacts, stop: () => void): void {
    if (this.#others.length === 0 || this.#found !== undefined || this.#signal?.aborted === true) return
    this.#began ??= performance.now()
    const used = reachabilityOf(facts)
    const isOverdue = (performance.now() - this.#began) * MILLISECOND > this.#plan.probe.timeout
    if (used === 'answered' || (used === 'silent' && !isOverdue)) return
    void this.#leave(used, facts, stop)
  }

  /** Whether the run keeps its address: it is the only one, it has replied, or no other one is better. */
  isDecided(facts: RunFacts): boolean {
    if (this.#others.length === 0 || this.#isFutile) return true
    return reachabilityOf(facts) === 'answered' && !this.#isStopped
  }

  /** Called when the run is over or could not start: the address to continue with, if there is a better one. */
  async finish(facts: RunFacts | undefined): Promise<Address | undefined> {
    if (this.#others.length === 0 || this.#signal?.aborted === true) return undefined
    const used = facts === undefined ? 'unreachable' : reachabilityOf(facts)
    if (used === 'answered' && !this.#isStopped) return undefined
    return this.#found ?? this.#search(used)
  }

  async #leave(used: Reachability, facts: RunFacts, stop: () => void): Promise<void> {
    this.#isFutile = (await this.#search(used)) === undefined
    if (this.#isFutile || reachabilityOf(facts) === 'answered') return
    this.#isStopped = true
    stop()
  }

  async #search(used: Reachability): Promise<Address | undefined> {
    const timeout = Math.min(this.#plan.probe.timeout, SECOND)
    const checks = this.#others.map(async address => {
      const check = await checkReachable(this.#plan, address, timeout, false, this.#signal)
      return { address, check }
    })
    this.#found = bestOf(used, checks)
    return this.#found
  }
}

async function bestOf(used: Reachability, checks: readonly Promise<Tried>[]): Promise<Address | undefined> {
  return betterAddress(used, await Promise.all(checks))
}

function reachabilityOf({ clients, icmp, probes }: RunFacts): Reachability {
  if (clients.some(({ replies, unidentified }) => replies + unidentified > 0)) return 'answered'
  const [page] = probes.pages
  const isRefused = page?.outcome[0] === OUTCOME.refused && page.detail[0] !== EMSGSIZE
  return isRefused || icmp.some(({ errno }) => errno !== EMSGSIZE) ? 'refused' : 'silent'
}
