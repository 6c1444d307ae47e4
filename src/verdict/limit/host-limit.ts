import { counted, formatCount } from '../../base/counted.ts'
import { formatRate } from '../../base/rate.ts'
import { lossCount, replyCount, type Fate } from '../../ledger/fate.ts'
import { isCredible } from './agreed-fit.ts'
import type { Limit, LimitKind, TrialEvidence } from './limit.ts'
import { serverBufferLosses, type LossCause } from './loss-causes.ts'

interface HostCause {
  readonly kind: LimitKind
  readonly count: (trial: TrialEvidence) => number
  readonly evidence: Readonly<Record<string, boolean>>
  /** After the number of datagrams. */
  readonly words: string
}

const fate =
  (name: Fate) =>
  ({ fates }: TrialEvidence): number =>
    fates[name]

/** Losses that a counter, a receipt or a refusal assigns to one of the hosts. Queues of this host's interfaces are judged with the path. */
const CAUSES: Readonly<Partial<Record<LossCause, HostCause>>> = {
  serverBuffer: {
    kind: 'receiver',
    count: serverBufferLosses,
    evidence: { serverBuffer: true },
    words:
      "were dropped by the server's kernel because the receive buffer of its socket was full: the server program reads more slowly than they arrive. A larger buffer (udptool serve --recv-buffer) helps with bursts only, several threads (--workers) raise the rate",
  },
  serverCap: {
    kind: 'receiver',
    count: ({ fates, serverRefused }) => Math.max(0, fates.lostServerPolicy - serverRefused),
    evidence: { cap: true },
    words:
      'reached the server, which withheld the reply because of its rate cap: the path did not lose them. udptool serve --max-rate-per-source RATE raises the cap (and --max-rate, if it has one)',
  },
  serverRefusals: {
    kind: 'receiver',
    count: ({ serverRefused }) => serverRefused,
    evidence: { serverRefusals: true },
    words:
      "reached the server, whose kernel refused to send the reply: the queue of its own interface was full (tc -s qdisc on the server's host)",
  },
  clientBuffer: {
    kind: 'sender',
    count: fate('lostClientBuffer'),
    evidence: { clientBuffer: true },
    words:
      'were answered, and the receive buffer of this host dropped the reply: this host reads more slowly than replies arrive (--recv-buffer raises the buffer)',
  },
  refused: {
    kind: 'unknown',
    count: ({ fates, refusedHere, forbiddenHere }) => Math.max(0, fates.refused - refusedHere - forbiddenHere),
    evidence: { refused: true },
    words: 'were refused by the kernel of this host, for another reason than a full queue',
  },
  unreachable: {
    kind: 'unknown',
    count: fate('unreachable'),
    evidence: { unreachable: true },
    words: 'were answered by an ICMP error: the destination could not be reached then, which no rate limit explains',
  },
}

/** The limit that a cause in one of the hosts is; undefined: the cause is in the path, or the queue of an interface. */
export function hostLimit(cause: LossCause, failed: readonly TrialEvidence[]): Limit | undefined {
  const { [cause]: found } = CAUSES
  if (found === undefined) return undefined
  const lost = failed.reduce((sum, { fates }) => sum + lossCount(fates), 0)
  const count = failed.reduce((sum, trial) => sum + found.count(trial), 0)
  const pps = Math.max(...failed.map(deliveredPps))
  const cap = cause === 'serverCap' ? capPps(failed) : undefined
  const rate = formatRate({ unit: 'packets', perSecond: cap ?? pps })
  const answered = cap === undefined ? `At most ${rate} were answered` : `It answers ${rate}`
  return {
    kind: found.kind,
    ...(cap === undefined ? {} : { packetsPerSecond: cap }),
    evidence: { ...found.evidence, count, lost, deliveredPps: pps },
    reason: `${formatCount(count)} of ${counted(lost, 'lost datagram')} ${found.words}. ${answered}`,
  }
}

/** The rate cap that the trial with the most exact fit shows. */
function capPps(failed: readonly TrialEvidence[]): number | undefined {
  const fits = failed.flatMap(({ capFit: fit, packetsEach = 1 }) => (fit === undefined ? [] : [{ fit, packetsEach }]))
  const [best] = fits.filter(({ fit }) => isCredible(fit)).toSorted((a, b) => a.fit.error - b.fit.error)
  return best === undefined ? undefined : best.fit.packetsPerSecond / best.packetsEach
}

function deliveredPps({ fates, seconds }: TrialEvidence): number {
  return seconds > 0 ? replyCount(fates) / seconds : 0
}
