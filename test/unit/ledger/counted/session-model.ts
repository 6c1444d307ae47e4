import { MILLISECOND, type Nanos } from '../../../../src/base/nanos.ts'
import { OUTCOME, PAGE_ROWS, TRAIT } from '../../../../src/facts/probe-table.ts'
import { createRunFacts, type RunFacts } from '../../../../src/facts/run.ts'
import { createStampFacts, type ExtraProbe } from '../../../../src/facts/stamp.ts'
import { probePlan, stampPlan } from '../../machines/plans.ts'

/** One way of a path. Ratios are probabilities for each datagram. */
export interface Way {
  readonly loss: number
  readonly copy: number
  /** A datagram takes up to this much longer than the shortest time. */
  readonly jitter: Nanos
}

/** A session with a stateful reflector, in virtual time. */
export interface SessionPlan {
  readonly seed: number
  readonly probes: number
  readonly interval: Nanos
  readonly sizes: readonly number[]
  readonly forward: Way
  readonly back: Way
  /** Sequences that the sender sends twice. */
  readonly doubled: readonly number[]
  /** Maximum number of closing probes; the first answered one is the last. */
  readonly closing: number
  /** When the reflector forgets its counter: after this many requests that it has received. */
  readonly restarts: readonly number[]
}

/** What happened to a probe without a reply. */
export type Whereabouts = 'forward' | 'back'

export interface SessionTruth {
  readonly facts: RunFacts
  /** By row, of the probes without a reply. */
  readonly lost: ReadonlyMap<number, Whereabouts>
  /** Requests that the path copied, and of which the sender saw at most one number. */
  readonly hiddenCopies: number
  /** Requests without a reply that reached the reflector before an earlier or after a later one with a reply. */
  readonly overtaking: number
  /** Whether some request reached the reflector out of order, or as a copy. */
  readonly isDisturbed: boolean
  /** For each restart: how many requests the reflector had counted since the one before. */
  readonly countedAtRestart: readonly number[]
  /** Some request was answered after all lost ones were sent. */
  readonly endsWithReply: boolean
  /** Copies of probes, sent for the proof, without a reply. */
  readonly unansweredExtras: number
  /** Most requests in a row without a reply. */
  readonly longestSilence: number
}

const LATENCY: Nanos = 5 * MILLISECOND
const TIMEOUT: Nanos = 200 * MILLISECOND

interface Request {
  readonly sequence: number
  readonly isExtra: boolean
  readonly sent: Nanos
  /** Numbers that the reflector gave to it, in the order of arrival there. */
  readonly given: { readonly number: number; readonly rank: number }[]
  /** Replies that arrived. */
  readonly replies: { readonly number: number; readonly rank: number; readonly arrived: Nanos }[]
}

/** Runs a session. It shares nothing with the product but the shape of the facts. */
export function runSession(plan: SessionPlan): SessionTruth {
  const chance = random(plan.seed)
  const requests: Request[] = []
  const send = (sequence: number, isExtra: boolean, sent: Nanos): Request => {
    const request: Request = { sequence, isExtra, sent, given: [], replies: [] }
    requests.push(request)
    return request
  }
  for (let sequence = 0; sequence < plan.probes; sequence++) {
    const sent = sequence * plan.interval
    send(sequence, false, sent)
    if (plan.doubled.includes(sequence)) send(sequence, true, sent)
  }
  const reflector = new Reflector(plan.restarts)
  reflect(requests, plan, reflector, chance)
  let last = plan.probes * plan.interval + TIMEOUT
  for (let n = 0; n < plan.closing; n++) {
    const request = send(plan.probes + n, true, last)
    reflect([request], plan, reflector, chance)
    last += TIMEOUT
    if (request.replies.some(({ arrived }) => arrived < last)) break
  }
  return { ...truthOf(requests, plan, reflector), facts: factsOf(requests, plan) }
}

class Reflector {
  readonly #restarts: readonly number[]
  readonly countedAtRestart: number[] = []
  #received = 0
  #counter = 0

  constructor(restarts: readonly number[]) {
    this.#restarts = restarts
  }

