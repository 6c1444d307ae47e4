import type { Nanos } from '../base/nanos.ts'
import { isLockStep, maxSources, type ProbePlan } from '../facts/plan.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { sourceNumber } from '../facts/source.ts'
import { IDENTIFIED_SIZE } from '../wire/probe.ts'
import { quietTime } from './linger.ts'
import type { Environment } from './machine.ts'
import type { Reception } from './reception.ts'

const NONE = -1

/** A socket of a client, with its own port, and what may still arrive there. */
interface Source {
  readonly index: number
  readonly number: number
  /** The latest probe sent from here, and when; NONE: none. */
  last: number
  sent: Nanos
  /** The probe before that, if a copy of its reply may still arrive. */
  previous: number
  /** The latest probe has its outcome. */
  settled: boolean
  /** Every probe had exactly one reply that identifies itself, and nothing else arrived: the next probe can be sent from here too. */
  clean: boolean
  /** A copy, or an unidentified datagram, arrived while the latest probe was open. */
  doubtful: boolean
  /** When something last arrived here. */
  lastReply: Nanos
}

interface ClientSources {
  readonly all: Source[]
  /** The socket for probes that identify themselves. */
  main: Source | undefined
  /** No further socket can be opened. */
  full: boolean
  /** Replies are cut so short that they do not identify themselves: each probe needs its own port. */
  cutShort: boolean
}

/**
 * The sockets of a lock-step run. The port of arrival identifies a reply too short to carry its number, so a probe is sent from a port at which
 * no copy and no late reply of another can arrive. A probe too small for a number always needs such a port; a larger one needs it after a
 * timeout, a copy, or a reply cut too short. If no further port is available, the next probe waits until the oldest port is closed: `timeout`
 * and linger after an unanswered probe, the linger after the last reply.
 */
export class Sources {
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #environment: Environment
  readonly #reception: Reception
  readonly #most: number
  readonly #clients: ClientSources[]
  readonly #byNumber: (Source | undefined)[] = []
  /** By client: first replies of kind `R` at its first socket, while that is its only one. */
  readonly #answeredAtFirst: number[] = []

  private constructor(plan: ProbePlan, facts: RunFacts, environment: Environment, reception: Reception) {
    this.#plan = plan
    this.#facts = facts
    this.#environment = environment
    this.#reception = reception
    this.#most = maxSources(plan)
    this.#clients = facts.clients.map((_, client) => {
      return { all: [this.#create(client, 0)], main: undefined, full: false, cutShort: false }
    })
  }

  /** Undefined if the run is not lock-step: several probes of a port are in flight then. */
  static of(plan: ProbePlan, facts: RunFacts, environment: Environment, reception: Reception): Sources | undefined {
    return isLockStep(plan) ? new Sources(plan, facts, environment, reception) : undefined
  }

