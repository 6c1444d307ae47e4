import { formatAddress, type Address } from '../base/address.ts'
import { formatDuration } from '../base/duration.ts'
import { errnoName } from '../base/errno.ts'
import type { RunFacts } from '../facts/run.ts'
import type { Analysis } from '../ledger/analysis.ts'
import { lossCount, replyCount, scheduledCount } from '../ledger/fate.ts'
import { IDENTIFIED_SIZE } from '../wire/probe.ts'
import { pacingFigures } from './pacing.ts'
import type { ResultWarning } from './result.ts'

/** Who cuts at this length (measured; docs/limits.md). */
const KNOWN_READ_SIZES: ReadonlyMap<number, string> = new Map([
  [1024, 'a server that calls recvfrom(1024) does that'],
  [4098, 'cloudprober does that, its echo server reads 4098 bytes'],
  [8192, 'ncat and socat do that, they read 8192 bytes at a time'],
  [1500, 'irtt does that when it is bound to an address, it reads as much as the interface MTU'],
  [9216, 'twampy does that, it reads 9216 bytes at a time'],
])
/** Below so many probes a ratio of losses says little (the 95 % interval of 0 in 10 reaches to 28 %). */
const FEW_PROBES = 30

type Rule = (facts: RunFacts, analysis: Analysis, target: Address) => ResultWarning | undefined

/** What the figures suggest, each with the next step. Own faults first, then the server's, then the network's. */
export function diagnose(facts: RunFacts, analysis: Analysis, target: Address): readonly ResultWarning[] {
  return RULES.map(rule => rule(facts, analysis, target)).filter(warning => warning !== undefined)
}

/** What so many drops are of a socket that takes up to `unit` datagrams as one message. */
function inTrains(drops: number, unit = 1): string {
  return unit === 1 ? `${drops} datagrams` : `${drops} trains of up to ${unit} datagrams`
}

const clientBuffer: Rule = (facts, { tally, drops }) => {
  if (drops.client === undefined || drops.client === 0) return undefined
  const unit = Math.max(...facts.clients.map(client => client.longestTrain))
  return {
    code: 'clientBufferOverflow',
    message: `your own receive buffer dropped ${inTrains(drops.client, unit)}: this host was too slow to read them, the network is not to blame`,
    hint: 'raise --recv-buffer (and net.core.rmem_max, where it caps it: sysctl -w net.core.rmem_max=4194304), or send slower',
    evidence: { drops: drops.client, booked: tally.total.fates.lostClientBuffer, clients: facts.clients.length },
  }
}

const senderLimited: Rule = (facts, { tally }) => {
  const pacing = pacingFigures(facts, tally)
  if (pacing?.senderLimited !== true) return undefined
  return {
    code: 'senderTooSlow',
    message: `the sender did not keep its pace: ${pacing.missed} of ${scheduledCount(tally.total.fates)} probes left more than one interval late, the latest by ${formatDuration(pacing.lateMaxMs * 1e6)}`,
    hint: 'lower the rate or raise --interval; what was lost or late here may be this host’s doing',
    evidence: { missed: pacing.missed, lateMaxMs: pacing.lateMaxMs },
  }
}

const serverBuffer: Rule = (_, { tally, drops }) => {
  const count = tally.total.fates.lostServerBuffer
  if (count === 0) return undefined
  return {
    code: 'serverBufferOverflow',
    message: `the server's receive buffer was full: its kernel dropped ${inTrains(drops.server ?? count, drops.serverUnit)} that had already crossed the network`,
    hint: 'start the server with a larger --recv-buffer (and net.core.rmem_max on its host), or send in smaller bursts',
    evidence: { drops: drops.server ?? count, booked: count },
  }
}

const bufferShared: Rule = (_, { tally, drops }) => {
  if (!drops.shared || drops.server === undefined || tally.total.fates.lostForward === 0) return undefined
  return {
    code: 'bufferDropsShared',
    message: `the server's socket dropped ${inTrains(drops.server, drops.serverUnit)} during the run, but it is not known whose they were: others used it too, copies came, or losses without a direction may be meant`,
    hint: 'repeat the run with no other traffic to that server',
    evidence: { drops: drops.server },
  }
}

const wrongReplyAddress: Rule = (facts, _, target) => {
  const from = facts.wrongReplyAddress
  if (from === undefined || (from.address === target.address && from.port === target.port)) return undefined
  return {
    code: 'wrongReplyAddress',
    message: `the server answers from ${formatAddress(from)}, not from ${formatAddress(target)}: a connected client never sees such a reply`,
    hint: 'bind the server to the address that is called, or have it answer from there (IP_PKTINFO)',
    evidence: { from: formatAddress(from), called: formatAddress(target) },
  }
}

