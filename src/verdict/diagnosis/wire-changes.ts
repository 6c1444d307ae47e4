import { formatDscp } from '../../base/dscp.ts'
import type { DirectionHeaders } from '../../facts/headers.ts'
import type { Rule } from './rule.ts'
import { datagrams, probes } from './words.ts'

/** The two low bits of a TOS byte (RFC 3168 section 5). */
const ECN = 3
const CONGESTED = 3

function countWhere({ tos }: DirectionHeaders, test: (value: number) => boolean): number {
  return Object.entries(tos).reduce((sum, [value, count]) => sum + (test(Number(value)) ? count : 0), 0)
}

/** The value that most of those had. */
function mostFrequent({ tos }: DirectionHeaders, test: (value: number) => boolean): number {
  const [most] = Object.entries(tos)
    .filter(([value]) => test(Number(value)))
    .toSorted(([, a], [, b]) => b - a)
  return Number(most?.[0] ?? 0)
}

export function dscpOf(tos: number): number {
  return tos >> 2
}

/** Number of datagrams whose TOS byte meets this, and the DSCP that most of them had. */
export function mostFrequentDscp(
  direction: DirectionHeaders,
  test: (tos: number) => boolean,
): { readonly count: number; readonly arrived: number } {
  return { count: countWhere(direction, test), arrived: dscpOf(mostFrequent(direction, test)) }
}

/** A device on the forward path changed the DSCP of the probes. */
export const dscpChanged: Rule = ({ headers: { up }, sockets }) => {
  if (sockets === undefined) return undefined
  const sent = dscpOf(sockets.tos ?? 0)
  const { count, arrived } = mostFrequentDscp(up, tos => dscpOf(tos) !== sent)
  if (count === 0) return undefined
  return {
    code: 'dscpChanged',
    message: `the DSCP was changed from client to server: ${probes(count)} left with ${formatDscp(sent)} and arrived with ${formatDscp(arrived)}. Routers after that point use the new value`,
    hint: 'look for the router or firewall that rewrites it (a trust boundary of a switch, a provider that clears it); the change is visible only on the server’s side of that point',
    evidence: { sent, arrived, count },
  }
}

/** A device on the forward path changed the ECN bits, other than to mark congestion. */
export const ecnChanged: Rule = ({ headers: { up }, sockets }) => {
  if (sockets === undefined) return undefined
  const sent = (sockets.tos ?? 0) & ECN
  const isAllowed = (ecn: number): boolean => ecn === sent || (sent !== 0 && ecn === CONGESTED)
  const count = countWhere(up, value => !isAllowed(value & ECN))
  if (count === 0) return undefined
  const arrived = mostFrequent(up, value => !isAllowed(value & ECN)) & ECN
  return {
    code: 'ecnChanged',
    message: `the ECN bits were ${arrived === 0 ? 'cleared' : 'changed'} from client to server: ${probes(count)} left with ${sent} and arrived with ${arrived}`,
    hint: 'a router that clears the whole TOS byte disables explicit congestion notification (RFC 3168); configure it to keep the two low bits',
    evidence: { sent, arrived, count },
  }
}

/** A router marked congestion. Hosts never send that mark themselves, so it counts in both directions. */
export const congestionMarked: Rule = ({ headers: { up, down }, sockets }) => {
  const able = ((sockets?.tos ?? 0) & ECN) !== 0
  const there = able ? countWhere(up, value => (value & ECN) === CONGESTED) : 0
  const back = countWhere(down, value => (value & ECN) === CONGESTED)
  if (there + back === 0) return undefined
  return {
    code: 'congestionMarked',
    message: `a router on the path is congested: ${datagrams(there + back)} arrived with the ECN mark "congestion experienced" (${there} forward, ${back} return)`,
    hint: 'send slower: marked packets are the first to be dropped',
    evidence: { there, back },
  }
}
