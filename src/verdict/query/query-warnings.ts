import { formatAddress } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { greatest } from '../../base/extremes.ts'
import { toMs } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { QueryFacts } from '../../facts/query.ts'
import { type Answered, isCredible } from './answered.ts'
import { kissIn, kissWords } from './kiss.ts'
import { largeAnswersLost, largeAnswersWords, limitOf } from './large-answers.ts'
import type { QueryWarning } from './query-document.ts'

type QueryRule = (facts: QueryFacts, answered: readonly Answered[]) => QueryWarning | undefined

const RULES: readonly QueryRule[] = [
  foreignAnswer,
  caseNotKept,
  lateAnswers,
  unmatchedDatagrams,
  kissOfDeath,
  notSynchronized,
  negativeDelay,
  truncatedAnswer,
  lostLargeAnswers,
]

/** What a reader of the document should know besides its verdict. docs/query.md describes each code. */
export function queryWarnings(facts: QueryFacts, answered: readonly Answered[]): readonly QueryWarning[] {
  return RULES.flatMap(rule => rule(facts, answered) ?? [])
}

function foreignAnswer({ service, foreignSources, requests }: QueryFacts): QueryWarning | undefined {
  const sources = foreignSources.filter(({ answers }) => answers > 0)
  const [source] = sources
  if (source === undefined) return undefined
  const count = sources.reduce((sum, { answers }) => sum + answers, 0)
  const target = requests.at(-1)?.target
  const from = `${formatAddress(source)}${sources.length > 1 ? ` and ${counted(sources.length - 1, 'other address', 'other addresses')}` : ''}`
  return {
    code: 'foreignAnswer',
    message: `${counted(count, service === 'message' ? 'datagram' : 'answer')} came from ${from}${target === undefined ? '' : `, not from ${formatAddress(target)}`}, and ${count === 1 ? 'was' : 'were'} not taken`,
    hint: 'let the server answer from the address that was asked (on a host with several addresses: bind each), or ask that address',
    evidence: { count, from: formatAddress(source) },
  }
}

function caseNotKept({ requests }: QueryFacts): QueryWarning | undefined {
  const count = requests.filter(({ because }) => because === 'caseNotKept').length
  if (count === 0) return undefined
  return {
    code: 'caseNotKept',
    message: 'the answer did not keep the random case of the name, so the name was asked once more without it',
    hint: 'leave the random case out (--no-0x20) if the server never keeps it',
    evidence: { count },
  }
}

function lateAnswers({ requests, timeout }: QueryFacts, answered: readonly Answered[]): QueryWarning | undefined {
  const delays = requests.flatMap(({ fate, rtt }) => (fate === 'late' && rtt !== undefined ? [rtt] : []))
  // Without an answer in time this is the reason of the failure.
  if (delays.length === 0 || answered.length === 0) return undefined
  const longest = greatest(delays)
  return {
    code: 'lateAnswers',
    message: `${counted(delays.length, 'answer')} came after the timeout of ${formatDuration(timeout)}, up to ${formatDuration(longest)} after the request`,
    hint: 'raise --timeout, or find out why the server is slow',
    evidence: { count: delays.length, longestMs: toMs(longest) },
  }
}

function unmatchedDatagrams(facts: QueryFacts, answered: readonly Answered[]): QueryWarning | undefined {
  const { unmatched, malformed, why } = facts
  const count = unmatched + malformed
  if (count === 0 || answered.length === 0) return undefined
  return {
    code: 'unmatchedDatagrams',
    message: `${counted(count, 'datagram')} from the target answered no request${why === undefined ? '' : `: ${why}`}`,
    hint: 'capture the traffic (tcpdump): a spoofed answer, or another program on the port',
    evidence: present({ unmatched, malformed }),
  }
}

function kissOfDeath(_: QueryFacts, answered: readonly Answered[]): QueryWarning | undefined {
  const kiss = kissIn(answered)
  if (kiss === undefined) return undefined
  return {
    code: 'kissOfDeath',
    message: `the server sent the ${kissWords(kiss)}, and no time`,
    hint: 'do not ask this server again at once (RFC 5905 section 7.4)',
    evidence: { kiss },
  }
}

/** Stratum 16, or the leap indicator 3 (RFC 5905 section 7.3). */
function notSynchronized(_: QueryFacts, answered: readonly Answered[]): QueryWarning | undefined {
  for (const { answer } of answered) {
    if (answer.service !== 'ntp' || answer.kiss !== undefined) continue
    const { stratum, leap } = answer
    if (leap !== 'unknown' && stratum >= 1 && stratum <= 15) continue
    return {
      code: 'notSynchronized',
      message: `the server says that its clock is not synchronized (stratum ${stratum}, leap ${leap})`,
      hint: 'look at the sources of the server (chronyc sources, ntpq -p); its offset proves nothing',
      evidence: { stratum, leap },
    }
  }
  return undefined
}

function negativeDelay(_: QueryFacts, answered: readonly Answered[]): QueryWarning | undefined {
  const wrong = answered.find(({ ntp }) => ntp !== undefined && !isCredible(ntp))?.ntp
  if (wrong === undefined) return undefined
  return {
    code: 'negativeDelay',
    message: `the timestamps of the server contradict ours: by them the round trip took ${formatDuration(wrong.delay)}`,
    hint: 'a clock was set during the exchange, or the server writes wrong timestamps: ask again',
    evidence: { delayMs: toMs(wrong.delay) },
  }
}

function truncatedAnswer(_: QueryFacts, answered: readonly Answered[]): QueryWarning | undefined {
  const cut = answered.find(({ answer }) => answer.service === 'dns' && answer.tc)
  if (cut === undefined) return undefined
  return {
    code: 'truncatedAnswer',
    message: `the server cut its answer to ${cut.reply.length} bytes (TC): records are missing`,
    hint: 'raise --bufsize, or ask over TCP (dig +tcp)',
    evidence: { length: cut.reply.length },
  }
}

function lostLargeAnswers(facts: QueryFacts): QueryWarning | undefined {
  const found = largeAnswersLost(facts)
  if (found === undefined) return undefined
  const { arrives, lost } = found
  const limit = limitOf(arrives)
  return {
    code: 'largeAnswersLost',
    message: largeAnswersWords(found),
    hint: `let fragments pass on the path, or limit the answers of the server to ${limit} bytes (unbound: max-udp-size, dnsmasq: edns-packet-max) so that clients ask over TCP`,
    evidence: { arrives: arrives.bufsize, length: arrives.length, lost: lost.bufsize, requests: lost.requests },
  }
}
