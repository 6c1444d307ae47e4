import { formatAddress, type Address } from '../../base/address.ts'
import { formatRatio } from '../../base/ratio.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Tally } from '../../ledger/tally.ts'
import { senderCommand, sizeSearch } from './commands.ts'
import { direction, isProved, lostAnswers } from './direction.ts'
import { bestFit } from './packet-loss-fit.ts'
import type { Rule } from './rule.ts'
import { isAlive, isDead, namedSizes, NO_CHANCE, probesOf, viewSizes, type SizeRecord, type SizeView } from './sizes.ts'
import { datagrams, probes } from './words.ts'

/** The fragmented sizes, if all of them are dead; else none. With DF nothing is fragmented. */
export function deadInFragments(facts: RunFacts, { records }: SizeView): readonly SizeRecord[] {
  const fragmented = records.filter(({ packets }) => packets > 1)
  return facts.sockets?.df === undefined && fragmented.every(isDead) ? fragmented : []
}

export const LET_FRAGMENTS_PASS =
  'let fragments pass the firewall or NAT on the path (on Linux: with conntrack, which reassembles them)'

/**
 * Fragmented datagrams are lost, and others pass. The path is named as the cause only if receipts prove it; otherwise a server that ignores
 * large datagrams looks the same.
 */
export const fragmentsLost: Rule = (facts, { tally }, target) => {
  const view = viewSizes(facts, tally, target)
  const dead = deadInFragments(facts, view)
  const largest = dead.at(-1)
  if (largest === undefined || probesOf(dead) < NO_CHANCE || isCheckLost(facts, view)) return undefined
  const passing = passes(facts, view, target)
  if (passing === undefined) return undefined
  const proved = isProved(dead, tally)
  const limit = view.records.filter(({ packets }) => packets === 1).at(-1)?.size ?? view.whole
  const edge = dead[0]?.size === limit + 1 ? '' : `; ${sizeSearch(facts.plan, target, 'finds the limit')}`
  const doubt = proved
    ? ''
    : '. The server does not report what it received, so it may also ignore datagrams of that size'
  return {
    ...(proved ? { code: 'fragmentsLost' } : { code: 'fragmentsSuspected' }),
    message: `the path ${proved ? 'drops' : 'most likely drops'} IP fragments: ${passing}, and all ${probes(probesOf(dead))} of ${namedSizes(dead)} bytes are lost${direction(dead, tally)}; ${inFragments(largest, view)}${incomplete(facts, dead, tally)}${doubt}`,
    hint: `send at most ${view.whole} bytes${checked(facts, view)}, or ${LET_FRAGMENTS_PASS}${edge}`,
    evidence: {
      mtu: view.mtu,
      largestWhole: limit,
      smallestLost: dead[0]?.size ?? largest.size,
      lost: probesOf(dead),
      fragments: largest.packets,
    },
  }
}

/** `4000 bytes travel as 3 fragments at MTU 1400 (of the path: the interface has 1500)`. */
function inFragments({ size, packets }: SizeRecord, { mtu, ownMtu }: SizeView): string {
  const narrow = ownMtu !== undefined && mtu < ownMtu ? ` (of the path: the interface has ${ownMtu})` : ''
  return `${size} bytes travel as ${packets} fragments at MTU ${mtu}${narrow}`
}

/** Incomplete replies that our own kernel counted. */
function incomplete({ host }: RunFacts, dead: readonly SizeRecord[], tally: Tally): string {
  const count = (host?.grown.reassemblyFailures ?? 0) + (host?.grown.incomplete ?? 0)
  return count > 0 && lostAnswers(dead, tally)
    ? `. ${datagrams(count)} reached this host without some of their fragments`
    : ''
}

export function losesFragmentsBack(...run: Parameters<Rule>): boolean {
  const [facts, { tally }, target] = run
  return (
    fragmentsLost(...run) !== undefined && lostAnswers(deadInFragments(facts, viewSizes(facts, tally, target)), tally)
  )
}

function checked({ host }: RunFacts, { whole, records }: SizeView): string {
  const answered = host?.packetChecks?.some(check => check.size === whole && check.answered) === true
  const probed = records.some(one => one.size === whole && isAlive(one))
  return answered && !probed ? ' (a single packet of that size was answered)' : ''
}

/** Whether an unfragmented packet of the full path MTU was not answered either. */
export function isCheckLost({ host }: RunFacts, { whole }: SizeView): boolean {
  return host?.packetChecks?.some(({ size, answered }) => size === whole && !answered) === true
}

