import { DEFAULT_CAP } from '../../base/answer-cap.ts'
import { counted } from '../../base/counted.ts'
import { isLoopback } from '../../base/ip.ts'
import { SECOND, toMs } from '../../base/nanos.ts'
import { formatRate } from '../../base/rate.ts'
import type { Address } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Tally } from '../../ledger/tally.ts'
import { sendFailures } from '../../ledger/send-failures.ts'
import { CHECKED_SIZE } from '../../wire/probe.ts'
import type { ResultWarning } from '../result.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

const { answers: DEFAULT_ANSWERS, bytes: DEFAULT_BYTES } = DEFAULT_CAP
/** Tolerance of the comparison with the default cap: probes do not arrive exactly as they left. */
const [LEAST, MOST] = [0.75, 1.25]
/** Below this duration (ns) a rate is mostly the initial fill of the bucket, so the message has a count and a time instead. */
const SHORT = SECOND
/** Share of a cap that a sender should use. */
const MARGIN = 0.9

/**
 * A server that answered some probes of a port and withheld others has a rate cap: its lists, modes and port guards treat all probes of a port
 * alike.
 */
export const serverCapped: Rule = (facts, { tally }, target) => {
  const { fates } = tally.total
  const count = fates.lostServerPolicy - sendFailures(facts, tally)
  if (count === 0 || !answersAndWithholds(facts, tally)) return undefined
  const seen = returned(tally)
  const cap = isLoopback(target.address) ? undefined : defaultCap(tally)
  return {
    code: 'serverCapped',
    message: `the server withheld its replies to ${count} of ${probes(scheduledCount(fates))} because of a rate cap: the network did not lose them. ${came(seen)}. ${capWords(cap, target)}`,
    hint: `send slower: --rate ${slower(seen, cap, facts)}; or ${RAISE}`,
    evidence: {
      count,
      replies: seen.replies,
      repliesPerSecond: seen.replies / seen.seconds,
      bitsPerSecond: (seen.bytes * 8) / seen.seconds,
      ...(cap === undefined ? {} : { cap: cap === 'answers' ? DEFAULT_ANSWERS : DEFAULT_BYTES * 8, unit: UNIT[cap] }),
    },
  }
}

const RAISE = 'raise the cap of the server: udptool serve --max-rate-per-source RATE (and --max-rate, if it has one)'

/**
 * Losses without receipts, as many as the default cap would withhold from such a run. Nothing proves it, so their fates stay unknown; but a
 * user who sends faster than the cap should check that first.
 */
export const capSuspected: Rule = (facts, { tally }, target) => {
  const { total, classifier, defaultCap: model } = tally
  const { lostUnknown, lostServerPolicy } = total.fates
  if (facts.plan.protocol !== undefined) return reflectorCap(facts, tally, target)
  if (lostUnknown === 0 || lostServerPolicy > 0 || isLoopback(target.address)) return undefined
  const checked = facts.plan.sizes.some(size => size >= CHECKED_SIZE)
  // A server that answers whole probes without the kind of a udptool server is another program.
  if (checked && !classifier.sawAnswer) return undefined
  const cap = defaultCap(tally)
  const withheld = model.withheldByAnswers + model.withheldByBytes
  if (cap === undefined || !explains(withheld, lostUnknown)) return undefined
  const seen = returned(tally)
  return {
    code: 'capSuspected',
    message: `${lostUnknown} of ${probes(scheduledCount(total.fates))} got no reply, and without receipts nothing proves why. ${came(seen)}. A udptool server with its default cap, ${limitWords(cap, target)}, would withhold ${withheld} replies in such a run`,
    hint: `send slower: --rate ${slower(seen, cap, facts)}; ${checked ? 'or leave --no-receipts out' : `or send ${CHECKED_SIZE} bytes or more, so that the server keeps receipts`}; or ${RAISE}`,
    evidence: {
      count: lostUnknown,
      replies: seen.replies,
      expected: withheld,
      cap: cap === 'answers' ? DEFAULT_ANSWERS : DEFAULT_BYTES * 8,
      unit: UNIT[cap],
    },
  }
}

/**
 * The same for a STAMP reflector. What it withholds looks like a loss on the return path, because it numbers it; with other reflectors like one
 * on the forward path.
 */
function reflectorCap(facts: RunFacts, tally: Tally, target: Address): ResultWarning | undefined {
  const { total, defaultCap: model } = tally
  const { lostUnknown, lostForward, lostReturn } = total.fates
  const count = lostUnknown + lostForward + lostReturn
  if (facts.plan.protocol?.name !== 'stamp' || count === 0 || isLoopback(target.address)) return undefined
  const cap = capOf(tally, replyCount(total.fates))
  const withheld = model.withheldByAnswers + model.withheldByBytes
  if (cap === undefined || !explains(withheld, count)) return undefined
  const seen = returned(tally)
  return {
    code: 'capSuspected',
    message: `${count} of ${probes(scheduledCount(total.fates))} got no reply, and nothing proves why. ${came(seen)}. The reflector udptool stamp serve with its default cap, ${limitWords(cap, target)}, would withhold ${withheld} replies in such a run`,
    hint: `send slower: --rate ${slower(seen, cap, facts)}; or raise the cap of the reflector: udptool stamp serve --max-rate-per-source RATE`,
    evidence: {
      count,
      replies: seen.replies,
      expected: withheld,
      cap: cap === 'answers' ? DEFAULT_ANSWERS : DEFAULT_BYTES * 8,
      unit: UNIT[cap],
    },
  }
}

