import type { Address } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import type { ResultWarning } from '../result.ts'
import { badChecksums, incompleteReplies } from './arrivals.ts'
import { bufferShared, clientBuffer, serverBuffer } from './buffers.ts'
import { clockStepped, clockUnsteady } from './clock.ts'
import { mixedRules, textServer } from './contents.ts'
import { ignoredIcmp } from './ignored-icmp.ts'
import { implausibleEvidence } from './implausible.ts'
import { irttClosed, irttNoReports, irttNotOpened, irttRestricted } from './irtt.ts'
import { journalCut } from './journal-cut.ts'
import { knownCut } from './cuts.ts'
import { forgedReplies } from './forged.ts'
import { fragmentLoss, fragmentsLost, fragmentsSuspected } from './fragments.ts'
import { flowsDiffer } from './flows.ts'
import { limitSeen } from './limit-seen.ts'
import { nobodyThere, noEcho, onlyStrayAnswered, silence, wrongReplyAddress } from './nobody-there.ts'
import { senderLimited, smallProbes } from './pace.ts'
import { blackHole, coldPath, tooBigForPath } from './path-mtu.ts'
import {
  errorEstimateZero,
  otherSession,
  reflectorClockFormat,
  reflectorRestarted,
  reflectorStateless,
  reflectorUnproved,
} from './reflector.ts'
import { isDefaultCap, isExplained, limitWarning } from './rate-limit.ts'
import { receiveFailed } from './receive-errors.ts'
import { shortReceipts, voidReceipts } from './receipts.ts'
import { forbiddenHere, sendQueueFull, tooBigToSend } from './refusals.ts'
import type { Rule } from './rule.ts'
import { fewSamples } from './samples.ts'
import { capSuspected, serverCapped, unlessCapSuspected } from './server-cap.ts'
import { serverSendFailed } from './server-refusals.ts'
import { sizeHole } from './size-hole.ts'
import { replyDscp, tlvIntegrity, tlvMalformed, tlvMissing, tlvUnrecognized } from './tlvs.ts'
import { icmpRateLimited, turnedBack, turnedBackHere } from './turned-back.ts'
import { repliesWithheld } from './withheld.ts'
import { congestionMarked, dscpChanged, ecnChanged } from './wire-changes.ts'

/** Nearest cause first: our own host, then the server, then the network. Last are those that only limit the figures. */
const HOSTS: readonly Rule[] = [
  journalCut,
  receiveFailed,
  clientBuffer,
  sendQueueFull,
  forbiddenHere,
  tooBigToSend,
  smallProbes,
  clockStepped,
  clockUnsteady,
  wrongReplyAddress,
  nobodyThere,
  noEcho,
  otherSession,
  irttNotOpened,
  turnedBackHere,
  turnedBack,
  icmpRateLimited,
  fragmentsSuspected,
  silence,
  serverBuffer,
  serverCapped,
  capSuspected,
  repliesWithheld,
  bufferShared,
  serverSendFailed,
]

/** After a limit of the rate. */
const OTHERS: readonly Rule[] = [
  voidReceipts,
  shortReceipts,
  reflectorRestarted,
  reflectorStateless,
  reflectorUnproved,
  reflectorClockFormat,
  errorEstimateZero,
  tlvIntegrity,
  tlvMalformed,
  tlvUnrecognized,
  tlvMissing,
  irttClosed,
  irttRestricted,
  irttNoReports,
  forgedReplies,
  implausibleEvidence,
  ignoredIcmp,
  knownCut,
  textServer,
  mixedRules,
  tooBigForPath,
  coldPath,
  unlessCapSuspected(blackHole),
  fragmentsLost,
  unlessCapSuspected(fragmentLoss),
  unlessCapSuspected(sizeHole),
  onlyStrayAnswered,
  unlessCapSuspected(flowsDiffer),
  incompleteReplies,
  badChecksums,
  dscpChanged,
  ecnChanged,
  congestionMarked,
  replyDscp,
  fewSamples,
  senderLimited,
]

/** The warnings of a run, each with a next step. A limit of the rate replaces guesses that it explains. */
export function diagnose(facts: RunFacts, analysis: Analysis, target: Address): readonly ResultWarning[] {
  const warningsOf = (rules: readonly Rule[]): readonly ResultWarning[] =>
    rules.map(rule => rule(facts, analysis, target)).filter(warning => warning !== undefined)
  const [hosts, others] = [warningsOf(HOSTS), warningsOf(OTHERS)]
  const seen = limitSeen(facts, analysis, target)
  if (seen === undefined) return [...hosts, ...others]
  const isNew = !hosts.some(({ code }) => code === 'capSuspected') || !isDefaultCap(seen)
  return [...hosts, ...(isNew ? [limitWarning(seen, facts, analysis, target)] : []), ...others].filter(
    warning => !isExplained(warning, seen, analysis),
  )
}
