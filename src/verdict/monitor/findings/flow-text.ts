import { listed } from '../../../base/listed.ts'
import { sumOf, type FlowLosses } from '../../../ledger/flow-difference.ts'

/** More ports would hide the rest of the sentence. */
const MOST_PORTS = 8

/** `source ports 40003, 40007 and 2 more`. A flow without a socket has its number. */
export function portsText(flows: readonly number[], ports: readonly (number | undefined)[]): string {
  const names = flows.toSorted((one, other) => one - other).map(flow => ports[flow] ?? `of flow ${flow + 1}`)
  return `source ${names.length === 1 ? 'port' : 'ports'} ${listed(names, MOST_PORTS)}`
}

/** `3 of 16 flows lose everything: source ports 40003, 40007, 40011; the others lose nothing: a bad path behind ECMP or LAG hashing`. */
export function differText(
  flows: readonly FlowLosses[],
  different: readonly number[],
  ports: readonly (number | undefined)[],
): string {
  const own = sumOf(flows.filter((_, flow) => different.includes(flow)))
  const others = sumOf(flows.filter((_, flow) => !different.includes(flow)))
  const verb = different.length === 1 ? 'loses' : 'lose'
  return `${different.length} of ${flows.length} flows ${verb} ${shareText(own)}: ${portsText(different, ports)}; the others lose ${shareText(others)}: a bad path behind ECMP or LAG hashing`
}

function shareText({ settled, lost }: FlowLosses): string {
  if (lost === 0) return 'nothing'
  return lost === settled ? 'everything' : `${lost} of ${settled} probes`
}
