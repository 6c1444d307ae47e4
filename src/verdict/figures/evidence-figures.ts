import type { DirectionHeaders } from '../../facts/headers.ts'
import type { ImplausibleCounts } from '../../facts/implausible.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { sendFailures } from '../../ledger/send-failures.ts'
import type { Result } from '../result.ts'

/** What could be observed in a run. Anything else is absent. */
export function evidenceOf(facts: RunFacts, analysis: Analysis): Result['evidence'] {
  const { receipts, drops } = analysis
  const implausible = implausibleOf(facts, analysis)
  const { engine, headers, host } = facts
  const sendFailed = sendFailures(facts, analysis.tally)
  const tos = byDirection(headers, tosOf)
  const fragment = byDirection(headers, direction => direction.fragment)
  return {
    receipts,
    ...(analysis.reflector === undefined ? {} : { reflector: analysis.reflector.kind }),
    ...(drops.server === undefined ? {} : { serverDrops: drops.server }),
    ...(drops.serverUnit === undefined ? {} : { serverDropUnit: drops.serverUnit }),
    ...(sendFailed === 0 ? {} : { serverSendFailed: sendFailed }),
    ...(drops.client === undefined ? {} : { clientDrops: drops.client }),
    icmp: engine.icmp,
    ...(Object.keys(facts.icmpIgnored).length === 0 ? {} : { icmpIgnored: facts.icmpIgnored }),
    ...(Object.keys(facts.receiveErrors).length === 0 ? {} : { receiveErrors: facts.receiveErrors }),
    truncation: engine.truncation,
    timestamps: engine.timestamps,
    ...(tos === undefined ? {} : { tos }),
    ...(fragment === undefined ? {} : { fragment }),
    ...(Object.keys(implausible).length === 0 ? {} : { implausible }),
    ...(host?.mtu === undefined ? {} : { mtu: host.mtu }),
    ...(host?.pathMtu === undefined ? {} : { pathMtu: host.pathMtu }),
    ...(host?.packetChecks === undefined ? {} : { packetChecks: host.packetChecks }),
    ...(host === undefined ? {} : { host: host.grown }),
  }
}

/** Number of replies with an implausible value, by field of the server's evidence. */
export function implausibleOf({ implausible }: RunFacts, { tally }: Analysis): ImplausibleCounts {
  return tally.dwellsTooLong === 0 ? implausible : { ...implausible, dwell: tally.dwellsTooLong }
}

function tosOf({ tos }: DirectionHeaders): { readonly value: number; readonly count: number }[] | undefined {
  const seen = Object.entries(tos).map(([value, count]) => ({ value: Number(value), count }))
  return seen.length === 0 ? undefined : seen
}

/** The facts of each direction, if there are any. */
function byDirection<T>(
  { up, down }: RunFacts['headers'],
  look: (direction: DirectionHeaders) => T | undefined,
): { readonly forward?: T; readonly return?: T } | undefined {
  const [forward, back] = [look(up), look(down)]
  if (forward === undefined && back === undefined) return undefined
  return { ...(forward === undefined ? {} : { forward }), ...(back === undefined ? {} : { return: back }) }
}
