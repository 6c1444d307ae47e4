import { formatAddress, type Address } from '../../base/address.ts'
import { formatRatio } from '../../base/ratio.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Tally } from '../../ledger/tally.ts'
import { direction, isProved, lostAnswers } from './direction.ts'
import { bestFit } from './packet-loss-fit.ts'
import type { Rule } from './rule.ts'
import { isAlive, isDead, namedSizes, NO_CHANCE, probesOf, viewSizes, type SizeRecord, type SizeView } from './sizes.ts'
import { datagrams, probes } from './words.ts'

/** The dead sizes that travel in fragments, if all that do are dead; else none. With DF nothing travels in fragments. */
export function deadInFragments(facts: RunFacts, { records }: SizeView): readonly SizeRecord[] {
  const fragmented = records.filter(({ packets }) => packets > 1)
  return facts.sockets?.df === undefined && fragmented.every(isDead) ? fragmented : []
}

/** What to change where the path drops fragments. */
export const LET_FRAGMENTS_PASS =
  'have the firewall or NAT on the way let fragments pass (on Linux it does once conntrack puts them together)'

/**
 * What is in fragments is lost, and what is not gets through. The path is named where receipts prove that it lost them; a server that
 * ignores large datagrams looks the same otherwise.
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
  const edge = dead[0]?.size === limit + 1 ? '' : `; udptool sweep --to ${formatAddress(target)} shows where it ends`
  const doubt = proved
    ? ''
    : '. The server does not report what it received, so it is not excluded that it ignores datagrams of that size'
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

/** What our own kernel counted of replies that came in part. */
function incomplete({ host }: RunFacts, dead: readonly SizeRecord[], tally: Tally): string {
  const count = (host?.grown.reassemblyFailures ?? 0) + (host?.grown.incomplete ?? 0)
  return count > 0 && lostAnswers(dead, tally)
    ? `. ${datagrams(count)} reached this host without some of their fragments`
    : ''
}

/** Whether all answers that travel in fragments are lost. */
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

/** Whether a single packet as large as the path is believed to carry was not answered either. */
export function isCheckLost({ host }: RunFacts, { whole }: SizeView): boolean {
  return host?.packetChecks?.some(({ size, answered }) => size === whole && !answered) === true
}

/** What shows that the way is open to what is not in fragments; undefined: nothing does. */
export function passes(facts: RunFacts, { records }: SizeView, target: Address): string | undefined {
  const small = records.filter(({ packets }) => packets === 1)
  if (small.length === 0) return smallAnswer(facts, target)
  return small.every(isAlive) ? `${namedSizes(small)} bytes pass` : undefined
}

/** What small datagrams beside the probes were answered: questions about receipts, or the one probe after silence. */
export function smallAnswer(facts: RunFacts, target: Address): string | undefined {
  const { clients, wrongReplyAddress: stray } = facts
  if (clients.some(({ receipts }) => receipts.totals !== undefined)) return 'the server answers small questions'
  const answered = stray?.address === target.address && stray.port === target.port
  return answered ? 'a small probe is answered' : undefined
}

/** Nothing at all came back, but everything was sent in fragments: there may be somebody. */
export const fragmentsSuspected: Rule = (facts, { tally }, target) => {
  if (!onlyFragmentsInSilence(facts, tally, target)) return undefined
  const view = viewSizes(facts, tally, target)
  const { mtu, whole, records } = view
  const [smallest] = records
  if (smallest === undefined) return undefined
  return {
    code: 'fragmentsSuspected',
    message: `${formatAddress(target)} did not answer at all: either nobody is there, or the path drops IP fragments. All probes needed them: ${inFragments(smallest, view)}, and many firewalls, NATs and clouds drop those in silence`,
    hint: `send some that need none, too: udptool send --to ${formatAddress(target)} --size ${whole},${smallest.size}; if only ${whole} passes, it is the fragments`,
    evidence: { mtu, fragments: smallest.packets, largestWhole: whole, lost: probesOf(records) },
  }
}

/** Whether a run in which nothing came back had nothing but datagrams in fragments. */
export function onlyFragmentsInSilence(facts: RunFacts, tally: Tally, target: Address): boolean {
  const { records } = viewSizes(facts, tally, target)
  const { unidentified, foreign } = tally.total
  const heard = unidentified + foreign > 0 || facts.wrongReplyAddress !== undefined
  return (
    !heard &&
    smallAnswer(facts, target) === undefined &&
    records.length > 0 &&
    records.every(one => isDead(one) && one.packets > 1)
  )
}

/** A figure is made from losses of which no more than this part may have been dropped by a buffer. */
const OTHERWISE_LOST = 0.1

/** Loss grows with the number of packets that a datagram needs, as it does where each packet is lost by chance. */
export const fragmentLoss: Rule = (facts, { tally, drops }, target) => {
  const { mtu, records } = viewSizes(facts, tally, target)
  // A buffer drops large datagrams more often, too, and its counter does not say of which size they were.
  const unexplained = records.reduce((sum, { vanished }) => sum + vanished, 0)
  const inBuffers = (drops.server ?? 0) + (drops.client ?? 0)
  // A size that is lost as a whole is a matter of sizes, not of chance.
  const byChance = facts.sockets?.df === undefined && inBuffers <= OTHERWISE_LOST * unexplained && !records.some(isDead)
  const fit = byChance ? bestFit(records) : undefined
  if (fit === undefined) return undefined
  const { packetLoss, smallest, largest, likelihoodRatio } = fit
  const expected = 1 - (1 - packetLoss) ** largest.packets
  return {
    code: 'fragmentLoss',
    message: `loss grows with the number of fragments: ${formatRatio(lossOf(smallest))} of ${smallest.size} bytes (${inPackets(smallest)}), ${formatRatio(lossOf(largest))} of ${largest.size} bytes (${inPackets(largest)} at MTU ${mtu}). If ${formatRatio(packetLoss)} of the packets are lost, there and back, ${formatRatio(expected)} of those are: 1−(1−p)^${largest.packets}`,
    hint: `a datagram is lost with any of its fragments: send smaller ones, or mend the loss of ${formatRatio(packetLoss)}`,
    evidence: {
      packetLoss,
      fragments: largest.packets,
      expected,
      observed: lossOf(largest),
      // How much likelier the losses are so than with one loss for all sizes.
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
