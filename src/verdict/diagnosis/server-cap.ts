import { DEFAULT_CAP } from '../../base/answer-cap.ts'
import { isLoopback } from '../../base/ip.ts'
import { SECOND, toMs } from '../../base/nanos.ts'
import { formatRate } from '../../base/rate.ts'
import type { Address } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Tally } from '../../ledger/tally.ts'
import { sendFailures } from '../../ledger/send-failures.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

const { answers: DEFAULT_ANSWERS, bytes: DEFAULT_BYTES } = DEFAULT_CAP
/** The default cap explains a run that got so much of what it gives: probes do not arrive exactly as they left. */
const [LEAST, MOST] = [0.75, 1.25]
/** Below this a rate is mostly what a bucket gives at once, so it is told as a number and a time, ns. */
const SHORT = SECOND
/** What a sender should stay below a cap. */
const MARGIN = 0.9

/**
 * A server that answered some probes of a port and withheld others did so by a rate: its lists, its modes and its port guards treat all
 * probes of a port alike.
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
    hint: `send slower: --rate ${slower(seen, cap, facts)}; or raise the cap of the server: udptool serve --max-rate-per-source RATE (and --max-rate, if it has one)`,
    evidence: {
      count,
      replies: seen.replies,
      repliesPerSecond: seen.replies / seen.seconds,
      bitsPerSecond: (seen.bytes * 8) / seen.seconds,
      ...(cap === undefined ? {} : { cap: cap === 'answers' ? DEFAULT_ANSWERS : DEFAULT_BYTES * 8, unit: UNIT[cap] }),
    },
  }
}

const UNIT = { answers: 'answers/s', bytes: 'bit/s' } as const

type Cap = keyof typeof UNIT

/** What came back, and how long it took. */
interface Returned {
  readonly replies: number
  readonly bytes: number
  readonly nanos: number
  /** At least one: what comes at once in a shorter run is no rate. */
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
function defaultCap({ total: { fates }, defaultCap: model }: Tally): Cap | undefined {
  const answered = replyCount(fates) + fates.lostReturn + fates.lostClientBuffer
  const share = answered / model.answered
  if (model.withheldByAnswers + model.withheldByBytes === 0 || share < LEAST || share > MOST) return undefined
  return model.withheldByBytes > model.withheldByAnswers ? 'bytes' : 'answers'
}

function came({ replies, bytes, nanos, seconds }: Returned): string {
  if (nanos < SHORT) return `${replies} replies came back within ${Math.ceil(toMs(nanos))} ms`
  const bits = formatRate({ unit: 'bits', perSecond: (bytes * 8) / seconds })
  return `${Math.round(replies / seconds)} replies a second (${bits}) came back`
}

function capWords(cap: Cap | undefined, { address, family }: Address): string {
  const network = family === 'udp6' ? '/56' : '/24'
  if (isLoopback(address)) return 'On loopback a server has no cap but the one of --max-rate-per-source or --max-rate'
  if (cap === 'answers')
    return `The default cap of a udptool server explains it: ${DEFAULT_ANSWERS} answers a second to one ${network}`
  if (cap === 'bytes')
    return `The default cap of a udptool server explains it: 2 MiB of answers (${formatRate({ unit: 'bits', perSecond: DEFAULT_BYTES * 8 })}) to one ${network}`
  return `By default the caps are ${DEFAULT_ANSWERS} answers and 2 MiB a second to one ${network}: this server has another cap, or others in the ${network} of this host share it`
}

/** A rate that stays below the cap, as --rate takes it: for each client. */
function slower(seen: Returned, cap: Cap | undefined, { plan }: RunFacts): string {
  const share = MARGIN / plan.clients
  if (cap === 'answers') return `${atLeastOne(DEFAULT_ANSWERS * share)}pps`
  if (cap === 'bytes') return `${atLeastOne(DEFAULT_BYTES * 8 * share * 1e-3)}kbit`
  return `${atLeastOne((seen.replies / seen.seconds) * share)}pps`
}

function atLeastOne(rate: number): number {
  return Math.max(1, Math.floor(rate))
}
