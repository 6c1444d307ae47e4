import { type Address, formatAddress } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { greatest, least } from '../../base/extremes.ts'
import { SECOND } from '../../base/nanos.ts'
import type { ForeignSource, QueryFacts, QueryFate, QueryRequest } from '../../facts/query.ts'
import type { ServiceName } from '../../wire/services/answers.ts'
import { icmpName } from '../icmp-name.ts'
import { largeAnswersLost, largeAnswersWords } from './large-answers.ts'

/** What a datagram of each service is. */
const NOUNS: Readonly<Record<ServiceName, string>> = {
  dns: 'DNS message',
  ntp: 'NTP packet',
  stun: 'STUN message',
  quic: 'Version Negotiation packet',
  sip: 'SIP response',
  coap: 'CoAP message',
  message: 'reply',
}

type Cause = (facts: QueryFacts) => string | undefined

/** The most telling first. */
const CAUSES: readonly Cause[] = [
  unreachable,
  refused,
  foreignAnswer,
  late,
  unmatched,
  malformed,
  nothingSent,
  interrupted,
]

/** Why a run has no answer in time: one line that says what was seen, and what to do. */
export function noAnswerReason(facts: QueryFacts): string {
  for (const cause of CAUSES) {
    const reason = cause(facts)
    if (reason !== undefined) return reason
  }
  return silent(facts)
}

function lastWith({ requests }: QueryFacts, fate: QueryFate): QueryRequest | undefined {
  return requests.findLast(request => request.fate === fate)
}

function unreachable(facts: QueryFacts): string | undefined {
  const request = lastWith(facts, 'unreachable')
  if (request === undefined) return undefined
  const { target, error = 'an error', size } = request
  const icmp = `(ICMP: ${icmpName({ error, count: 1 }, target)})`
  switch (error) {
    case 'ECONNREFUSED':
      return `nothing listens on ${formatAddress(target)} ${icmp}: start the service there, or correct the port`
    case 'EHOSTUNREACH':
      return `${target.address} is unreachable ${icmp}: check that the host is up and that no firewall rejects the requests`
    case 'ENETUNREACH':
      return `the network of ${target.address} is unreachable ${icmp}: check the routes`
    case 'EMSGSIZE':
      return `the request of ${size} bytes does not fit the path to ${target.address} ${icmp}: find its path MTU (udptool mtu)`
    default:
      return `${formatAddress(target)} is unreachable ${icmp}: check the host and the firewalls before it`
  }
}

function refused(facts: QueryFacts): string | undefined {
  const request = lastWith(facts, 'refused')
  if (request === undefined) return undefined
  return `our own kernel refused to send to ${formatAddress(request.target)}: ${whyRefused(request)}`
}

/** See send(2) and udp(7). */
function whyRefused({ error, size, target }: QueryRequest): string {
  switch (error) {
    case 'EPERM':
    case 'EACCES':
      return 'a firewall of this host forbids it (nft list ruleset)'
    case 'EMSGSIZE':
      return `${size} bytes are too many for one datagram`
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return `this host has no route there (ip route get ${target.address})`
    case 'ENOBUFS':
    case 'EAGAIN':
      return 'its send queue is full'
    case 'EADDRNOTAVAIL':
      return 'the local address is not one of this host'
    default:
      return error ?? 'for an unknown reason'
  }
}

function foreignAnswer(facts: QueryFacts): string | undefined {
  const source = facts.foreignSources.find(({ answers }) => answers > 0)
  if (source === undefined) return undefined
  const asked = facts.requests.at(-1)?.target
  const notFrom = asked === undefined ? '' : `, not from ${formatAddress(asked)}`
  // Nothing in a plain datagram shows that it answers a request.
  const what = facts.service === 'message' ? 'a datagram' : 'the answer'
  return `${what} came from ${formatAddress(source)}${notFrom}, so it was not taken: ask that address, or let the server answer from the address that was asked`
}

function late(facts: QueryFacts): string | undefined {
  const delays = facts.requests.flatMap(({ fate, rtt }) => (fate === 'late' && rtt !== undefined ? [rtt] : []))
  if (delays.length === 0) return undefined
  // Half as long again, in whole seconds.
  const enough = Math.ceil((1.5 * greatest(delays)) / SECOND)
  return `the answer came after ${formatDuration(least(delays))}, later than the timeout of ${formatDuration(facts.timeout)}: raise the timeout, for example to ${enough}s`
}

function unmatched(facts: QueryFacts): string | undefined {
  if (facts.unmatched === 0) return undefined
  const verb = facts.unmatched === 1 ? 'answers' : 'answer'
  return `${counted(facts.unmatched, 'datagram')}${fromTarget(facts)} ${verb} no request${because(facts)}`
}

function malformed(facts: QueryFacts): string | undefined {
  if (facts.malformed === 0) return undefined
  const noun = NOUNS[facts.service]
  const what = facts.malformed === 1 ? `is no ${noun}` : `are no ${noun}s`
  return `${counted(facts.malformed, 'datagram')}${fromTarget(facts)} ${what}${because(facts)}`
}

function fromTarget({ requests }: QueryFacts): string {
  const target = requests.at(-1)?.target
  return target === undefined ? '' : ` from ${formatAddress(target)}`
}

function because({ why }: QueryFacts): string {
  return why === undefined ? '' : `: ${why}`
}

function nothingSent({ requests, interrupted: stopped }: QueryFacts): string | undefined {
  return requests.length === 0 && !stopped ? 'no request was sent' : undefined
}

function interrupted(facts: QueryFacts): string | undefined {
  return facts.interrupted ? 'interrupted before an answer came' : undefined
}

function silent(facts: QueryFacts): string {
  const { requests, timeout, foreignSources } = facts
  const target = requests.at(-1)?.target
  const asked = lastWith(facts, 'askedAgain')
  const silence = `no answer within ${formatDuration(timeout)} (${counted(requests.length, 'request')})`
  const seen = [
    ...(asked === undefined ? [] : ['an answer without the case of the name was asked for again']),
    ...foreignSources.slice(0, 1).map(others),
  ]
  const large = largeAnswersLost(facts)
  const cause = large === undefined ? whatToDo(target) : largeAnswersWords(large)
  return `${[silence, ...seen].join('; ')}: ${cause}`
}

function others(source: ForeignSource): string {
  return `${counted(source.count, 'other datagram')} came from ${formatAddress(source)}`
}

function whatToDo(target: Address | undefined): string {
  const place = target === undefined ? '' : ` on ${formatAddress(target)}`
  return `check that the service answers${place} and that no firewall drops the datagrams`
}
