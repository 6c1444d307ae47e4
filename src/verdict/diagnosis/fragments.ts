import { formatAddress, type Address } from '../../base/address.ts'
import { formatRatio } from '../../base/ratio.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Tally } from '../../ledger/tally.ts'
import { direction } from './direction.ts'
import { bestFit } from './packet-loss-fit.ts'
import type { Rule } from './rule.ts'
import { isAlive, isDead, namedSizes, probesOf, viewSizes, type SizeRecord, type SizeView } from './sizes.ts'
import { probes } from './words.ts'

/** So many probes that are lost one and all are no chance any more, where the others of the run get through. */
export const NO_CHANCE = 3

/** The dead sizes that travel in fragments, if all that do are dead; else none. With DF nothing travels in fragments. */
export function deadInFragments(facts: RunFacts, { records }: SizeView): readonly SizeRecord[] {
  const fragmented = records.filter(({ packets }) => packets > 1)
  return facts.sockets?.df === undefined && fragmented.every(isDead) ? fragmented : []
}

/** What is in fragments is lost, and what is not gets through. */
export const fragmentsLost: Rule = (facts, { tally }, target) => {
  const view = viewSizes(facts, tally, target)
  const dead = deadInFragments(facts, view)
  const largest = dead.at(-1)
  if (largest === undefined || probesOf(dead) < NO_CHANCE) return undefined
  const passing = passes(facts, view, target)
  if (passing === undefined) return undefined
  const limit = view.records.filter(({ packets }) => packets === 1).at(-1)?.size ?? view.whole
  const edge = dead[0]?.size === limit + 1 ? '' : `; udptool sweep --to ${formatAddress(target)} shows where it ends`
  return {
    code: 'fragmentsLost',
    message: `the path drops IP fragments: ${passing}, and all ${probes(probesOf(dead))} of ${namedSizes(dead)} bytes are lost${direction(dead, tally)}; ${largest.size} bytes travel as ${largest.packets} fragments at MTU ${view.mtu}`,
    hint: `send at most ${view.whole} bytes, or have the firewall or NAT on the way let fragments pass (on Linux it does once conntrack puts them together)${edge}`,
    evidence: {
      mtu: view.mtu,
      largestWhole: limit,
      smallestLost: dead[0]?.size ?? largest.size,
      lost: probesOf(dead),
      fragments: largest.packets,
    },
  }
}

/** What shows that the way is open to what is not in fragments; undefined: nothing does. */
function passes(facts: RunFacts, { records }: SizeView, target: Address): string | undefined {
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
  const { mtu, whole, records } = viewSizes(facts, tally, target)
  const [smallest] = records
  if (smallest === undefined) return undefined
  return {
    code: 'fragmentsSuspected',
    message: `${formatAddress(target)} did not answer at all: either nobody is there, or the path drops IP fragments. All probes needed them: ${smallest.size} bytes travel as ${smallest.packets} fragments at MTU ${mtu}, and many firewalls, NATs and clouds drop those in silence`,
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

/** Loss grows with the number of packets that a datagram needs, as it does where each packet is lost by chance. */
export const fragmentLoss: Rule = (facts, { tally }, target) => {
  const { mtu, records } = viewSizes(facts, tally, target)
  // A size that is lost as a whole is a matter of sizes, not of chance.
  const byChance = facts.sockets?.df === undefined && !records.some(isDead)
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
