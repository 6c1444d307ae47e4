import { formatAddress, type Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { largestWhole, LEAST_IPV6_MTU, packetSize } from '../../base/fragments.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Tally } from '../../ledger/tally.ts'
import { coldLosses } from './cold-losses.ts'
import { direction } from './direction.ts'
import { deadInFragments, NO_CHANCE, smallAnswer } from './fragments.ts'
import type { Rule } from './rule.ts'
import { isAlive, isDead, namedSizes, probesOf, viewSizes } from './sizes.ts'
import { probes } from './words.ts'

/** Links of today carry what those of IPv6 must: below it no path loses a datagram for its size. */
const SMALLEST_MTU = LEAST_IPV6_MTU

/** The run's errors that say "too big", with the smallest MTU that they name. */
function tooBig(
  { icmp }: RunFacts,
  { icmp: counts }: Tally,
): { readonly count: number; readonly error: IcmpError } | undefined {
  const errors = icmp.filter(({ errno }) => errnoName(errno) === 'EMSGSIZE')
  const [error] = errors.toSorted((a, b) => (a.mtu ?? Infinity) - (b.mtu ?? Infinity))
  if (error === undefined) return undefined
  const count = icmp.reduce((sum, one, number) => sum + (errors.includes(one) ? (counts.get(number) ?? 0) : 0), 0)
  return { count, error }
}

function fits(mtu: number | undefined, { family }: Address): string {
  return mtu === undefined ? 'less' : `at most ${largestWhole(mtu, family)} bytes`
}

/** With DF: a router named the MTU that it can carry. */
export const tooBigForPath: Rule = (facts, { tally }, target) => {
  const said = tooBig(facts, tally)
  if (said === undefined || said.count === 0 || facts.sockets?.df === undefined) return undefined
  const { mtu, reporter } = said.error
  return {
    code: 'tooBigForPath',
    message: `${reporter ?? 'a router'} turned ${probes(said.count)} back as too big for the path${mtu === undefined ? '' : `, which carries IP packets of ${mtu} bytes`}`,
    hint: `send ${fits(mtu, target)}, or leave --df out and have them sent in fragments`,
    evidence: {
      count: said.count,
      ...(mtu === undefined ? {} : { mtu }),
      ...(reporter === undefined ? {} : { reporter }),
    },
  }
}

/**
 * Our own kernel sends with DF what it believes to fit the path, until a router tells it better: so what meets a smaller MTU first is
 * lost, and the next ones go out in fragments.
 */
export const coldPath: Rule = (facts, { tally }, target) => {
  if (facts.sockets?.df !== undefined) return undefined
  const cold = coldLosses(facts, tally)
  const said = tooBig(facts, tally)
  if (cold === undefined || (said === undefined && packetSize(cold.size, target.family) <= SMALLEST_MTU))
    return undefined
  const { mtu, reporter } = said?.error ?? {}
  const why =
    said === undefined
      ? 'perhaps for a path MTU that our kernel did not know yet'
      : `${reporter ?? 'a router'} said that it is too big for the path${mtu === undefined ? '' : ` (MTU ${mtu})`}, and our kernel then sent the others in fragments`
  return {
    code: 'coldPath',
    message: `${cold.lost === 1 ? 'only the first probe' : `only the first ${cold.lost} probes`} of ${cold.size} bytes ${cold.lost === 1 ? 'was' : 'were'} lost, all ${cold.passed} after that passed: ${why}`,
    hint: `the path was cold: send ${fits(mtu, target)}, or some first that do not count; it is cold again ten minutes after the last error`,
    evidence: { size: cold.size, lost: cold.lost, passed: cold.passed, ...(mtu === undefined ? {} : { mtu }) },
  }
}

/** What is larger than some size vanishes without a word, although it is not in fragments. */
export const blackHole: Rule = (facts, { tally }, target) => {
  const view = viewSizes(facts, tally, target)
  const explained = deadInFragments(facts, view)
  const dead = view.records.filter(
    one => isDead(one) && !explained.includes(one) && (one.packets === 1 || facts.sockets?.df !== undefined),
  )
  const [smallest] = dead
  if (smallest === undefined) return undefined
  const alive = view.records.filter(isAlive)
  const below = alive.filter(({ size }) => size < smallest.size)
  const largest = below.at(-1)
  const passing = largest === undefined ? smallAnswer(facts, target) : `${namedSizes(below)} bytes pass`
  // Larger datagrams that leave in fragments may pass: no packet of theirs is larger than a link on the way takes, or it is cut again.
  const above = alive.filter(({ size }) => size > smallest.size)
  if (passing === undefined || above.some(({ packets }) => packets === 1 || facts.sockets?.df !== undefined))
    return undefined
  if (packetSize(smallest.size, target.family) <= SMALLEST_MTU || probesOf(dead) < NO_CHANCE) return undefined
  if (tooBig(facts, tally) !== undefined) return undefined
  const limit = packetSize(smallest.size, target.family)
  return {
    code: 'blackHole',
    message: `${passing}, and all ${probes(probesOf(dead))} of ${namedSizes(dead)} bytes vanish${direction(dead, tally)}, with no ICMP "too big": a black hole${above.length === 0 ? '' : ' for whole packets, while fragments pass'}. The path does not carry IP packets of ${limit} bytes, and the error that should say so is filtered`,
    hint: `udptool mtu ${formatAddress(target)} finds the exact size; let ICMP ${target.family === 'udp4' ? 'type 3 code 4 (fragmentation needed)' : 'type 2 (packet too big)'} through the firewalls on the way, or send less`,
    evidence: {
      ...(largest === undefined ? {} : { largestPassing: largest.size }),
      smallestLost: smallest.size,
      lost: probesOf(dead),
    },
  }
}
