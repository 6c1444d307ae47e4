import type { WayHeaders } from '../facts/headers.ts'
import type { RunFacts } from '../facts/run.ts'
import type { Analysis } from '../ledger/analysis.ts'
import type { Result } from './result.ts'

/** What could be observed in a run at all. What could not is absent. */
export function evidenceOf(facts: RunFacts, { receipts, drops }: Analysis): Result['evidence'] {
  const { engine, headers, host } = facts
  const tos = eachWay(headers, tosOf)
  const fragment = eachWay(headers, way => way.fragment)
  return {
    receipts,
    ...(drops.server === undefined ? {} : { serverDrops: drops.server }),
    ...(drops.serverUnit === undefined ? {} : { serverDropUnit: drops.serverUnit }),
    ...(drops.client === undefined ? {} : { clientDrops: drops.client }),
    icmp: engine.icmp,
    truncation: engine.truncation,
    timestamps: engine.timestamps,
    ...(tos === undefined ? {} : { tos }),
    ...(fragment === undefined ? {} : { fragment }),
    ...(host?.mtu === undefined ? {} : { mtu: host.mtu }),
    ...(host === undefined ? {} : { host: host.grown }),
  }
}

function tosOf({ tos }: WayHeaders): { readonly value: number; readonly count: number }[] | undefined {
  const seen = Object.entries(tos).map(([value, count]) => ({ value: Number(value), count }))
  return seen.length === 0 ? undefined : seen
}

/** What is known of each way, if it is known of any. */
function eachWay<T>(
  { up, down }: RunFacts['headers'],
  look: (way: WayHeaders) => T | undefined,
): { readonly forward?: T; readonly return?: T } | undefined {
  const [forward, back] = [look(up), look(down)]
  if (forward === undefined && back === undefined) return undefined
  return { ...(forward === undefined ? {} : { forward }), ...(back === undefined ? {} : { return: back }) }
}
