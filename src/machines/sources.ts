import type { Nanos } from '../base/nanos.ts'
import { isLockStep, maxSources, type ProbePlan } from '../facts/plan.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { sourceNumber } from '../facts/source.ts'
import { IDENTIFIED_SIZE } from '../wire/probe.ts'
import { quietTime } from './linger.ts'
import type { Environment } from './machine.ts'
import type { Reception } from './reception.ts'

const NONE = -1

/** A socket of a client, with a port of its own, and what may still come to it. */
interface Source {
  readonly index: number
  readonly number: number
  /** The latest probe that left from here, and when; NONE: none. */
  last: number
  sent: Nanos
  /** The probe before that, where a copy of its reply may still come. */
  previous: number
  /** The latest probe has its outcome. */
  settled: boolean
  /** Every probe had one reply that names it, and nothing else came: the next probe may leave from here too. */
  clean: boolean
  /** A copy, or what nothing names, came while the latest probe was open. */
  doubtful: boolean
  /** When something came here last. */
  lastReply: Nanos
}

interface ClientSources {
  readonly all: Source[]
  /** Where probes leave from that name themselves. */
  main: Source | undefined
  /** No further socket can be opened. */
  full: boolean
  /** Replies are cut too short to be told apart: each probe needs a port of its own. */
  cutShort: boolean
}

/**
 * The sockets of a run in lock-step. A reply too short to carry its number is told by the port that it comes to: so a probe leaves from a
 * port to which no copy and no late reply of another can come. A probe too small for a number always does; a larger one does after a
 * silence, a copy, or a reply cut too short. Where no further port is to be had the next probe waits until what is under way to the
 * oldest port is closed: `timeout` and linger after an unanswered probe, the linger after the last reply.
 */
export class Sources {
  readonly #plan: ProbePlan
  readonly #facts: RunFacts
  readonly #environment: Environment
  readonly #reception: Reception
  readonly #most: number
  readonly #clients: ClientSources[]
  readonly #byNumber: (Source | undefined)[] = []
  /** Of each client: first replies of kind `R` at its first socket, while that is its only one. */
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

  /** Undefined for a run that is not in lock-step: several probes of a port are under way there. */
  static of(plan: ProbePlan, facts: RunFacts, environment: Environment, reception: Reception): Sources | undefined {
    return isLockStep(plan) ? new Sources(plan, facts, environment, reception) : undefined
  }

  /** When the client's next probe may leave: `now`, or when a port is free. Opens a socket if that is needed. */
  ready(client: number, now: Nanos): Nanos {
    const sources = this.#of(client)
    if (this.#pick(sources, client, now) !== undefined) return now
    let ready = Infinity
    for (const source of sources.all) ready = Math.min(ready, this.#closes(source))
    return ready
  }

  /** The number of the socket that the client's probe leaves from now, and its index. */
  take(client: number, sequence: number, now: Nanos): { readonly number: number; readonly index: number } {
    const sources = this.#of(client)
    // None where a copy came in the moment between: then what comes too short is booked on nothing.
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

  /** The probe that a reply belongs to which is too short to say so; -1: none can be named. */
  owner(number: number, arrived: Nanos): number {
    const source = this.#byNumber[number]
    if (source === undefined) return -1
    if (source.previous === NONE || source.settled) return source.last
    if (source.doubtful) return -1
    // A reply is never older than its probe.
    return arrived < source.sent ? source.previous : source.last
  }

  /** Whether another probe's copy may pass for the reply of the latest one. */
  isGuess(number: number): boolean {
    const source = this.#byNumber[number]
    return source !== undefined && source.previous !== NONE
  }

  /**
   * A first reply to a probe.
   *
   * @param named by its own bytes
   * @param answered by a udptool server (kind `R`)
   */
  replied(number: number, client: number, named: boolean, answered: boolean, now: Nanos): void {
    const source = this.#byNumber[number]
    if (source === undefined) return
    if (!named && probeSize(this.#plan, source.last) >= IDENTIFIED_SIZE) this.#of(client).cutShort = true
    source.clean = named && !source.settled && !source.doubtful
    source.settled = true
    source.lastReply = now
    const told = this.#facts.clients[client]?.sources?.[source.index]
    if (answered && told !== undefined) told.answered += 1
    else if (answered) this.#answeredAtFirst[client] = (this.#answeredAtFirst[client] ?? 0) + 1
  }

  /** The latest probe was refused by our own kernel or turned back by an ICMP error: no reply to it will come. */
  failed(number: number, sequence: number): void {
    const source = this.#byNumber[number]
    if (source === undefined || source.last !== sequence || source.settled) return
    source.settled = true
    source.clean = !source.doubtful
  }

  /** A copy, or what nothing names. */
  strayed(number: number, now: Nanos): void {
    const source = this.#byNumber[number]
    if (source === undefined) return
    source.clean = false
    source.lastReply = now
    if (!source.settled) source.doubtful = true
  }

  /** A source for the client's next probe, if there is one by now. */
  #pick(sources: ClientSources, client: number, now: Nanos): Source | undefined {
    const { main, all } = sources
    if (!this.#needsOwn(sources, client) && main !== undefined && main.clean) return main
    const unused = all.find(source => source.last === NONE) ?? this.#open(sources, client)
    if (unused !== undefined) return unused
    // The one that was used longest ago is the first: see `take`.
    let oldest: Source | undefined
    for (const source of all) {
      if (source !== main && this.#closes(source) <= now && source.sent < (oldest?.sent ?? Infinity)) oldest = source
    }
    return oldest ?? (main !== undefined && this.#closes(main) <= now ? main : undefined)
  }

  /** Whether the client's next probe takes a port that no other probe may still be answered at. */
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

  /** When nothing more can come to a source: as a whole run is closed (docs/ledger.md, Words). */
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