  receive(): { readonly number: number; readonly rank: number } {
    if (this.#restarts.includes(this.#received)) {
      this.countedAtRestart.push(this.#counter)
      this.#counter = 0
    }
    this.#received += 1
    this.#counter += 1
    return { number: this.#counter - 1, rank: this.#received }
  }
}

function reflect(requests: readonly Request[], plan: SessionPlan, reflector: Reflector, chance: () => number): void {
  const arrivals: { readonly request: Request; readonly at: Nanos }[] = []
  for (const request of requests)
    for (const at of travel(request.sent, plan.forward, chance)) arrivals.push({ request, at })
  for (const { request, at } of arrivals.toSorted((one, other) => one.at - other.at)) {
    const given = reflector.receive()
    request.given.push(given)
    for (const arrived of travel(at, plan.back, chance)) request.replies.push({ ...given, arrived })
  }
  for (const { replies } of requests) replies.sort((one, other) => one.arrived - other.arrived)
}

/** When the datagram and its copies arrive. */
function travel(from: Nanos, { loss, copy, jitter }: Way, chance: () => number): Nanos[] {
  const copies = chance() < copy ? 2 : 1
  const times: Nanos[] = []
  for (let n = 0; n < copies; n++) if (chance() >= loss) times.push(from + LATENCY + Math.floor(chance() * jitter))
  return times
}

function truthOf(
  requests: readonly Request[],
  { doubled }: SessionPlan,
  { countedAtRestart }: Reflector,
): Omit<SessionTruth, 'facts'> {
  const lost = new Map<number, Whereabouts>()
  let hiddenCopies = 0
  for (const { sequence, isExtra, given, replies } of requests) {
    if (!isExtra && replies.length === 0) lost.set(sequence, given.length === 0 ? 'forward' : 'back')
    if (given.length > 1) hiddenCopies += given.length - Math.max(1, new Set(replies.map(({ rank }) => rank)).size)
  }
  const counted = requests.flatMap((request, place) =>
    request.given.map(({ rank }) => ({ place, rank, isSeen: request.replies.some(reply => reply.rank === rank) })),
  )
  const crosses = (one: (typeof counted)[number], other: (typeof counted)[number]): boolean =>
    one.place < other.place !== one.rank < other.rank && one.place !== other.place
  let [silence, longestSilence] = [0, 0]
  for (const { replies } of requests) {
    silence = replies.length === 0 ? silence + 1 : 0
    longestSilence = Math.max(longestSilence, silence)
  }
  const lastReply = requests.findLastIndex(({ replies }) => replies.length > 0)
  const lastLost = requests.findLastIndex(({ isExtra, replies }) => !isExtra && replies.length === 0)
  return {
    lost,
    hiddenCopies,
    overtaking: counted.filter(one => !one.isSeen && counted.some(other => other.isSeen && crosses(one, other))).length,
    isDisturbed:
      requests.some(({ given }) => given.length > 1) ||
      counted.some((one, index) => index > 0 && (counted[index - 1]?.rank ?? 0) > one.rank),
    countedAtRestart,
    endsWithReply: lastReply > lastLost,
    unansweredExtras: requests.filter(
      ({ sequence, isExtra, replies }) => isExtra && replies.length === 0 && doubled.includes(sequence),
    ).length,
    longestSilence,
  }
}

function factsOf(requests: readonly Request[], plan: SessionPlan): RunFacts {
  const { probes: count, interval, sizes } = plan
  const engine = { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' } as const
  const facts = createRunFacts(probePlan({ count, interval, sizes, timeout: TIMEOUT, protocol: stampPlan() }), engine)
  facts.stamp = createStampFacts(1)
  const [client, session] = [facts.clients[0], facts.stamp.sessions[0]]
  if (client === undefined || session === undefined) throw new Error('no client')
  const answered: Request[] = []
  for (const request of requests) {
    const { sequence, isExtra, sent, replies } = request
    const [first, ...others] = replies
    for (const { number, arrived } of others)
      if (number !== first?.number) session.copies.push({ sequence, counter: number, arrived })
    if (isExtra) {
      const extra: ExtraProbe = { sequence, sent }
      if (first !== undefined) Object.assign(extra, { counter: first.number, arrived: first.arrived })
      session.extras.push(extra)
      continue
    }
    const [page, place] = [facts.probes.open(sequence), sequence % PAGE_ROWS]
    page.outcome[place] = first === undefined ? OUTCOME.waiting : OUTCOME.whole
    page.sent[place] = sent
    if (page.scheduled !== undefined) page.scheduled[place] = sent
    client.scheduled += 1
    client.firstSent = Math.min(client.firstSent, sent)
    client.lastSent = Math.max(client.lastSent, sent)
    if (first === undefined) continue
    answered.push(request)
    page.traits[place] = TRAIT.same
    page.arrived[place] = first.arrived
    if (page.counter !== undefined) page.counter[place] = first.number
    page.copies[place] = others.length
    client.replies += 1
    client.duplicates += others.length
  }
  const arrivalOf = ({ replies }: Request): Nanos => replies[0]?.arrived ?? Infinity
  answered
    .toSorted((one, other) => arrivalOf(one) - arrivalOf(other))
    .forEach(({ sequence }, rank) => {
      facts.probes.open(sequence).order[sequence % PAGE_ROWS] = rank + 1
    })
  facts.closedAt = (requests.at(-1)?.sent ?? 0) + 2 * TIMEOUT
  return facts
}

/** Uniform in [0, 1) (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
