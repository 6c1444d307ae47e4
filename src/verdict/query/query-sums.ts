import { greatest } from '../../base/extremes.ts'
import type { QueryDocument } from './query-document.ts'
import { metricOf } from './query-expectation.ts'

/** Documents have ten digits after the point. */
const ROUNDING = 1e-6

/** The first contradiction in a saved document of a query, as a clause; undefined: none. */
export function queryContradiction(document: QueryDocument): string | undefined {
  return [ledgerFault, arrivalsFault, replyFault, figuresFault, verdictFault, heldFault]
    .map(fault => fault(document))
    .find(fault => fault !== undefined)
}

function ledgerFault({ ledger, requests }: QueryDocument): string | undefined {
  const fates = Object.entries(ledger.fates)
  const all = fates.reduce((sum, [, count]) => sum + (count ?? 0), 0)
  if (all !== ledger.requests) return `its fates add up to ${all}, but there were ${ledger.requests} requests`
  if (requests.length !== ledger.requests) return `it lists ${requests.length} of ${ledger.requests} requests`
  if (ledger.sent !== ledger.requests - (ledger.fates.refused ?? 0))
    return `${ledger.sent} were sent of ${ledger.requests}, ${ledger.fates.refused ?? 0} of them refused`
  for (const [fate, count = 0] of fates) {
    const listed = requests.filter(request => request.fate === fate).length
    if (listed !== count) return `${listed} requests are ${fate}, but the ledger has ${count}`
  }
  return undefined
}

function arrivalsFault({ ledger, arrivals, foreignSources }: QueryDocument): string | undefined {
  const { answered, askedAgain = 0, late = 0 } = ledger.fates
  const answers = answered + askedAgain + late
  if (arrivals.answers !== answers) return `it has ${arrivals.answers} answers, but its fates have ${answers}`
  if (foreignSources.some(({ count, answers: among }) => among > count))
    return 'an address sent more answers than datagrams'
  const foreign = foreignSources.reduce((sum, { count }) => sum + count, 0)
  return foreign > (arrivals.foreign ?? 0) ? 'more foreign datagrams are listed than came' : undefined
}

function replyFault({ reply, requests, rttMs }: QueryDocument): string | undefined {
  const answered = requests.filter(({ fate }) => fate === 'answered')
  const questions = new Set(answered.map(({ question }) => question)).size
  if ((reply?.count ?? 0) !== questions)
    return `${reply?.count ?? 0} questions have an answer, but its requests answer ${questions}`
  if (reply !== undefined && reply.hex.length !== 2 * reply.length) return 'its reply is not as long as it says'
  const longest = greatest(answered.map(one => one.rttMs ?? 0))
  const isLongest =
    rttMs === undefined ? answered.length === 0 : Math.abs(longest - rttMs) <= ROUNDING * Math.max(1, rttMs)
  return isLongest ? undefined : 'rttMs is not the longest round trip of its requests'
}

function figuresFault(document: QueryDocument): string | undefined {
  const { service, reply, durationMs } = document
  for (const name of ['dns', 'ntp', 'stun', 'quic', 'sip', 'coap'] as const) {
    const isExpected = name === service && reply !== undefined
    if ((document[name] !== undefined) !== isExpected)
      return `${name} ${isExpected ? 'is missing' : 'is not of its service'}`
  }
  return durationMs < 0 ? 'its duration is negative' : undefined
}

/** The verdict follows from the expectations, or without any from whether an answer came. */
function verdictFault({ verdict, expectations, ledger, ntp, reason }: QueryDocument): string | undefined {
  if (verdict === 'fail') return reason === undefined ? 'it fails without a reason' : undefined
  if (reason !== undefined) return 'it passes, but has the reason of a failure'
  const failed = expectations.find(({ passed }) => !passed)
  if (failed !== undefined) return `it passes, but the expectation ${failed.expr} does not`
  if (expectations.length > 0) return undefined
  if (ledger.fates.answered === 0) return 'it passes, but no answer came in time'
  return ntp?.kiss === undefined ? undefined : 'it passes with a kiss code'
}

/** Nothing holds without an answer but what demands that none comes, and that not where something came, or a request was not sent. */
function heldFault(document: QueryDocument): string | undefined {
  const { arrivals, interrupted, ledger, requests } = document
  const { answered, refused = 0, unfinished = 0 } = ledger.fates
  const { answers, duplicates, unmatched, malformed, foreign } = arrivals
  const came = answers + duplicates + unmatched + malformed + (foreign ?? 1)
  const isNothingProved = came > 0 || refused + unfinished > 0 || interrupted
  const hasIcmp = requests.some(({ fate, error }) => fate === 'unreachable' || error !== undefined)
  const wrong = document.expectations.find(({ expr, passed }) => {
    const metric = metricOf(expr)
    if (!passed) return false
    if (metric === 'noReply') return isNothingProved
    if (metric === 'silent') return isNothingProved || hasIcmp
    return metric !== 'reply.count' && answered === 0
  })
  return wrong && `the expectation ${wrong.expr} passes, but what was observed does not prove it`
}
