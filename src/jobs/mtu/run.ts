import { largestWhole, LEAST_IPV6_MTU, LEAST_MTU, packetSize } from '../../base/fragments.ts'
import type { Family } from '../../base/address.ts'
import { analyzeRun } from '../../ledger/analysis.ts'
import { MAX_PROBES } from '../../machines/failed-sizes.ts'
import { PathMtuSearch } from '../../machines/path-mtu-search.ts'
import { createResult } from '../../verdict/probe-document.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import { mtuExpectations, mtuFindings } from '../../verdict/search/mtu-findings.ts'
import { withFindings } from '../../verdict/search/with-findings.ts'
import type { SendRun } from '../../runs/send/run.ts'
import { SizeRounds, type ProbeFate, type RoundHooks } from '../size-rounds.ts'
import { MOST_ROUNDS } from './options.ts'
import type { MtuPlan } from './plan.ts'

/** BASE_PLPMTU, 1200 bytes with the UDP header (RFC 8899 section 5.1.2), plus the IP header. IPv6 has a larger minimum. */
const BASE = { udp4: 1220, udp6: LEAST_IPV6_MTU } as const

/** Searches the path MTU. Rejects with a UdptoolError if it cannot start. Lost datagrams are never an error. */
export async function runMtu(plan: MtuPlan, hooks: RoundHooks = {}): Promise<SendRun> {
  const rounds = await SizeRounds.open(plan.send, hooks)
  try {
    const family = await rounds.family()
    const search = openSearch(family)
    const known = await drive(search, rounds, family, carried)
    const delivered = await searchForward(search, known, rounds, family)
    const inFragments = await triesFragments(search, known, rounds, family)
    return finish(plan, rounds, search, delivered, inFragments)
  } finally {
    await rounds.close()
  }
}

function openSearch(family: Family): PathMtuSearch {
  const largest = packetSize(LARGEST_PAYLOAD[family], family)
  return new PathMtuSearch({ least: LEAST_MTU[family], base: BASE[family], largest })
}

/** Whether a reply came. Even a truncated or corrupt one shows that the probe arrived. */
function carried({ fate }: ProbeFate): boolean {
  return fate === 'intact' || fate === 'late' || fate === 'truncated' || fate === 'corrupt'
}

/** Whether the probe reached the server, whatever happened to the reply. */
function arrived(probe: ProbeFate): boolean {
  return carried(probe) || probe.fate === 'lostReturn' || probe.fate === 'lostServerPolicy'
}

/** Runs rounds until the search is over. Returns the fate of every probe. */
async function drive(
  search: PathMtuSearch,
  rounds: SizeRounds,
  family: Family,
  isCarried: (probe: ProbeFate) => boolean,
): Promise<readonly ProbeFate[]> {
  const known: ProbeFate[] = []
  while (!rounds.interrupted && rounds.count < MOST_ROUNDS) {
    const packets = search.next()
    if (packets.length === 0) return known
    const fates = await rounds.run(
      packets.map(packet => largestWhole(packet, family)),
      1,
    )
    tell(search, fates, family, isCarried)
    known.push(...fates)
  }
  return known
}

function tell(
  search: PathMtuSearch,
  fates: readonly ProbeFate[],
  family: Family,
  isCarried: (probe: ProbeFate) => boolean,
): void {
  for (const probe of fates) {
    const packet = packetSize(probe.size, family)
    if (isCarried(probe)) search.acknowledged(packet)
    else if (probe.fate === 'refused') search.refused(packet)
    else if (probe.icmp?.mtu !== undefined) search.tooBig(packet, probe.icmp.mtu)
    else search.lost(packet)
  }
}

/** If receipts show that larger probes reached the server: finds the largest that does. */
async function searchForward(
  search: PathMtuSearch,
  known: readonly ProbeFate[],
  rounds: SizeRounds,
  family: Family,
): Promise<number | undefined> {
  if (!search.over || !known.some(probe => arrived(probe) && packetSize(probe.size, family) > search.confirmed))
    return undefined
  const forward = openSearch(family)
  tell(forward, known, family, arrived)
  await drive(forward, rounds, family, arrived)
  return forward.phase === 'complete' ? forward.confirmed : undefined
}

/**
 * If larger packets only got silence: whether a datagram of the next size gets a reply if it may be fragmented. If so, the server can
 * handle the size, and the limit is the path. Undefined if receipts already show it, or it was not tried.
 */
async function triesFragments(
  search: PathMtuSearch,
  known: readonly ProbeFate[],
  rounds: SizeRounds,
  family: Family,
): Promise<boolean | undefined> {
  if (search.phase !== 'complete' || search.limit !== 'silence' || rounds.interrupted || !rounds.forbidsFragments)
    return undefined
  const size = largestWhole(search.confirmed, family) + 1
  const located = known.some(
    probe => probe.size === size && (probe.fate === 'lostForward' || probe.fate === 'lostReturn'),
  )
  return located ? undefined : await rounds.isAnsweredInFragments(size, MAX_PROBES)
}

function finish(
  plan: MtuPlan,
  rounds: SizeRounds,
  search: PathMtuSearch,
  delivered: number | undefined,
  inFragments: boolean | undefined,
): SendRun {
  const { facts } = rounds
  const analysis = analyzeRun(facts)
  const result = createResult(facts, analysis, plan.send.expectations, rounds.context('mtu', { asked: plan.asked }))
  const { confirmed, phase, limit, restarts } = search
  const end = {
    confirmed,
    complete: phase === 'complete',
    limit,
    restarts,
    rounds: rounds.count,
    delivered,
    inFragments,
  }
  const mtu = mtuFindings(result, end, plan.asked)
  const expectations = mtuExpectations(result, plan.send.expectations, mtu)
  const verdict = expectations.length === 0 ? result.verdict : expectations.every(one => one.passed) ? 'pass' : 'fail'
  const sizes = result.sizes.toSorted((a, b) => a.size - b.size)
  return { result: withFindings(result, { mtu, sizes, expectations, verdict }), facts, analysis }
}