  /** When the client's next probe can be sent: `now`, or when a port is free. Opens a socket if necessary. */
  ready(client: number, now: Nanos): Nanos {
    const sources = this.#of(client)
    if (this.#pick(sources, client, now) !== undefined) return now
    let ready = Infinity
    for (const source of sources.all) ready = Math.min(ready, this.#closes(source))
    return ready
  }

  /** Selects the socket for the client's next probe; returns its number and index. */
  take(client: number, sequence: number, now: Nanos): { readonly number: number; readonly index: number } {
    const sources = this.#of(client)
    // Undefined if a copy arrived since `ready`: then a reply that is too short to identify is assigned to no probe.
    const free = this.#pick(sources, client, now)
    const source = free ?? sources.main ?? this.#first(sources)
    const shared = source.last !== NONE && this.#closes(source) > now
    source.previous = shared ? source.last : NONE
    source.doubtful = free === undefined
    source.last = sequence
    source.sent = now
    source.settled = source.clean = false
    if (!this.#needsOwn(sources, client)) sources.main = source
    return source
  }

  /** The probe of a reply that is too short to identify; -1: undetermined. */
  owner(number: number, arrived: Nanos): number {
    const source = this.#byNumber[number]
    if (source === undefined) return -1
    if (source.previous === NONE || source.settled) return source.last
    if (source.doubtful) return -1
    // A reply cannot arrive before its probe was sent.
    return arrived < source.sent ? source.previous : source.last
  }

  /** Whether a copy of another probe's reply may pass for the reply to the latest one. */
  isGuess(number: number): boolean {
    const source = this.#byNumber[number]
    return source !== undefined && source.previous !== NONE
  }

  /**
   * Records a first reply to a probe.
   * @param named whether its own bytes identify it
   * @param answered by a udptool server (kind `R`)
   */
  replied(number: number, client: number, named: boolean, answered: boolean, now: Nanos): void {
    const source = this.#byNumber[number]
    if (source === undefined) return
    if (!named && probeSize(this.#plan, source.last) >= IDENTIFIED_SIZE) this.#of(client).cutShort = true
    source.clean = named && !source.settled && !source.doubtful
    source.settled = true
    source.lastReply = now
    const counts = this.#facts.clients[client]?.sources?.[source.index]
    if (answered && counts !== undefined) counts.answered += 1
    else if (answered) this.#answeredAtFirst[client] = (this.#answeredAtFirst[client] ?? 0) + 1
  }

  /** The latest probe was refused by our own kernel or got an ICMP error: no reply to it will come. */
  failed(number: number, sequence: number): void {
    const source = this.#byNumber[number]
    if (source === undefined || source.last !== sequence || source.settled) return
    source.settled = true
    source.clean = !source.doubtful
  }

  /** Records a copy, or an unidentified datagram. */
  strayed(number: number, now: Nanos): void {
    const source = this.#byNumber[number]
    if (source === undefined) return
    source.clean = false
    source.lastReply = now
    if (!source.settled) source.doubtful = true
  }

  /** A socket for the client's next probe, if one is available by now. */
  #pick(sources: ClientSources, client: number, now: Nanos): Source | undefined {
    const { main, all } = sources
    if (!this.#needsOwn(sources, client) && main !== undefined && main.clean) return main
    const unused = all.find(source => source.last === NONE) ?? this.#open(sources, client)
    if (unused !== undefined) return unused
    // The one with the oldest latest probe.
    let oldest: Source | undefined
    for (const source of all) {
      if (source !== main && this.#closes(source) <= now && source.sent < (oldest?.sent ?? Infinity)) oldest = source
    }
    return oldest ?? (main !== undefined && this.#closes(main) <= now ? main : undefined)
  }

  /** Whether the client's next probe needs a port at which no reply to another probe may arrive. */
  #needsOwn({ cutShort }: ClientSources, client: number): boolean {
    return cutShort || probeSize(this.#plan, this.#facts.clients[client]?.scheduled ?? 0) < IDENTIFIED_SIZE
  }

  #open(sources: ClientSources, client: number): Source | undefined {
    const index = sources.all.length
    if (sources.full || index >= this.#most) return undefined
    const number = sourceNumber(client, index, this.#plan.clients)
    const port = this.#environment.open?.(number)
    const facts = this.#facts.clients[client]
    if (port === undefined || facts === undefined) {
      sources.full = true
      return undefined
    }
    facts.sources ??= [{ port: facts.port ?? 0, answered: this.#answeredAtFirst[client] ?? 0 }]
    facts.sources.push({ port, answered: 0 })
    const source = this.#create(client, index)
    sources.all.push(source)
    return source
  }

  /** When nothing more can arrive at a socket, by the same rule as for a whole run (docs/ledger.md, Words). */
  #closes({ last, settled, clean, sent, lastReply }: Source): Nanos {
    if (last === NONE) return -Infinity
    const rest = quietTime(this.#plan, this.#reception.largestRtt)
    if (!settled) return Math.max(sent + this.#plan.timeout, lastReply) + rest
    return clean && lastReply === -Infinity ? sent : lastReply + rest
  }

  #create(client: number, index: number): Source {
    const number = sourceNumber(client, index, this.#plan.clients)
    const source: Source = {
      index,
      number,
      last: NONE,
      sent: -Infinity,
      previous: NONE,
      settled: false,
      clean: false,
      doubtful: false,
      lastReply: -Infinity,
    }
    this.#byNumber[number] = source
    return source
  }

  #first({ all }: ClientSources): Source {
    const [first] = all
    if (first === undefined) throw new RangeError('a client without a socket')
    return first
  }

  #of(client: number): ClientSources {
    const sources = this.#clients[client]
    if (sources === undefined) throw new RangeError(`no client ${client}`)
    return sources
  }
}