/** Evidence that unfragmented datagrams pass; undefined: none. */
export function passes(facts: RunFacts, { records }: SizeView, target: Address): string | undefined {
  const small = records.filter(({ packets }) => packets === 1)
  if (small.length === 0) return smallAnswer(facts, target)
  return small.every(isAlive) ? `${namedSizes(small)} bytes pass` : undefined
}

/** Answers to small datagrams other than probes: receipts requests, the request to open a session, or the one probe after a silent run. */
export function smallAnswer(facts: RunFacts, target: Address): string | undefined {
  const { clients, irtt, wrongReplyAddress: stray } = facts
  if (clients.some(({ receipts }) => receipts.totals !== undefined)) return 'the server answers small receipts requests'
  if (irtt?.opened === true) return 'the server answers the small request to open a session'
  const answered = stray?.address === target.address && stray.port === target.port
  return answered ? 'a small probe is answered' : undefined
}

/** Nothing came back, and everything was sent in fragments: a server may be there. */
export const fragmentsSuspected: Rule = (facts, { tally }, target) => {
  if (!onlyFragmentsInSilence(facts, tally, target)) return undefined
  const view = viewSizes(facts, tally, target)
  const { mtu, whole, records } = view
  const [smallest] = records
  const protocol = facts.plan.protocol?.name
  if (smallest === undefined) return undefined
  return {
    code: 'fragmentsSuspected',
    message: `${formatAddress(target)} did not answer at all: either no server is there, or the path drops IP fragments. All probes were fragmented: ${inFragments(smallest, view)}, and many firewalls, NATs and clouds drop fragments silently`,
    hint: `also send unfragmented datagrams: ${senderCommand(protocol, target)} --size ${protocol === 'irtt' ? whole : `${whole},${smallest.size}`}; if only ${whole} passes, the path drops fragments`,
    evidence: { mtu, fragments: smallest.packets, largestWhole: whole, lost: probesOf(records) },
  }
}

/** Whether nothing came back and every probe was fragmented. */
export function onlyFragmentsInSilence(facts: RunFacts, tally: Tally, target: Address): boolean {
  const { records } = viewSizes(facts, tally, target)
  const { unidentified, foreign } = tally.total
  const received = unidentified + foreign > 0 || facts.wrongReplyAddress !== undefined
  return (
    !received &&
    smallAnswer(facts, target) === undefined &&
    records.length > 0 &&
    records.every(one => isDead(one) && one.packets > 1)
  )
}

/** Maximum share of the losses that buffers may explain. */
const OTHERWISE_LOST = 0.1

/** Loss grows with the number of packets of a datagram, as if each packet were lost independently. */
export const fragmentLoss: Rule = (facts, { tally, drops }, target) => {
  const { mtu, records } = viewSizes(facts, tally, target)
  // Buffers drop large datagrams more often too, and their counters do not record sizes.
  const unexplained = records.reduce((sum, { vanished }) => sum + vanished, 0)
  const inBuffers = (drops.server ?? 0) + (drops.client ?? 0)
  // If all datagrams of a size are lost, the cause is the size, not chance.
  const byChance = facts.sockets?.df === undefined && inBuffers <= OTHERWISE_LOST * unexplained && !records.some(isDead)
  const fit = byChance ? bestFit(records) : undefined
  if (fit === undefined) return undefined
  const { packetLoss, smallest, largest, likelihoodRatio } = fit
  const expected = 1 - (1 - packetLoss) ** largest.packets
  return {
    code: 'fragmentLoss',
    message: `loss grows with the number of fragments: ${formatRatio(lossOf(smallest))} of ${smallest.size} bytes (${inPackets(smallest)}), ${formatRatio(lossOf(largest))} of ${largest.size} bytes (${inPackets(largest)} at MTU ${mtu}). A packet loss of ${formatRatio(packetLoss)} per round trip explains ${formatRatio(expected)}: 1−(1−p)^${largest.packets}`,
    hint: `a datagram is lost if any of its fragments is: send smaller ones, or fix the packet loss of ${formatRatio(packetLoss)}`,
    evidence: {
      packetLoss,
      fragments: largest.packets,
      expected,
      observed: lossOf(largest),
      // Likelihood of this model divided by that of one loss rate for all sizes.
      likelihoodRatio,
    },
  }
}

function lossOf({ vanished, scheduled }: SizeRecord): number {
  return vanished / scheduled
}

function inPackets({ packets: count }: SizeRecord): string {
  return count === 1 ? '1 packet' : `${count} fragments`
}
