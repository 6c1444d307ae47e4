import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { createFateCounts, type FateCounts } from '../../../../src/ledger/fate.ts'
import type { LimitFit } from '../../../../src/ledger/limit/limit-fit.ts'
import type { QueueTrend } from '../../../../src/ledger/limit/queue-trend.ts'
import type { TrialEvidence } from '../../../../src/verdict/limit/limit.ts'

const HEADERS = 28

/** A trial of two seconds with a udptool server on the kernel engine, in which nothing was lost. */
export function trial(
  given: Omit<Partial<TrialEvidence>, 'fates'> & { readonly fates?: Partial<FateCounts> } = {},
): TrialEvidence {
  const { offeredPps = 1000, size = 1200, seconds = 2 } = given
  const { fates = { intact: offeredPps * seconds } } = given
  return {
    offeredPps,
    sentPps: offeredPps,
    size,
    packetBytes: size + HEADERS,
    fits: [],
    queues: [],
    serverDrops: 0,
    clientDrops: 0,
    refusedHere: 0,
    dwellP50: 0.02 * MILLISECOND,
    dwellP99: 0.1 * MILLISECOND,
    serverStampsKernel: true,
    clientStampsKernel: true,
    seconds,
    forbiddenHere: 0,
    serverRefused: 0,
    lateLosses: 0,
    ownQueueDrops: 0,
    queueForward: 0.1 * MILLISECOND,
    queueReturn: 0.1 * MILLISECOND,
    ...given,
    fates: { ...createFateCounts(), ...fates },
  }
}

/** The fit of a limit of 10 Mbit/s of IP packets without a queue, overloaded twofold by datagrams of 1228 bytes. */
export function fitted(given: Partial<LimitFit> & { readonly packetBytes?: number } = {}): LimitFit {
  const { packetBytes = 1228, bytesPerSecond = 1_250_000, ...rest } = given
  return {
    direction: 'forward',
    bytesPerSecond,
    packetsPerSecond: bytesPerSecond / packetBytes,
    error: 0.002,
    offered: 2 * bytesPerSecond,
    depthBytes: 50_000,
    depthPackets: Math.round(50_000 / packetBytes),
    from: 0,
    until: 2000 * MILLISECOND,
    explained: 900,
    unexplained: 0,
    queueAtLoss: 0.1 * MILLISECOND,
    queueAtRest: 0.1 * MILLISECOND,
    isQueue: false,
    ...rest,
  }
}

/** The same with a queue of 50 ms in front. */
export function queued(given: Parameters<typeof fitted>[0] = {}): LimitFit {
  return fitted({ queueAtLoss: 50 * MILLISECOND, isQueue: true, ...given })
}

/** A queue that grows without losses: 12.5 % more than it drains is offered. */
export function growing(given: Partial<QueueTrend> = {}): QueueTrend {
  return {
    direction: 'forward',
    median: 120 * MILLISECOND,
    first: 30 * MILLISECOND,
    last: 230 * MILLISECOND,
    p95: 240 * MILLISECOND,
    growth: 125 * MILLISECOND,
    isGrowing: true,
    drained: (1000 * 1228) / 1.125,
    ...given,
  }
}

/** A trial in which half of the datagrams were lost on a line, and short ones before it that held. */
export function overload(fit: LimitFit, given: Parameters<typeof trial>[0] = {}): readonly TrialEvidence[] {
  const { offeredPps = 2000, seconds = 2 } = given
  const half = (offeredPps * seconds) / 2
  const lost = fit.direction === 'return' ? 'lostReturn' : fit.direction === 'forward' ? 'lostForward' : 'lostUnknown'
  const side = { ...given, offeredPps: 100, seconds: 0.5, fates: { intact: 50 } }
  return [trial(side), trial({ offeredPps, seconds, fits: [fit], fates: { intact: half, [lost]: half }, ...given })]
}
