import { formatAddress, type Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { largestWhole, LEAST_IPV6_MTU, packetSize } from '../../base/fragments.ts'
import { isLoopback } from '../../base/ip.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Tally } from '../../ledger/tally.ts'
import { suspectErrors } from '../../facts/ignored-icmp.ts'
import { coldLosses } from './cold-losses.ts'
import { mtuSearch } from './commands.ts'
import { direction, isLostBack, isProved } from './direction.ts'
import { deadInFragments, fragmentsLost, isCheckLost, LET_FRAGMENTS_PASS, smallAnswer } from './fragments.ts'
import type { Rule } from './rule.ts'
import { senderOf } from './icmp-sender.ts'
import { isAlive, isDead, namedSizes, NO_CHANCE, probesOf, viewSizes } from './sizes.ts'
import { probes } from './words.ts'

/** Every link carries the least MTU of IPv6 today, so no path loses smaller datagrams for their size. */
const SMALLEST_MTU = LEAST_IPV6_MTU

/** The "too big" errors of the run, and the one with the smallest MTU. */
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

/** A router reported the MTU of its link, and no other warning covers the consequence. */
export const tooBigForPath: Rule = (facts, analysis, target) => {
  const { tally } = analysis
  const reported = tooBig(facts, tally)
  if (reported === undefined || reported.count === 0) return undefined
  const { df } = facts.sockets ?? {}
  if (df === undefined && (coldPath(facts, analysis, target) ?? fragmentsLost(facts, analysis, target)) !== undefined)
    return undefined
  const { mtu } = reported.error
  const lost = df === undefined ? lostSince(facts, tally, target) : undefined
  const rest = df === undefined ? `; our own kernel sends later ones in fragments${lost ?? ''}` : ''
  const otherwise = lost === undefined ? ', or leave --df out to send them in fragments' : `, or ${LET_FRAGMENTS_PASS}`
  return {
    code: 'tooBigForPath',
    message: `${senderOf(reported.error)} rejected ${probes(reported.count)} as too big for the path${mtu === undefined ? '' : `, which carries IP packets of ${mtu} bytes`}${rest}`,
    hint: `send ${fits(mtu, target)}${df === undefined && lost === undefined ? '' : otherwise}`,
    evidence: {
      count: reported.count,
      ...(mtu === undefined ? {} : { mtu }),
      ...(reported.error.reporter === undefined ? {} : { reporter: reported.error.reporter }),
    },
  }
}

/** That all datagrams of a size are lost since our kernel fragments them, although it does not report by which MTU. */
function lostSince(facts: RunFacts, tally: Tally, target: Address): string | undefined {
  const dead = viewSizes(facts, tally, target).records.filter(one => one.tooBig > 0 && isDead(one))
  const lost = dead.reduce((sum, { vanished }) => sum + vanished, 0)
  if (lost < NO_CHANCE) return undefined
  const drops = isProved(dead, tally) ? 'drops' : 'most likely drops'
  return `, and the path ${drops} those: all ${lost} others of ${namedSizes(dead)} bytes are lost${direction(dead, tally)}`
}

/**
 * Our own kernel sends datagrams that fit its known path MTU with DF, until a router reports a smaller one. So the first datagrams that meet a
 * smaller MTU are lost, and later ones are fragmented. The proof is an ICMP error, or a path MTU that fell during the run.
 */
export const coldPath: Rule = (facts, { tally }, target) => {
  if (facts.sockets?.df !== undefined || isLoopback(target.address)) return undefined
  const cold = coldLosses(facts, tally)
  if (cold === undefined) return undefined
  const reported = tooBig(facts, tally)
  const { before, after } = facts.host?.pathMtu ?? {}
  const size = packetSize(cold.size, target.family)
  // Our kernel accepts any error that names our port, so with forged errors a lower path MTU proves nothing.
  const isForged = suspectErrors(facts.icmpIgnored) > 0
  const fell = before !== undefined && after !== undefined && after < before && size > after
  const learned = fell && !isForged ? after : undefined
  if (reported === undefined && learned === undefined) return undefined
  // Datagrams above the MTU of our own interface leave without DF, so no router reports them. IPv6 routers never fragment (RFC 8200).
  if (target.family === 'udp4' && size > (before ?? facts.host?.mtu ?? size)) return undefined
  // If the forward path was cold, the return path probably was too; on its own a lost answer proves nothing.
  if (cold.lostBack > 0 && (reported === undefined || cold.lostBack === cold.lost)) return undefined
  const back =
    cold.lostBack === 0
      ? ''
      : `. ${cold.lostBack === 1 ? 'The answer to one of these' : `The answers to ${cold.lostBack} of these`} ${cold.lostBack === 1 ? 'was' : 'were'} lost from server to client, most likely because that path was cold for the server’s kernel, too`
  const mtu = reported?.error.mtu ?? learned
  const why =
    reported === undefined
      ? `the path MTU known to our kernel fell from ${before ?? ''} to ${learned ?? ''} during the run`
      : `${senderOf(reported.error)} reported them as too big for the path${mtu === undefined ? '' : ` (MTU ${mtu})`}`
  return {
    code: 'coldPath',
    message: `${cold.lost === 1 ? 'only the first probe' : `only the first ${cold.lost} probes`} of ${cold.size} bytes ${cold.lost === 1 ? 'was' : 'were'} lost, and all ${cold.passed} later ones passed: ${why}, and our kernel then sent the others in fragments${back}`,
    hint: `the path was cold: send ${fits(mtu, target)}, or warm it up with a few probes first; it is cold again ten minutes after the last error`,
    evidence: { size: cold.size, lost: cold.lost, passed: cold.passed, ...(mtu === undefined ? {} : { mtu }) },
  }
}

/**
 * Datagrams above some size are lost without an error, although they are not fragmented. A black hole is named only if receipts prove that the
 * network lost them and the kernel's path MTU is known. Otherwise a server that ignores large datagrams, or dropped fragments, look the same.
 */
export const blackHole: Rule = (facts, { tally }, target) => {
  const view = viewSizes(facts, tally, target)
  const { df } = facts.sockets ?? {}
  const inFragments = deadInFragments(facts, view)
  const isWhole = isCheckLost(facts, view)
  const dead = view.records.filter(one => {
    if (!isDead(one)) return false
    return isWhole ? inFragments.includes(one) : !inFragments.includes(one) && (one.packets === 1 || df !== undefined)
  })
  const [smallest] = dead
  if (smallest === undefined) return undefined
  const alive = view.records.filter(isAlive)
  const below = alive.filter(({ size }) => size < smallest.size)
  const largest = below.at(-1)
  const passing = largest === undefined ? smallAnswer(facts, target) : `${namedSizes(below)} bytes pass`
  // Larger datagrams that leave in fragments may pass: each fragment fits the links on the path, or is fragmented again.
  const above = alive.filter(({ size }) => size > smallest.size)
  if (passing === undefined || above.some(({ packets }) => packets === 1 || df !== undefined)) return undefined
  const limit = isWhole ? view.mtu : packetSize(smallest.size, target.family)
  if (limit <= SMALLEST_MTU || probesOf(dead) < NO_CHANCE || tooBig(facts, tally) !== undefined) return undefined
  const isBack = isLostBack(dead, tally)
  // Errors about answers go to the server. If the kernel is not queried, an error about an unfragmented packet stays unseen.
  const noError =
    isBack || (isWhole && isPathMtuUnknown(facts))
      ? ''
      : suspectErrors(facts.icmpIgnored) > 0
        ? ', with no credible ICMP "too big"'
        : ', with no ICMP "too big"'
  const single = isWhole ? `, and an unfragmented packet of ${view.whole} bytes is not answered either` : ''
  const seen = `${passing}, and all ${probes(probesOf(dead))} of ${namedSizes(dead)} bytes vanish${direction(dead, tally)}${single}${noError}`
  const evidence = {
    ...(largest === undefined ? {} : { largestPassing: largest.size }),
    smallestLost: smallest.size,
    lost: probesOf(dead),
  }
  const through = `let ICMP ${target.family === 'udp4' ? 'type 3 code 4 (fragmentation needed)' : 'type 2 (packet too big)'} through the firewalls on the path`
  const filtered = `${through}, or send less`
  if (isLoopback(target.address)) {
    const proved = isProved(dead, tally)
    return {
      code: 'largeLost',
      message: `${seen.replace(noError, '')}. On loopback no link is too small for them: ${proved ? 'a filter of this host drops them' : 'most likely the server ignores datagrams of that size'}`,
      hint: proved
        ? 'look at the firewall of this host (nft list ruleset)'
        : `check how many bytes the server reads${facts.plan.protocol === undefined ? '; a udptool server in its place reports what it received' : ''}`,
      evidence,
    }
  }
  if (isBack) {
    return {
      code: 'largeLost',
      message: `${seen}. Either the return path does not carry IP packets of ${limit} bytes and the ICMP error does not reach the server (a black hole), or the answers are fragmented and the path drops fragments`,
      hint: `${mtuSearch(facts.plan, target, 'finds the size that passes')}: send no more, or ${through} back to the server, and fragments to this host`,
      evidence,
    }
  }
  const others = otherCauses(facts, isProved(dead, tally) || above.length > 0)
  if (others.length > 0) {
    return {
      code: 'largeLost',
      message: `${seen}. Either the path does not carry IP packets of ${limit} bytes and the ICMP error is filtered (a black hole), or ${others.join(', or ')}`,
      hint: `${facts.plan.protocol === undefined ? `udptool mtu ${formatAddress(target)}` : 'a capture at the target (tcpdump)'} distinguishes these; for a black hole, ${filtered}`,
      evidence,
    }
  }
  return {
    code: 'blackHole',
    message: `${seen}: a black hole${above.length === 0 ? '' : ' for whole packets, while fragments pass'}. The path does not carry IP packets of ${limit} bytes, and the ICMP error is filtered`,
    hint: `${mtuSearch(facts.plan, target, 'finds the exact size')}; ${filtered}`,
    evidence,
  }
}

/** Other causes that look like a black hole and that the evidence does not exclude. */
function otherCauses(facts: RunFacts, proved: boolean): readonly string[] {
  return [
    ...(proved ? [] : ['the server ignores datagrams of that size (it does not report what it received)']),
    ...(isPathMtuUnknown(facts)
      ? ['our own kernel knows a smaller path MTU, which this engine cannot see, and the path drops the fragments']
      : []),
  ]
}

/** Whether the kernel's path MTU is unknown and it may fragment. */
function isPathMtuUnknown({ engine, host, sockets }: RunFacts): boolean {
  return engine.name === 'dgram' && host?.pathMtu === undefined && sockets?.df === undefined
}