/** The rule, unless a cap is suspected: what a cap withholds also differs by size and port, and is not the path's fault. */
export function unlessCapSuspected(rule: Rule): Rule {
  return (facts, analysis, target) =>
    capSuspected(facts, analysis, target) === undefined ? rule(facts, analysis, target) : undefined
}

const UNIT = { answers: 'answers/s', bytes: 'bit/s' } as const

type Cap = keyof typeof UNIT

/** What came back, and how long it took. */
interface Returned {
  readonly replies: number
  readonly bytes: number
  readonly nanos: number
  /** At least one: in a shorter run the initial burst is no rate. */
  readonly seconds: number
}

/** Whether the server has answered and withheld probes of the same client. */
function answersAndWithholds({ clients }: RunFacts, { clients: groups, classifier }: Tally): boolean {
  return groups.some(({ fates }, number) => {
    const { totals } = clients[number]?.receipts ?? {}
    if (totals === undefined || classifier.believed[number] !== true) return false
    const answered = Math.max(totals.answered, replyCount(fates))
    return fates.lostServerPolicy > Math.min(totals.sendFailed, fates.lostServerPolicy) && answered > 0
  })
}

function returned(tally: Tally): Returned {
  const { firstSent, lastSent, lastReply, sizes, total } = tally
  const replies = replyCount(total.fates)
  let bytes = 0
  for (const [size, { fates }] of sizes) bytes += size * replyCount(fates)
  const nanos = Math.max(0, Math.max(lastSent, lastReply) - firstSent)
  return { replies, bytes, nanos, seconds: Math.max(1, nanos / SECOND) }
}

/** Which limit of the default cap explains what the server withheld; undefined: neither does. */
function defaultCap(tally: Tally): Cap | undefined {
  const { fates } = tally.total
  return capOf(tally, replyCount(fates) + fates.lostReturn + fates.lostClientBuffer)
}

/** Which limit would have left as many answers. */
function capOf({ defaultCap: model }: Tally, answered: number): Cap | undefined {
  if (model.withheldByAnswers + model.withheldByBytes === 0 || !explains(model.answered, answered)) return undefined
  return model.withheldByBytes > model.withheldByAnswers ? 'bytes' : 'answers'
}

function explains(expected: number, seen: number): boolean {
  return seen >= LEAST * expected && seen <= MOST * expected
}

function came({ replies, bytes, nanos, seconds }: Returned): string {
  if (nanos < SHORT) return `${counted(replies, 'reply', 'replies')} came back within ${Math.ceil(toMs(nanos))} ms`
  const bits = formatRate({ unit: 'bits', perSecond: (bytes * 8) / seconds })
  return `${counted(Math.round(replies / seconds), 'reply', 'replies')} a second (${bits}) came back`
}

function capWords(cap: Cap | undefined, target: Address): string {
  if (isLoopback(target.address)) return 'On loopback only --max-rate-per-source and --max-rate cap a server'
  if (cap !== undefined) return `The default cap of a udptool server explains it: ${limitWords(cap, target)}`
  const network = networkOf(target)
  return `By default the caps are ${DEFAULT_ANSWERS} answers and 2 MiB a second to one ${network}: this server has another cap, or others in the ${network} of this host share it`
}

function limitWords(cap: Cap, target: Address): string {
  const bits = formatRate({ unit: 'bits', perSecond: DEFAULT_BYTES * 8 })
  const limit = cap === 'answers' ? `${DEFAULT_ANSWERS} answers a second` : `2 MiB of answers a second (${bits})`
  return `${limit} to one ${networkOf(target)}`
}

/** The network that a server counts this host in. */
function networkOf({ family }: Address): string {
  return family === 'udp6' ? '/56' : '/24'
}

/** A rate below the cap, as --rate takes it: per client. */
function slower(seen: Returned, cap: Cap | undefined, { plan }: RunFacts): string {
  const share = MARGIN / plan.clients
  if (cap === 'answers') return `${atLeastOne(DEFAULT_ANSWERS * share)}pps`
  if (cap === 'bytes') return `${atLeastOne(DEFAULT_BYTES * 8 * share * 1e-3)}kbit`
  return `${atLeastOne((seen.replies / seen.seconds) * share)}pps`
}

function atLeastOne(rate: number): number {
  return Math.max(1, Math.floor(rate))
}