const clockStepped: Rule = ({ clockStep }) => {
  if (clockStep === undefined) return undefined
  return {
    code: 'clockStepped',
    message: `the system clock was set by ${formatDuration(clockStep)} during the run: times around that moment are wrong by as much`,
    hint: 'repeat the run; have the time service slew the clock, not step it',
    evidence: { stepMs: clockStep / 1e6 },
  }
}

const nobodyThere: Rule = (facts, { tally }, target) => {
  const { unreachable } = tally.total.fates
  if (unreachable === 0 || replyCount(tally.total.fates) > 0) return undefined
  // A router that turned them back knows nothing of who listens.
  if (facts.icmp.some(({ errno }) => errnoName(errno) !== 'ECONNREFUSED')) return undefined
  return {
    code: 'nobodyThere',
    message: `nothing listens on ${formatAddress(target)}: ICMP errors came back`,
    hint: `start a server there (udptool serve --port ${target.port}), or check the address and the port`,
    evidence: { unreachable, kinds: facts.icmp.length },
  }
}

const silence: Rule = (facts, { tally }, target) => {
  const { total } = tally
  if (scheduledCount(total.fates) === 0 || total.fates.lostUnknown < scheduledCount(total.fates)) return undefined
  if (total.unidentified + total.foreign > 0 || facts.wrongReplyAddress !== undefined) return undefined
  return {
    code: 'silence',
    message: `${formatAddress(target)} did not answer at all, and no ICMP error says why`,
    hint: `a firewall that drops in silence, a server that hangs, or no host there: look for the datagrams on the server (tcpdump -n udp port ${target.port})`,
  }
}

const knownCut: Rule = (_, { tally }) => {
  const cut = tally.total.cuts[0]
  if (cut === undefined) return undefined
  const culprit = KNOWN_READ_SIZES.get(cut.length)
  return {
    code: 'truncated',
    message: `${cut.count} ${cut.count === 1 ? 'datagram was' : 'datagrams were'} cut at ${cut.length} bytes${culprit === undefined ? '' : `: ${culprit}`}`,
    hint: 'raise the read size of the program that answers, or send no more than it reads',
    evidence: { length: cut.length, count: cut.count, side: cut.side },
  }
}

const textServer: Rule = (facts, { tally }) => {
  const { corrupt, intact } = tally.total.fates
  if (facts.plan.payload.kind !== 'binary' || corrupt === 0 || intact > corrupt) return undefined
  return {
    code: 'textDecodingServer',
    message:
      'the replies to binary payload are wrong: the server seems to decode datagrams as text and encode them again',
    hint: 'uppercase bytes, not characters (Python: bytes.upper(), not str.upper()); compare with --payload text',
    evidence: { corrupt, scheduled: scheduledCount(tally.total.fates) },
  }
}

const mixedRules: Rule = (_, { tally }) => {
  if (tally.classifier.rule !== 'mixed') return undefined
  return {
    code: 'mixedReplies',
    message:
      'some replies came as they were sent, others in upper case: more than one kind of server seems to answer here',
    hint: 'look for a load balancer, or two servers on one port',
  }
}

const voidReceipts: Rule = (_, { receipts }) => {
  if (receipts !== 'void') return undefined
  return {
    code: 'receiptsVoid',
    message:
      "the server's receipts do not cover the whole run (it was restarted, or forgot), so no loss has a direction",
    hint: 'repeat the run; a server keeps at most 4096 runs, a quarter of them for one address',
  }
}

const smallProbes: Rule = ({ plan }) => {
  if (!plan.sizes.some(size => size < IDENTIFIED_SIZE)) return undefined
  return {
    code: 'smallProbes',
    message: `datagrams below ${IDENTIFIED_SIZE} bytes cannot be told apart, so they were sent one at a time (--window 1)`,
    hint: `send ${IDENTIFIED_SIZE} bytes or more to have several in flight`,
  }
}

const fewSamples: Rule = (_, { tally }) => {
  const scheduled = scheduledCount(tally.total.fates)
  const lost = lossCount(tally.total.fates)
  if (scheduled >= FEW_PROBES || lost === 0 || replyCount(tally.total.fates) === 0) return undefined
  return {
    code: 'tooFewSamples',
    message: `${lost} of ${scheduled} lost is too little to name a loss rate: see the interval`,
    hint: 'raise --count',
    evidence: { lost, scheduled },
  }
}

const RULES: readonly Rule[] = [
  clientBuffer,
  senderLimited,
  smallProbes,
  clockStepped,
  wrongReplyAddress,
  nobodyThere,
  silence,
  serverBuffer,
  bufferShared,
  voidReceipts,
  knownCut,
  textServer,
  mixedRules,
  fewSamples,
]
